/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/left_out.h"

#include <string.h>

static int refuse(const struct run *run, const struct setting *setting, int fault,
                  const struct error *limit, struct error *error)
{
    if (!run_has_numbers_of(run, setting))
        return error_set(error, fault, "%s:%d: %s", run->plan.path, setting->line, limit->text);
    return error_set(error, fault, "%s", limit->text);
}

static void tell(struct trial_list *list, const struct setting *setting, const struct error *limit)
{
    if (list->limit.text[0] == '\0')
        list->limit = *limit;
    warning_print("%s: left out: %s", setting->experiment->name, limit->text);
}

int left_out_program(const struct run *run, struct trial_list *list, const struct setting *setting,
                     int fault, const struct error *limit, struct error *error)
{
    if (!run->plan.leaves_out)
        return refuse(run, setting, fault, limit, error);
    tell(list, setting, limit);
    return 0;
}

int left_out_store(struct run *run, struct trial_list *list, const struct setting *setting,
                   int fault, const struct error *why, struct error *error)
{
    const char *store = plan_store(setting);
    if (run->options->store)
        return error_set(error, fault, "--store %s: %s", store, why->text);
    if (!run->plan.leaves_out)
        return error_set(error, fault, "%s:%d: store %s: %s", run->plan.path, setting->line, store,
                         why->text);
    if (list->limit.text[0] == '\0')
        list->limit = *why;
    if (strcmp(run->store_left_out.text, why->text) != 0)
        warning_print("store %s: left out: %s", store, why->text);
    run->store_left_out = *why;
    return 0;
}

int left_out_arm(const struct run *run, struct trial_list *list, const struct setting *setting,
                 const struct arm *arm, const struct limits *limits, int64_t waiters, int fault,
                 const struct error *limit, struct error *error)
{
    enum model model = MODEL_SOCKETS;
    model_find(arm->model, &model);
    bool own = arm->foreign && limits_is_measured(limits, limits_binding(limits, model));
    if (own && !run_is_asked(run, setting))
        return left_out_program(run, list, setting, fault, limit, error);
    return left_out_waiters(run, list, setting, model, waiters, fault, limit, error);
}

int left_out_waiters(const struct run *run, struct trial_list *list, const struct setting *setting,
                     enum model model, int64_t waiters, int fault, const struct error *limit,
                     struct error *error)
{
    if (run_is_asked(run, setting))
        return refuse(run, setting, fault, limit, error);
    if (list->left_out[model] > 0 && list->left_out[model] <= waiters)
        return 0;
    list->left_out[model] = waiters;
    tell(list, setting, limit);
    return 0;
}
