/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many idle connections there are in a plan's settings of latency. */
#include "experiment/latency.h"

#include "experiment/left_out.h"
#include "experiment/load_trial.h"

/* Whether this machine allows so many connections to every model. Returns 0, or what limits_check
 * does of the first model that it does not. How much memory they take is each arm's own matter,
 * and looked at with it (load_plan.c). */
static int check_all_models(int64_t connections, int64_t shards, enum model *model,
                            struct error *limit)
{
    const struct limits_options bare = {.shards = shards, .measured_bytes = LIMITS_NOT_COUNTED};
    struct limits limits;
    limits_read(&limits, "", &bare);
    for (int i = 0; i < MODEL_COUNT; i++) {
        int result = limits_check(&limits, (enum model)i, connections, limit);
        if (result < 0) {
            *model = (enum model)i;
            return result;
        }
    }
    return 0;
}

/* As many as every model allows beside the active ones. */
static int64_t largest_idle(int64_t active, int64_t shards)
{
    const struct limits_options bare = {.shards = shards};
    struct limits limits;
    limits_read(&limits, "", &bare);
    int64_t largest = MEMORY_SLOPES_LARGEST;
    for (int model = 0; model < MODEL_COUNT; model++) {
        int64_t allowed = limits_largest(&limits, (enum model)model) - active;
        if (allowed < largest)
            largest = allowed;
    }
    return largest > 0 ? largest - largest % 100 : 0;
}

int latency_plan(const struct run *run, const struct setting *setting, struct trial_list *list,
                 struct error *error)
{
    struct error limit = {{0}};
    enum model model = MODEL_SOCKETS;
    int64_t idle = setting->idle;
    if (idle == PLAN_LARGEST)
        idle = largest_idle(setting->active, setting->shards);
    if (idle == 0 && setting->idle != 0)
        return 0;
    int result = check_all_models(setting->active + idle, setting->shards, &model, &limit);
    if (result < 0)
        return left_out_waiters(run, list, setting, model, setting->active + idle, result, &limit,
                                error);
    return load_trial_add(run, setting, idle, list, error);
}
