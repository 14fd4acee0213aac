/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which arms a plan's settings of load compare, and which connections a machine allows them. */
#include "experiment/load_trial.h"

#include "base/clock.h"
#include "experiment/left_out.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

/* What warming up until steady takes where three slices do. */
#define STEADY_SECONDS 0.8

double load_trial_expected_seconds(const struct trial_load *load)
{
    double window = (double)(load->warmup_ns + load->duration_ns) / (double)NS_PER_SECOND;
    double steady = load->steady_longest_ns > 0 ? STEADY_SECONDS : 0;
    return 0.25 + steady + window + (double)load->connections * 80e-6;
}

static int add_arm(const struct run *run, const struct setting *setting, struct trial_list *list,
                   const struct trial *trial, const struct arm *arm, struct error *error)
{
    struct error limit = {{0}};
    struct limits_options waiter = arm_limits(arm);
    enum model model = MODEL_SOCKETS;
    struct limits limits;
    struct trial added = *trial;
    waiter.shards = setting->shards;
    waiter.work_stack_bytes = arm->parameters.work_stack_bytes;
    waiter.work_heap_bytes = arm->parameters.work_heap_bytes;
    waiter.hold_bytes = arm->parameters.hold_bytes;
    model_find(arm->model, &model);
    int result =
        memory_slopes_learn(run->slopes, arm, true, &trial->load.connections, 1, &waiter, error);
    if (result < 0)
        return result;
    limits_read(&limits, "", &waiter);
    result = limits_check(&limits, model, trial->load.connections, &limit);
    if (result < 0)
        return left_out_arm(run, list, setting, arm, &limits, trial->load.connections, result,
                            &limit, error);
    added.arm = *arm;
    added.arm.parameters.shards = setting->shards;
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

static bool has_size(const struct setting *setting)
{
    return protocol_find_option(protocol_find(setting->scenario->protocol), "size") != NULL;
}

/* Work is done once a request, which the server has to tell from a part of one, and which of them
 * block it draws from their numbers. Where the protocol says where a request ends there is nothing
 * to tell. */
static int64_t request_bytes_of(const struct setting *setting, const struct plan_arm *wanted)
{
    const struct scenario *scenario = setting->scenario;
    bool counts = plan_work_needs_options(&setting->work) ||
                  option_number(scenario->options, &wanted->options, PURPOSE_SLOW_EVERY) > 0;
    return counts && has_size(setting) ? setting->work.payload_bytes : 0;
}

static struct arm_parameters parameters_of(const struct run *run, const struct setting *setting,
                                           const struct plan_arm *wanted)
{
    const struct plan_work *work = &setting->work;
    return (struct arm_parameters){
        .shards = setting->shards,
        .loops = loops_of(run, wanted->model),
        .work_cpu_us = work->cpu_us,
        .work_stack_bytes = work->stack_bytes,
        .work_heap_bytes = work->heap_bytes,
        .work_cache_bytes = work->cache_bytes,
        .work_slow_us = work->slow_us,
        .work_slow_every = work->slow_every,
        .hold_bytes = work->hold_bytes,
        .request_bytes = request_bytes_of(setting, wanted),
        .options = wanted->options,
    };
}

static int add_wanted(const struct run *run, const struct setting *setting, struct trial_list *list,
                      const struct trial *trial, const struct plan_arm *wanted, struct error *error)
{
    struct arm arm;
    struct arm_parameters parameters = parameters_of(run, setting, wanted);
    int result = run_init_arm(run, &arm, setting->scenario->name, model_name(wanted->model),
                              run_allocator(run), &parameters, error);
    if (result < 0)
        return result;
    result = add_arm(run, setting, list, trial, &arm, error);
    arm_finish(&arm);
    return result;
}

/* A second loop on a server with one CPU has nothing to say, and takes part only when it is asked
 * for. */
static bool has_something_to_say(const struct run *run, enum model model)
{
    return model != MODEL_LOOPS || run->options->model || run_server_cpu_count(run) > 1;
}

static int check_size(const struct run *run, const struct setting *setting, struct error *error)
{
    if (has_size(setting) || setting->work.payload_bytes == PLAN_PAYLOAD_BYTES)
        return 0;
    return error_set(
        error, -EINVAL,
        "%s:%d: work %s: requests of %s are as long as they are, without payload_bytes",
        run->plan.path, setting->line, setting->work.name, setting->scenario->name);
}

static enum rate_basis basis_of(const struct setting *setting)
{
    if (setting->rate_per_second > 0)
        return RATE_GIVEN;
    return setting->basis == PLAN_EQUAL_RATE ? RATE_EQUAL : UTILISATION_EQUAL;
}

static int64_t ns_of(double seconds)
{
    return (int64_t)(seconds * (double)NS_PER_SECOND + 0.5);
}

/* What a runtime is added to. */
struct runtime_plan {
    const struct run *run;
    const struct setting *setting;
    struct trial_list *list;
    const struct trial *trial;
};

/* How many loops it has is its own matter. */
static int add_runtime(void *data, struct arm *arm, const struct plan_arm *wanted,
                       struct error *error)
{
    struct runtime_plan *plan = data;
    if (arm->takes_options) {
        arm->parameters.options = wanted->options;
        arm->parameters.request_bytes = request_bytes_of(plan->setting, wanted);
    }
    return add_arm(plan->run, plan->setting, plan->list, plan->trial, arm, error);
}

/* Each of them has an active connection. */
static int64_t clients_of(const struct run *run, int64_t active)
{
    int64_t clients = (int64_t)run->options->client_count;
    return clients < active ? clients : active;
}

int load_trial_add(const struct run *run, const struct setting *setting, int64_t idle,
                   struct trial_list *list, struct error *error)
{
    struct trial trial = {
        .blocks = setting->blocks,
        .setting = setting,
        .load =
            {
                .connections = setting->active + idle,
                .active = setting->active,
                .clients = clients_of(run, setting->active),
                .size_bytes = has_size(setting) ? setting->work.payload_bytes : 0,
                .requests_per_connection = setting->work.requests_per_connection,
                .basis = basis_of(setting),
                .rate_per_second = setting->rate_per_second,
                .capacity_share = setting->share,
                .capacity_active =
                    setting->capacity_active > 0 ? setting->capacity_active : setting->active,
                .fit = setting->fit,
                .longest_seconds = setting->longest_seconds,
                .steady_longest_ns = ns_of(setting->steady_longest_seconds),
                .warmup_ns = ns_of(setting->warmup_seconds),
                .duration_ns = ns_of(setting->seconds),
            },
    };
    snprintf(trial.work, sizeof trial.work, "%s%s", setting->work.label[0] ? ", " : "",
             setting->work.label);
    int result = check_size(run, setting, error);
    struct plan_arm wanted[RUN_ARMS_MAX];
    size_t count = run_wanted(run, setting, wanted);
    for (size_t i = 0; result == 0 && i < count; i++)
        if (has_something_to_say(run, wanted[i].model))
            result = add_wanted(run, setting, list, &trial, &wanted[i], error);
    for (size_t i = 0; result == 0 && run_wants_subjects(setting) && i < run->foreign_count; i++)
        result = add_arm(run, setting, list, &trial, &run->foreign[i], error);
    struct runtime_plan plan = {run, setting, list, &trial};
    return result == 0 ? chosen_runtimes_of(run, setting, add_runtime, &plan, error) : result;
}
