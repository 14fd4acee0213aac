/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/chosen_runtimes.h"

#include "experiment/run.h"
#include "run/scenario.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* In the setting's own way, and in each of its variants of that model. */
static int take_model(const struct setting *setting, const struct runtime *runtime,
                      const struct plan_arm *wanted, chosen_arm *take, void *data,
                      struct error *error)
{
    struct arm arm;
    int result = arm_init_runtime(&arm, runtime, setting->scenario->name);
    if (result < 0)
        return error_set(error, result, "out of memory");
    result = take(data, &arm, wanted, error);
    arm_finish(&arm);
    return result;
}

static bool has_variants(const struct setting *setting, enum model model)
{
    for (size_t i = 0; i < setting->variant_count; i++)
        if (setting->variants[i].model == model)
            return true;
    return false;
}

static int take_runtime(const struct setting *setting, const struct runtime *runtime,
                        chosen_arm *take, void *data, struct error *error)
{
    struct plan_arm usual = {.model = MODEL_SOCKETS, .options = setting->options};
    bool is_ours = model_find(runtime->model, &usual.model);
    int result = 0;
    if (is_ours)
        plan_usual_arm(setting, usual.model, &usual);
    bool in_variants = is_ours && has_variants(setting, usual.model);
    if (!in_variants || (setting->models & 1u << usual.model))
        result = take_model(setting, runtime, &usual, take, data, error);
    for (size_t i = 0; result == 0 && in_variants && i < setting->variant_count; i++)
        if (setting->variants[i].model == usual.model)
            result = take_model(setting, runtime, &setting->variants[i], take, data, error);
    return result;
}

static bool takes_part(const struct run *run, const struct setting *setting,
                       const struct runtime *runtime)
{
    return setting->subjects && run_has_chosen(run, setting) &&
           runtime_has_scenario(runtime, setting->scenario->name);
}

bool chosen_runtimes_take(const struct run *run, const struct setting *setting)
{
    for (size_t i = 0; i < run->runtimes.count; i++)
        if (takes_part(run, setting, run->runtimes.list[i].runtime))
            return true;
    return false;
}

int chosen_runtimes_of(const struct run *run, const struct setting *setting, chosen_arm *take,
                       void *data, struct error *error)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < run->runtimes.count; i++)
        if (takes_part(run, setting, run->runtimes.list[i].runtime))
            result = take_runtime(setting, run->runtimes.list[i].runtime, take, data, error);
    return result;
}

/* What this version knows nothing of is told once. Returns whether there is one that it knows. */
static bool knows_scenario(const struct runtime *runtime)
{
    bool known = false;
    for (char **name = runtime->scenarios; *name; name++)
        if (scenario_find(*name))
            known = true;
        else
            warning_print("runtime %s: there is no scenario '%s': left out of it", runtime->name,
                          *name);
    return known;
}

static int probe(struct chosen_runtimes *chosen, const struct runtime *runtime, struct error *error)
{
    struct chosen_runtime *added = &chosen->list[chosen->count];
    struct error fault = {{0}};
    added->runtime = runtime;
    int result = chosen_runtimes_probe(&chosen->catalogue, runtime, added->version, &fault);
    if (result == -EINTR)
        return error_set(error, result, "%s", fault.text);
    if (result == 0) {
        chosen->count++;
        return 0;
    }
    warning_print("runtime %s: left out: %s", runtime->name, fault.text);
    if (chosen->left_out.text[0] == '\0')
        error_set(&chosen->left_out, result, "runtime %s: %s", runtime->name, fault.text);
    return 0;
}

int chosen_runtimes_find(struct chosen_runtimes *chosen, const char *list, struct error *error)
{
    bool wanted[RUNTIMES_MAX];
    if (!list)
        return 0;
    int result = runtimes_read_ours(&chosen->catalogue, error);
    if (result == 0)
        result = runtimes_choose(&chosen->catalogue, list, wanted, error);
    for (size_t i = 0; result == 0 && i < chosen->catalogue.count; i++)
        if (wanted[i] && knows_scenario(&chosen->catalogue.list[i]))
            result = probe(chosen, &chosen->catalogue.list[i], error);
    return result;
}

void chosen_runtimes_finish(struct chosen_runtimes *chosen)
{
    runtimes_finish(&chosen->catalogue);
    chosen->count = 0;
}
