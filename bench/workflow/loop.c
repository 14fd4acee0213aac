/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The recipe is what each step's end calls; what happens at once is several timers. */
#include "workflow.h"

#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

struct kitchen {
    struct workflow *workflow;
    uv_timer_t timers[STEPS];
    int ingredient_count;
    int left_count; /* of what the workflow's end waits for */
    int open_count; /* of timers */
};

/* libuv counts whole milliseconds. */
static void step_start(struct kitchen *kitchen, enum step step, uv_timer_cb done_cb)
{
    int64_t duration_ns = kitchen->workflow->duration_ns[step];
    workflow_note(kitchen->workflow, BEGIN_OF(step));
    uv_timer_start(&kitchen->timers[step], done_cb,
                   (uint64_t)((duration_ns + NS_PER_MS - 1) / NS_PER_MS), 0);
}

/* Whose step it was. */
static struct kitchen *step_end(uv_timer_t *timer, enum step step)
{
    struct kitchen *kitchen = timer->data;
    workflow_note(kitchen->workflow, END_OF(step));
    return kitchen;
}

static void timer_closed_cb(uv_handle_t *timer)
{
    struct kitchen *kitchen = timer->data;
    if (--kitchen->open_count == 0)
        workflow_note_end(kitchen->workflow);
}

static void workflow_leave(struct kitchen *kitchen)
{
    if (--kitchen->left_count > 0)
        return;
    for (int step = 0; step < STEPS; step++)
        uv_close((uv_handle_t *)&kitchen->timers[step], timer_closed_cb);
}

/* In the recipe's order: what the end of a step calls comes after it. */
static void press_fill(struct kitchen *kitchen, int added);
static void brew_done_cb(uv_timer_t *timer);
static void drink_done_cb(uv_timer_t *timer);
static void chores_do(struct kitchen *kitchen);

static void heat_done_cb(uv_timer_t *timer)
{
    press_fill(step_end(timer, HEAT), WATER_ADDED);
}

static void grind_done_cb(uv_timer_t *timer)
{
    press_fill(step_end(timer, GRIND), GROUNDS_ADDED);
}

/* Adds an ingredient when it is ready, whichever comes first; brews when both are in. */
static void press_fill(struct kitchen *kitchen, int added)
{
    workflow_note(kitchen->workflow, added);
    if (++kitchen->ingredient_count == 2)
        step_start(kitchen, BREW, brew_done_cb);
}

static void coffee_make(struct kitchen *kitchen)
{
    step_start(kitchen, HEAT, heat_done_cb);
    step_start(kitchen, GRIND, grind_done_cb);
}

static void brew_done_cb(uv_timer_t *timer)
{
    step_start(step_end(timer, BREW), DRINK, drink_done_cb);
}

static void drink_done_cb(uv_timer_t *timer)
{
    struct kitchen *kitchen = step_end(timer, DRINK);
    if (kitchen->workflow->afternoon)
        chores_do(kitchen);
    else
        workflow_leave(kitchen);
}

static void podcast_done_cb(uv_timer_t *timer)
{
    workflow_leave(step_end(timer, PODCAST));
}

static void dishes_done_cb(uv_timer_t *timer)
{
    workflow_leave(step_end(timer, DISHES));
}

static void laundry_done_cb(uv_timer_t *timer)
{
    workflow_leave(step_end(timer, LAUNDRY));
}

static void afternoon_spend(struct kitchen *kitchen)
{
    step_start(kitchen, PODCAST, podcast_done_cb);
    coffee_make(kitchen);
}

static void chores_do(struct kitchen *kitchen)
{
    step_start(kitchen, DISHES, dishes_done_cb);
    step_start(kitchen, LAUNDRY, laundry_done_cb);
}

static void workflow_run(uv_loop_t *loop, struct kitchen *kitchen, struct workflow *workflow)
{
    workflow_note_begin(workflow);
    kitchen->workflow = workflow;
    kitchen->left_count = workflow->afternoon ? 3 : 1;
    kitchen->open_count = STEPS;
    for (int step = 0; step < STEPS; step++) {
        uv_timer_init(loop, &kitchen->timers[step]);
        kitchen->timers[step].data = kitchen;
    }
    uv_update_time(loop);
    if (workflow->afternoon)
        afternoon_spend(kitchen);
    else
        coffee_make(kitchen);
}

int workflows_run(struct workflow *workflows, int64_t count, struct error *error)
{
    uv_loop_t loop;
    struct kitchen *kitchens = calloc((size_t)count, sizeof *kitchens);
    int result = kitchens ? uv_loop_init(&loop) : -ENOMEM;
    if (result == 0) {
        for (int64_t i = 0; i < count; i++)
            workflow_run(&loop, &kitchens[i], &workflows[i]);
        uv_run(&loop, UV_RUN_DEFAULT);
        result = uv_loop_close(&loop);
    }
    free(kitchens);
    return result == 0 ? 0 : error_set(error, result, "workflow: %s", uv_strerror(result));
}

/* The loop's clock is read once per turn, in milliseconds: the first step may lose the fraction. */
int64_t workflows_tick_ns(void)
{
    return NS_PER_MS;
}
