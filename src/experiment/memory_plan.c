/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which N a machine allows the arms of a plan's memory settings. */
#include "experiment/memory.h"

#include "experiment/left_out.h"
#include "load/idle/idle.h"

#include <string.h>

/* A slope takes four different N. */
#define WAITERS_LEAST INT64_C(8)

static struct limits_options limits_options_of(const struct arm *arm, bool warm, int64_t shards)
{
    const struct arm_parameters *parameters = &arm->parameters;
    struct limits_options options = arm_limits(arm);
    options.shards = shards;
    options.work_stack_bytes = warm ? parameters->work_stack_bytes : 0;
    options.work_heap_bytes = warm ? parameters->work_heap_bytes : 0;
    options.hold_bytes = parameters->hold_bytes;
    return options;
}

/* A foreign subject may be of any model; what every model needs is what sockets need. */
static enum model limits_model_of(const struct arm *arm)
{
    enum model model = MODEL_SOCKETS;
    model_find(arm->model, &model);
    return model;
}

/* Those of the setting's that this machine allows. */
static size_t allowed_waiters(const struct setting *setting, int64_t largest, int64_t *waiters)
{
    size_t count = 0;
    for (size_t i = 0; i < setting->waiters_count; i++) {
        int64_t n = setting->waiters[i];
        if (n == PLAN_LARGEST) {
            n = largest - largest % 100 < MEMORY_SLOPES_LARGEST ? largest - largest % 100
                                                                : MEMORY_SLOPES_LARGEST;
            if (count == 0 || n <= waiters[count - 1])
                continue;
        }
        if (n <= largest)
            waiters[count++] = n;
    }
    return count;
}

/* A machine that allows fewer than four of ours still gets four N for a slope. */
static size_t waiters_of(const struct run *run, const struct setting *setting, int64_t largest,
                         int64_t *waiters)
{
    size_t count = allowed_waiters(setting, largest, waiters);
    if (run_is_asked(run, setting) || count >= 4 || count == setting->waiters_count ||
        largest < WAITERS_LEAST)
        return count;
    for (count = 0; count < 4; count++)
        waiters[count] = largest * (int64_t)(count + 1) / 4;
    return count;
}

/* Seconds that a trial takes, roughly: start, connect, settle, end. */
static double expected_seconds(const struct arm *arm, int64_t waiters, bool warm)
{
    double per_waiter = model_is(arm->model, MODEL_THREADS) ? 60e-6 : 40e-6;
    double start = arm->foreign ? 0.6 : 0.25; /* an interpreter's, and until it has settled */
    return start + (double)waiters * (per_waiter + (warm ? 40e-6 : 0));
}

/* Of the N that this machine does not allow: the first is told, and the others with it. Where
 * somebody asked for them the largest is refused: who makes room for it has made room for all. */
static int look_at_limits(const struct run *run, struct trial_list *list,
                          const struct setting *setting, const struct arm *arm,
                          const struct limits *limits, enum model model, struct error *error)
{
    struct error limit = {{0}};
    struct error ignored;
    int64_t refused = 0;
    for (size_t i = 0; i < setting->waiters_count; i++) {
        int64_t n = setting->waiters[i];
        bool counts = refused == 0 || (run_is_asked(run, setting) && n > refused);
        if (counts && n != PLAN_LARGEST && limits_check(limits, model, n, &ignored) < 0)
            refused = n;
    }
    if (refused == 0)
        return 0;
    int result = limits_check(limits, model, refused, &limit);
    return left_out_arm(run, list, setting, arm, limits, refused, result, &limit, error);
}

static int add_trials(const struct run *run, const struct arm *arm, const struct setting *setting,
                      struct trial_list *list, struct error *error)
{
    struct limits_options waiter = limits_options_of(arm, setting->warm, setting->shards);
    enum model model = limits_model_of(arm);
    struct limits limits;
    int64_t waiters[PLAN_WAITERS_MAX];
    int result = memory_slopes_learn(run->slopes, arm, setting->warm, setting->waiters,
                                     setting->waiters_count, &waiter, error);
    limits_read(&limits, "", &waiter);
    if (result == 0)
        result = look_at_limits(run, list, setting, arm, &limits, model, error);
    size_t count = waiters_of(run, setting, limits_largest(&limits, model), waiters);
    for (size_t i = 0; result == 0 && i < count; i++) {
        struct trial trial = {
            .arm = *arm,
            .blocks = setting->blocks,
            .setting = setting,
            .waiters = waiters[i],
            .warm = setting->warm,
            .expected_seconds = expected_seconds(arm, waiters[i], setting->warm),
        };
        trial.arm.parameters.shards = setting->shards;
        result = trial_list_add_once(list, &trial);
        if (result < 0)
            error_set(error, result, "out of memory");
    }
    return result;
}

static struct arm_parameters parameters_of(const struct run *run, const struct setting *setting,
                                           const struct plan_arm *wanted)
{
    const struct plan_work *work = &setting->work;
    struct arm_parameters parameters = {
        .stack_bytes = wanted->model == MODEL_THREADS ? setting->stack_bytes : 0,
        .shards = setting->shards,
        .loops = wanted->model == MODEL_LOOPS ? run_server_cpu_count(run) : 0,
        .work_stack_bytes = work->stack_bytes,
        .work_heap_bytes = work->heap_bytes,
        .hold_bytes = work->hold_bytes,
        .options = wanted->options,
    };
    /* Work is done once a request, which the server has to tell from a part of one. */
    if ((work->stack_bytes > 0 || work->heap_bytes > 0) && setting->scenario->protocol &&
        protocol_find_option(protocol_find(setting->scenario->protocol), "size"))
        parameters.request_bytes = IDLE_REQUEST_BYTES;
    return parameters;
}

static int add_arm(const struct run *run, const struct setting *setting,
                   const struct plan_arm *wanted, const char *allocator, struct trial_list *list,
                   struct error *error)
{
    struct arm arm;
    struct arm_parameters parameters = parameters_of(run, setting, wanted);
    int result = run_init_arm(run, &arm, setting->scenario->name, model_name(wanted->model),
                              allocator, &parameters, error);
    if (result < 0)
        return result;
    result = add_trials(run, &arm, setting, list, error);
    arm_finish(&arm);
    return result;
}

/* With each allocator of the setting that was built in. */
static int add_wanted(const struct run *run, const struct setting *setting,
                      const struct plan_arm *wanted, struct trial_list *list, struct error *error)
{
    bool has_jemalloc = strcmp(run_allocator(run), "jemalloc") == 0;
    int result = 0;
    if (setting->allocators & PLAN_ALLOCATOR_ANY)
        return add_arm(run, setting, wanted, run_allocator(run), list, error);
    if ((setting->allocators & PLAN_ALLOCATOR_JEMALLOC) && has_jemalloc)
        result = add_arm(run, setting, wanted, "jemalloc", list, error);
    if (result == 0 && (setting->allocators & PLAN_ALLOCATOR_LIBC))
        result = add_arm(run, setting, wanted, "libc", list, error);
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
    if (arm->takes_options)
        arm->parameters.options = wanted->options;
    return add_trials(plan->run, arm, plan->setting, plan->list, error);
}

int memory_plan(const struct run *run, const struct setting *setting, struct trial_list *list,
                struct error *error)
{
    struct plan_arm wanted[RUN_ARMS_MAX];
    size_t count = run_wanted(run, setting, wanted);
    int result = 0;
    for (size_t i = 0; result == 0 && i < count; i++)
        result = add_wanted(run, setting, &wanted[i], list, error);
    for (size_t i = 0; result == 0 && run_wants_subjects(setting) && i < run->foreign_count; i++)
        result = add_trials(run, &run->foreign[i], setting, list, error);
    struct runtime_plan plan = {run, setting, list};
    return result == 0 ? chosen_runtimes_of(run, setting, add_runtime, &plan, error) : result;
}
