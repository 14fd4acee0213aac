/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which arms a plan's settings of load compare, and which connections a machine allows them. */
#include "experiment/load_trial.h"

#include "base/clock.h"
#include "experiment/left_out.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

double load_trial_expected_seconds(const struct trial_load *load)
{
    double window = (double)(load->warmup_ns + load->duration_ns) / (double)NS_PER_SECOND;
    return 0.25 + window + (double)load->connections * 80e-6;
}

static int add_arm(const struct run *run, const struct setting *setting, struct trial_list *list,
                   const struct trial *trial, const struct arm *arm, struct error *error)
{
    struct error limit = {{0}};
    const struct limits_options waiter = {.loops = arm->parameters.loops};
    enum model model = MODEL_SOCKETS;
    struct limits limits;
    struct trial added = *trial;
    model_find(arm->model, &model);
    limits_read(&limits, "", &waiter);
    int result = limits_check(&limits, model, trial->load.connections, &limit);
    if (result < 0)
        return left_out_waiters(run, list, setting, model, trial->load.connections, result, &limit,
                                error);
    added.arm = *arm;
    added.expected_seconds = load_trial_expected_seconds(&trial->load);
    result = trial_list_add_once(list, &added);
    if (result == -EEXIST)
        return error_set(error, -EINVAL,
                         "%s:%d: another setting measures the same (%s, %" PRId64
                         " active, %" PRId64 " idle) with another window",
                         run->plan.path, setting->line, arm->subject, trial->load.active,
                         trial->load.connections - trial->load.active);
    return result < 0 ? error_set(error, result, "out of memory") : 0;
}

/* One loop per server CPU. Where the server has a single CPU there are two loops on it: with one,
 * the arm would be `loop` under another name. */
static int64_t loops_of(const struct run *run, enum model model)
{
    int64_t cpus = run_server_cpu_count(run);
    if (model != MODEL_LOOPS)
        return 0;
    return cpus > 1 ? cpus : 2;
}

static struct arm_parameters parameters_of(const struct run *run, const struct setting *setting,
                                           enum model model)
{
    const struct plan_work *work = &setting->work;
    return (struct arm_parameters){
        .loops = loops_of(run, model),
        .work_cpu_us = work->cpu_us,
        .work_stack_bytes = work->stack_bytes,
        .work_heap_bytes = work->heap_bytes,
        .work_cache_bytes = work->cache_bytes,
        .work_slow_us = work->slow_us,
        .work_slow_every = work->slow_every,
        .hold_bytes = work->hold_bytes,
        /* Work is done once a request, which the server has to tell from a part of one. */
        .request_bytes = plan_work_needs_options(work) ? work->payload_bytes : 0,
    };
}

static int add_model(const struct run *run, const struct setting *setting, struct trial_list *list,
                     const struct trial *trial, enum model model, struct error *error)
{
    struct arm arm;
    struct arm_parameters parameters = parameters_of(run, setting, model);
    int result = run_init_arm(run, &arm, setting->scenario->name, model_name(model),
                              run_allocator(run), &parameters, error);
    if (result < 0)
        return result;
    result = add_arm(run, setting, list, trial, &arm, error);
    arm_finish(&arm);
    return result;
}

/* A second loop on a server with one CPU has nothing to say, and takes part only when it is asked
 * for. */
static bool is_wanted(const struct run *run, const struct setting *setting, enum model model)
{
    if (!run_wants(run, setting, model))
        return false;
    return model != MODEL_LOOPS || run->options->model || run_server_cpu_count(run) > 1;
}

static int64_t ns_of(double seconds)
{
    return (int64_t)(seconds * (double)NS_PER_SECOND + 0.5);
}

int load_trial_add(const struct run *run, const struct setting *setting, int64_t idle,
                   struct trial_list *list, struct error *error)
{
    struct trial trial = {
        .blocks = setting->blocks,
        .load =
            {
                .connections = setting->active + idle,
                .active = setting->active,
                .size_bytes = setting->work.payload_bytes,
                .requests_per_connection = setting->work.requests_per_connection,
                .basis = setting->basis == PLAN_EQUAL_RATE ? RATE_EQUAL : UTILISATION_EQUAL,
                .capacity_share = setting->share,
                .capacity_active =
                    setting->capacity_active > 0 ? setting->capacity_active : setting->active,
                .fit = setting->fit,
                .longest_seconds = setting->longest_seconds,
                .warmup_ns = ns_of(setting->warmup_seconds),
                .duration_ns = ns_of(setting->seconds),
            },
    };
    int result = 0;
    snprintf(trial.work, sizeof trial.work, "%s%s", setting->work.label[0] ? ", " : "",
             setting->work.label);
    for (int model = 0; result == 0 && model < MODEL_COUNT; model++)
        if (is_wanted(run, setting, (enum model)model))
            result = add_model(run, setting, list, &trial, (enum model)model, error);
    for (size_t i = 0; result == 0 && setting->subjects && i < run->foreign_count; i++)
        result = add_arm(run, setting, list, &trial, &run->foreign[i], error);
    return result;
}
