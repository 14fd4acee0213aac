/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which arms the load experiments compare. */
#include "experiment/load_trial.h"

#include "base/clock.h"
#include "experiment/left_out.h"

#include <errno.h>
#include <string.h>

double load_trial_expected_seconds(const struct trial_load *load)
{
    double window = (double)(load->warmup_ns + load->duration_ns) / (double)NS_PER_SECOND;
    return 0.25 + window + (double)load->connections * 80e-6;
}

int load_trial_check(int64_t connections, enum limits_model *model, struct error *error)
{
    const struct limits_options bare = {0};
    struct limits limits;
    limits_read(&limits, "", &bare);
    for (int i = 0; i < LIMITS_MODEL_COUNT; i++) {
        int result = limits_check(&limits, (enum limits_model)i, connections, error);
        if (result < 0) {
            *model = (enum limits_model)i;
            return result;
        }
    }
    return 0;
}

/* The numbers are ours and not the user's, so an arm that this machine does not allow them is left
 * out instead of the whole run. */
static int add_arm(struct plan *plan, const struct trial *trial, const struct arm *arm,
                   struct error *error)
{
    struct error limit = {{0}};
    const struct limits_options waiter = {.loops = arm->parameters.loops};
    enum limits_model model = LIMITS_SOCKETS;
    struct limits limits;
    struct trial added = *trial;
    limits_model_parse(arm->model, &model);
    limits_read(&limits, "", &waiter);
    if (limits_check(&limits, model, trial->load.connections, &limit) < 0) {
        left_out_waiters(plan, trial->load.capacity_share > 0 ? "latency" : "throughput", model,
                         trial->load.connections, &limit);
        return 0;
    }
    added.arm = *arm;
    added.expected_seconds = load_trial_expected_seconds(&trial->load);
    int result = plan_add(plan, &added);
    return result < 0 ? error_set(error, result, "out of memory") : 0;
}

/* One loop per server CPU. Where the server has a single CPU there are two loops on it: with one,
 * the arm would be `loop` under another name. */
static int64_t loops_of(const struct run *run, const char *model)
{
    int64_t cpus = run_server_cpu_count(run);
    if (strcmp(model, "loops") != 0)
        return 0;
    return cpus > 1 ? cpus : 2;
}

static int add_model(const struct run *run, struct plan *plan, const struct trial *trial,
                     const char *model, const struct arm_parameters *work, struct error *error)
{
    struct arm arm;
    struct arm_parameters parameters = *work;
    parameters.loops = loops_of(run, model);
    int result = run_init_arm(run, &arm, "echo", model, run_allocator(run), &parameters, error);
    if (result < 0)
        return result;
    result = add_arm(plan, trial, &arm, error);
    arm_finish(&arm);
    return result;
}

int load_trial_add_arms(const struct run *run, struct plan *plan, const struct trial *trial,
                        enum work_kind kind, struct error *error)
{
    static const char *const models[] = {"threads", "loop", "loops"};
    struct arm_parameters work = {0};
    struct trial added = *trial;
    int result = 0;
    work_kind_apply(kind, &work, &added.load);
    added.work = work_kind_text(kind);
    for (size_t i = 0; result == 0 && i < sizeof models / sizeof *models; i++) {
        bool by_default = strcmp(models[i], "loops") != 0 || run_server_cpu_count(run) > 1;
        if (run_wants(run, "echo", models[i], by_default))
            result = add_model(run, plan, &added, models[i], &work, error);
    }
    for (size_t i = 0; result == 0 && !work_kind_needs_options(kind) && i < run->foreign_count; i++)
        result = add_arm(plan, &added, &run->foreign[i], error);
    return result;
}
