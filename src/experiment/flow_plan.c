/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The programs of a plan's flow settings, as far as a machine allows them. */
#include "experiment/flow.h"

#include "experiment/left_out.h"

#include <inttypes.h>
#include <stdio.h>

/* What any of the programs takes, C library and libuv included. */
#define FILES_LEAST   INT64_C(64)
#define THREADS_LEAST INT64_C(64)

#define WORD_BYTES 48

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Whether this machine's limits let the program run, for it is not left to fail half-way. That not
 * even the least of them could is told once, and not of each. Returns 1, 0 where it is left out, or
 * -errno with `error` set. */
static int is_allowed(const struct run *run, const struct setting *setting, const struct arm *arm,
                      struct trial_list *list, struct error *error)
{
    const struct limits_options none = {0};
    struct error limit = {{0}};
    struct limits limits;
    bool threads = model_is(arm->model, MODEL_THREADS);
    limits_read(&limits, "", &none);
    int result = limits_check_program(&limits, "each program", FILES_LEAST, THREADS_LEAST, &limit);
    if (result < 0 && list->limit.text[0] != '\0' && run->plan.leaves_out)
        return 0;
    if (result == 0)
        result = limits_check_program(
            &limits, arm->subject, most(setting->scenario->files, FILES_LEAST),
            threads ? most(setting->scenario->threads, THREADS_LEAST) : THREADS_LEAST, &limit);
    if (result == 0)
        return 1;
    return left_out_program(run, list, setting, result, &limit, error);
}

static int add_options(struct arm *arm, const struct setting *setting)
{
    const struct scenario_option *options = setting->scenario->options;
    int result = 0;
    for (size_t i = 0; result == 0 && options[i].name; i++) {
        char name[WORD_BYTES];
        char value[WORD_BYTES];
        const char *const words[] = {name, value, NULL};
        if (!(setting->options.set & 1u << i))
            continue;
        snprintf(name, sizeof name, "--%s", options[i].name);
        snprintf(value, sizeof value, "%" PRId64, setting->options.at[i]);
        result = arm_add_words(arm, words);
    }
    return result;
}

/* Adds the options to the arm, and the arm to the list, as far as this machine lets it run. */
static int add_arm(const struct run *run, const struct setting *setting, struct trial_list *list,
                   struct arm *arm, struct error *error)
{
    int result = is_allowed(run, setting, arm, list, error);
    if (result <= 0)
        return result;
    result = add_options(arm, setting);
    const struct trial trial = {
        .arm = *arm,
        .expected_seconds = setting->seconds > 0 ? setting->seconds : 1,
        .blocks = setting->blocks,
        .setting = setting,
    };
    if (result == 0)
        result = trial_list_add_once(list, &trial);
    return result < 0 ? error_set(error, result, "out of memory") : 0;
}

static int add_model(const struct run *run, const struct setting *setting, enum model model,
                     struct trial_list *list, struct error *error)
{
    const struct arm_parameters none = {0};
    struct arm arm;
    int result = run_init_arm(run, &arm, setting->scenario->name, model_name(model),
                              run_allocator(run), &none, error);
    if (result < 0)
        return result;
    result = add_arm(run, setting, list, &arm, error);
    arm_finish(&arm);
    return result;
}

/* What a runtime is added to. */
struct runtime_plan {
    const struct run *run;
    const struct setting *setting;
    struct trial_list *list;
};

static int add_runtime(void *data, struct arm *arm, const struct plan_arm *wanted,
                       struct error *error)
{
    struct runtime_plan *plan = data;
    (void)wanted; /* what programs take is the same for all */
    return add_arm(plan->run, plan->setting, plan->list, arm, error);
}

int flow_plan(const struct run *run, const struct setting *setting, struct trial_list *list,
              struct error *error)
{
    int result = 0;
    for (int model = 0; result == 0 && model < MODEL_COUNT; model++)
        if (run_wants(run, setting, (enum model)model))
            result = add_model(run, setting, (enum model)model, list, error);
    struct runtime_plan plan = {run, setting, list};
    return result == 0 ? chosen_runtimes_of(run, setting, add_runtime, &plan, error) : result;
}
