/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workflow.h"

#include "base/clock.h"
#include "subject/metric.h"
#include "subject/parameter.h"

#include <errno.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>
#include <string.h>

/* Minutes, as the recipe has them, and the most a random one takes. */
static const int64_t recipe_minutes[STEPS] = {
    [HEAT] = 4, [GRIND] = 2, [BREW] = 4, [DRINK] = 8, [PODCAST] = 25, [DISHES] = 6, [LAUNDRY] = 9,
};
#define RANDOM_MINUTES_MAX 20

/* How long a step takes. */
enum timing { TIMING_RECIPE, TIMING_RANDOM, TIMING_NONE };

/* How a set of workflows went. */
struct outcome {
    double makespan_ratio; /* mean of makespan over critical path; 0 where no step takes time */
    double early_ratio;    /* of how many the first ingredient did not wait for the second */
    int64_t elapsed_ns;
};

struct party {
    int64_t repeats;
    int64_t at_once;
    int64_t random;
    int64_t sleepless;
    int64_t minute_us;
    int64_t random_minute_us;
    int64_t seed;
    gsl_rng *rng;
    struct workflow *workflows; /* `at_once` of them */
    struct outcome coffee, afternoon, coffees_at_once, random_timings, sleepless_coffees;
};

void workflow_note(struct workflow *workflow, int event)
{
    int place = atomic_fetch_add(&workflow->trace_count, 1);
    if (place < EVENTS)
        workflow->trace[place] = event;
}

void workflow_note_begin(struct workflow *workflow)
{
    workflow->begin_ns = clock_now_ns();
}

void workflow_note_end(struct workflow *workflow)
{
    workflow->end_ns = clock_now_ns();
}

static int64_t step_duration_ns(const struct party *party, int step, enum timing timing)
{
    switch (timing) {
    case TIMING_RECIPE:
        return recipe_minutes[step] * party->minute_us * NS_PER_US;
    case TIMING_RANDOM:
        return (int64_t)(gsl_rng_uniform(party->rng) *
                         (double)(RANDOM_MINUTES_MAX * party->random_minute_us * NS_PER_US));
    case TIMING_NONE:
        break;
    }
    return 0;
}

static void workflow_prepare(struct workflow *workflow, const struct party *party, bool afternoon,
                             enum timing timing)
{
    memset(workflow, 0, sizeof *workflow);
    workflow->afternoon = afternoon;
    for (int step = 0; step < STEPS; step++)
        workflow->duration_ns[step] = step_duration_ns(party, step, timing);
}

/* Verifies every one; adds to the sums, which are divided when all sets are through. */
static int tally(const struct party *party, int64_t count, struct outcome *outcome,
                 struct error *error)
{
    for (int64_t i = 0; i < count; i++) {
        const struct workflow *workflow = &party->workflows[i];
        int result = workflow_verify(workflow, workflows_tick_ns(), error);
        if (result != 0)
            return result;
        int64_t critical_ns = workflow_critical_path_ns(workflow);
        if (critical_ns > 0)
            outcome->makespan_ratio +=
                (double)(workflow->end_ns - workflow->begin_ns) / (double)critical_ns;
        outcome->early_ratio += workflow_added_early(workflow);
    }
    return 0;
}

/* Waits until the clock begins a millisecond. Started in its midst, the first step of a loop would
 * be cut short by what of it is over. */
static void await_tick(void)
{
    int64_t now_ms = clock_now_ns() / NS_PER_MS;
    while (clock_now_ns() / NS_PER_MS == now_ms)
        continue;
}

/* `total` workflows, `at_once` at a time. */
static int carry_out(struct party *party, bool afternoon, enum timing timing, int64_t total,
                     int64_t at_once, struct outcome *outcome, struct error *error)
{
    for (int64_t done = 0; done < total; done += at_once) {
        int64_t count = total - done < at_once ? total - done : at_once;
        for (int64_t i = 0; i < count; i++)
            workflow_prepare(&party->workflows[i], party, afternoon, timing);
        await_tick();
        int64_t begin_ns = clock_now_ns();
        int result = workflows_run(party->workflows, count, error);
        outcome->elapsed_ns += clock_now_ns() - begin_ns;
        if (result == 0)
            result = tally(party, count, outcome, error);
        if (result != 0)
            return result;
    }
    outcome->makespan_ratio /= (double)total;
    outcome->early_ratio /= (double)total;
    return 0;
}

static int run(struct party *party, struct error *error)
{
    party->workflows = calloc((size_t)party->at_once, sizeof *party->workflows);
    party->rng = gsl_rng_alloc(gsl_rng_mt19937);
    if (!party->workflows || !party->rng)
        return error_set(error, -ENOMEM, "workflow: no memory");
    gsl_rng_set(party->rng, (unsigned long)party->seed);
    int result = carry_out(party, false, TIMING_RECIPE, party->repeats, 1, &party->coffee, error);
    if (result == 0)
        result = carry_out(party, true, TIMING_RECIPE, party->repeats, 1, &party->afternoon, error);
    if (result == 0)
        result = carry_out(party, false, TIMING_RECIPE, party->at_once, party->at_once,
                           &party->coffees_at_once, error);
    if (result == 0)
        result = carry_out(party, true, TIMING_RANDOM, party->random, party->at_once,
                           &party->random_timings, error);
    if (result == 0)
        result = carry_out(party, false, TIMING_NONE, party->sleepless, party->at_once,
                           &party->sleepless_coffees, error);
    return result;
}

static double per_second(int64_t count, const struct outcome *outcome)
{
    return (double)count * (double)NS_PER_SECOND / (double)outcome->elapsed_ns;
}

static void print_figures(const struct party *party)
{
    metric_print("coffee_makespan_ratio", party->coffee.makespan_ratio);
    metric_print("coffee_early_ratio", party->coffee.early_ratio);
    metric_print("afternoon_makespan_ratio", party->afternoon.makespan_ratio);
    metric_print("at_once_makespan_ratio", party->coffees_at_once.makespan_ratio);
    metric_print("sleepless_workflows_per_second",
                 per_second(party->sleepless, &party->sleepless_coffees));
}

int main(int argc, char **argv)
{
    struct party party = {.repeats = 10,
                          .at_once = 100,
                          .random = 2000,
                          .sleepless = 3000,
                          .minute_us = 1000,
                          .random_minute_us = 200,
                          .seed = 1};
    const struct parameter parameters[] = {
        {"repeats", "count", "coffees, then afternoons, one by one", &party.repeats, 1, 100000,
         NULL, NULL},
        {"at-once", "count", "coffees at once", &party.at_once, 1, 10000, NULL, NULL},
        {"random", "count", "afternoons with random timings", &party.random, 1, 1000000, NULL,
         NULL},
        {"sleepless", "count", "coffees whose steps take no time", &party.sleepless, 1, 1000000,
         NULL, NULL},
        {"minute-us", "", "how long a minute of the recipe lasts", &party.minute_us, 1, 1000000,
         NULL, NULL},
        {"random-minute-us", "", "how long one of random timings lasts", &party.random_minute_us, 1,
         1000000, NULL, NULL},
        {"seed", "", "of the random timings", &party.seed, 0, INT64_MAX, NULL, NULL},
        {0},
    };
    struct error error;
    parameters_parse(parameters, "Coffee, and the afternoon around it.", argc, argv);
    int result = run(&party, &error);
    if (result == 0) {
        parameters_print(parameters);
        print_figures(&party);
    }
    gsl_rng_free(party.rng);
    free(party.workflows);
    if (result == 0)
        return metric_end();
    error_print("%s", error.text);
    return EXIT_MEASUREMENT_FAILED;
}
