/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which programs the flow experiment runs, and with what. */
#include "experiment/flow.h"

#include "experiment/left_out.h"
#include "run/scenario.h"

#include <string.h>

#define WORDS_MAX 6

/* What any of the programs takes, C library and libuv included. */
#define FILES_LEAST   INT64_C(64)
#define THREADS_LEAST INT64_C(64)

/* One variant of a scenario, for each of its models. */
struct variant {
    const char *scenario;
    const char *words[WORDS_MAX + 1];
    double expected_seconds;
};

static const struct variant default_variants[] = {
    {"counter", {"--workers", "1"}, 0.3},
    {"counter", {"--workers", "4"}, 0.6},
    {"counter", {"--workers", "16", "--increments", "1000000"}, 0.6},
    {"futures", {NULL}, 0.5},
    {"executor", {NULL}, 1.5},
    {"workflow", {"--random", "500"}, 1.2},
    {"nursery", {NULL}, 3},
    {"cancel", {NULL}, 2.5},
    {"findself", {"--clusters", "6"}, 1.2},
    {0},
};

static const struct variant quick_variants[] = {
    {"counter", {"--workers", "4", "--increments", "500000"}, 0.3},
    {"futures", {NULL}, 0.5},
    {"executor", {"--items", "200000", "--roundtrips", "10000"}, 0.6},
    {"workflow", {"--repeats", "4", "--random", "300"}, 1},
    {"nursery", {"--rounds", "2000", "--scopes", "500"}, 1},
    {"cancel", {"--cancellations", "2000", "--crowds", "5"}, 1},
    {"findself", {"--clusters", "3"}, 0.8},
    {0},
};

/* Whether this machine's limits let any of the programs run. */
static bool has_room(struct plan *plan, const struct limits *limits)
{
    struct error limit = {{0}};
    if (limits_check_program(limits, "each program", FILES_LEAST, THREADS_LEAST, &limit) == 0)
        return true;
    left_out_program(plan, "flow", &limit);
    return false;
}

/* Whether they let this one run: it is not left to fail half-way. */
static bool is_allowed(struct plan *plan, const struct arm *arm, const struct limits *limits)
{
    struct error limit = {{0}};
    const struct scenario *scenario = scenario_find(arm->scenario);
    int64_t files = scenario->files > FILES_LEAST ? scenario->files : FILES_LEAST;
    int64_t threads = THREADS_LEAST;
    if (model_is(arm->model, MODEL_THREADS) && scenario->threads > threads)
        threads = scenario->threads;
    if (limits_check_program(limits, arm->subject, files, threads, &limit) == 0)
        return true;
    left_out_program(plan, "flow", &limit);
    return false;
}

static int add_variant(const struct run *run, struct plan *plan, const struct variant *variant,
                       const char *model, const struct limits *limits, struct error *error)
{
    const struct arm_parameters none = {0};
    struct trial trial = {.expected_seconds = variant->expected_seconds};
    int result =
        run_init_arm(run, &trial.arm, variant->scenario, model, run_allocator(run), &none, error);
    if (result < 0)
        return result;
    if (is_allowed(plan, &trial.arm, limits)) {
        result = arm_add_words(&trial.arm, variant->words);
        if (result == 0)
            result = plan_add(plan, &trial);
        if (result < 0)
            error_set(error, result, "out of memory");
    }
    arm_finish(&trial.arm);
    return result;
}

int flow_plan(const struct run *run, struct plan *plan, int64_t *blocks, struct error *error)
{
    static const char *const models[] = {"threads", "loop"};
    static const int64_t profile_blocks[] = {3, 6, 20};
    const struct limits_options none = {0};
    const struct run_options *options = run->options;
    struct limits limits;
    const struct variant *variant =
        options->profile == PROFILE_QUICK ? quick_variants : default_variants;
    *blocks = options->blocks > 0 ? options->blocks : profile_blocks[options->profile];
    limits_read(&limits, "", &none);
    int result = 0;
    for (; result == 0 && variant->scenario; variant++)
        for (size_t i = 0; result == 0 && i < sizeof models / sizeof *models; i++) {
            if (!run_wants(run, variant->scenario, models[i], true))
                continue;
            if (!has_room(plan, &limits))
                return 0;
            result = add_variant(run, plan, variant, models[i], &limits, error);
        }
    return result;
}
