/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which programs the flow experiment runs, and with what. */
#include "experiment/flow.h"

#include <errno.h>
#include <string.h>

#define WORDS_MAX 6

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

static int add_variant(const struct run *run, struct plan *plan, const struct variant *variant,
                       const char *model, struct error *error)
{
    const struct arm_parameters none = {0};
    struct trial trial = {.expected_seconds = variant->expected_seconds};
    int result =
        arm_init(&trial.arm, run->build_dir, variant->scenario, model, run_allocator(run), &none);
    if (result < 0)
        return error_set(error, result, "%s-%s is not built", variant->scenario, model);
    result = arm_add_words(&trial.arm, variant->words);
    if (result == 0)
        result = plan_add(plan, &trial);
    arm_finish(&trial.arm);
    return result < 0 ? error_set(error, result, "out of memory") : 0;
}

int flow_plan(const struct run *run, struct plan *plan, int64_t *blocks, struct error *error)
{
    static const char *const models[] = {"threads", "loop"};
    static const int64_t profile_blocks[] = {3, 6, 20};
    const struct run_options *options = run->options;
    const struct variant *variant =
        options->profile == PROFILE_QUICK ? quick_variants : default_variants;
    *blocks = options->blocks > 0 ? options->blocks : profile_blocks[options->profile];
    int result = 0;
    for (; result == 0 && variant->scenario; variant++)
        for (size_t i = 0; result == 0 && i < sizeof models / sizeof *models; i++)
            if (run_wants(run, variant->scenario, models[i], true))
                result = add_variant(run, plan, variant, models[i], error);
    return result;
}
