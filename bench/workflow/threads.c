/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The recipe reads from top to bottom; what happens at once is a child of a scope. */
#include "workflow.h"

#include "base/clock.h"
#include "flow/completed.h"
#include "flow/future.h"
#include "flow/scope.h"

#include <errno.h>
#include <string.h>

struct kitchen {
    struct workflow *workflow;
    struct future water;
    struct future grounds;
};

static int step_run(struct token *token, struct workflow *workflow, enum step step)
{
    workflow_note(workflow, BEGIN_OF(step));
    int result = token_sleep_until(token, clock_now_ns() + workflow->duration_ns[step]);
    workflow_note(workflow, END_OF(step));
    return result;
}

/* Every future is resolved, come what may: somebody waits for it. */
static int step_resolve(int result, struct future *future)
{
    if (result == 0)
        future_set_value(future, future);
    else
        future_set_error(future, result);
    return result;
}

static int heat_run(struct token *token, void *argument)
{
    struct kitchen *kitchen = argument;
    return step_resolve(step_run(token, kitchen->workflow, HEAT), &kitchen->water);
}

static int grind_run(struct token *token, void *argument)
{
    struct kitchen *kitchen = argument;
    return step_resolve(step_run(token, kitchen->workflow, GRIND), &kitchen->grounds);
}

/* Adds each ingredient when it is ready, whichever comes first. */
static int press_fill(struct kitchen *kitchen)
{
    static const int added[] = {WATER_ADDED, GROUNDS_ADDED};
    struct future *ingredients[] = {&kitchen->water, &kitchen->grounds};
    struct completed *ready;
    size_t index;
    int result = completed_create(&ready, ingredients, 2);
    if (result != 0)
        return result;
    while (result == 0 && completed_next(ready, FLOW_NEVER, &index) == 0) {
        result = future_wait(ingredients[index], NULL);
        if (result == 0)
            workflow_note(kitchen->workflow, added[index]);
    }
    completed_destroy(ready);
    return result;
}

static void ingredient_start(struct scope *scope, struct kitchen *kitchen, struct future *future,
                             int (*run)(struct token *token, void *argument))
{
    int result = scope_start(scope, run, kitchen);
    if (result != 0)
        step_resolve(result, future);
}

static int press_prepare(struct token *token, struct kitchen *kitchen)
{
    struct scope scope;
    scope_init(&scope, token);
    ingredient_start(&scope, kitchen, &kitchen->water, heat_run);
    ingredient_start(&scope, kitchen, &kitchen->grounds, grind_run);
    int filled = press_fill(kitchen);
    int left = scope_leave(&scope);
    scope_finish(&scope);
    return filled != 0 ? filled : left;
}

static int coffee_make(struct token *token, struct workflow *workflow)
{
    struct kitchen kitchen = {.workflow = workflow};
    future_init(&kitchen.water);
    future_init(&kitchen.grounds);
    int result = press_prepare(token, &kitchen);
    if (result == 0)
        result = step_run(token, workflow, BREW);
    if (result == 0)
        result = step_run(token, workflow, DRINK);
    future_finish(&kitchen.water);
    future_finish(&kitchen.grounds);
    return result;
}

static int podcast_run(struct token *token, void *argument)
{
    return step_run(token, argument, PODCAST);
}

static int dishes_run(struct token *token, void *argument)
{
    return step_run(token, argument, DISHES);
}

static int laundry_run(struct token *token, void *argument)
{
    return step_run(token, argument, LAUNDRY);
}

static int afternoon_spend(struct token *token, struct workflow *workflow)
{
    struct scope scope;
    scope_init(&scope, token);
    int result = scope_start(&scope, podcast_run, workflow);
    if (result == 0)
        result = coffee_make(&scope.token, workflow);
    if (result == 0)
        result = scope_start(&scope, dishes_run, workflow);
    if (result == 0)
        result = scope_start(&scope, laundry_run, workflow);
    int left = scope_leave(&scope);
    scope_finish(&scope);
    return result != 0 ? result : left;
}

static int workflow_run(struct token *token, void *argument)
{
    struct workflow *workflow = argument;
    int result =
        workflow->afternoon ? afternoon_spend(token, workflow) : coffee_make(token, workflow);
    workflow_note_end(workflow);
    return result;
}

int workflows_run(struct workflow *workflows, int64_t count, struct error *error)
{
    struct scope scope;
    int result = 0;
    scope_init(&scope, NULL);
    for (int64_t i = 0; i < count && result == 0; i++) {
        workflow_note_begin(&workflows[i]);
        result = scope_start(&scope, workflow_run, &workflows[i]);
    }
    int left = scope_leave(&scope);
    scope_finish(&scope);
    result = result != 0 ? result : left;
    return result == 0 ? 0 : error_set(error, result, "workflow: %s", strerror(-result));
}

int64_t workflows_tick_ns(void)
{
    return 0;
}
