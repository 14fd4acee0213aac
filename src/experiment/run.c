/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/run.h"

#include "base/places.h"
#include "measure/process/idle_clients.h"
#include "run/scenario.h"

#include <errno.h>
#include <string.h>

bool run_list_has(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = list; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        if (strncmp(at, name, length) == 0 && (at[length] == ',' || at[length] == '\0'))
            return true;
    return list == NULL;
}

bool run_experiment_is_known(const char *name)
{
    return experiment_find(name) != NULL;
}

bool run_scenario_is_known(const char *name)
{
    return scenario_find(name) != NULL;
}

bool run_model_is_known(const char *name)
{
    enum model model;
    return strcmp(name, "none") == 0 || model_find(name, &model);
}

bool run_store_is_known(const char *name)
{
    return scenario_store_is_known(name);
}

static bool is_chosen(const struct run_options *options, const struct setting *setting)
{
    const char *store = plan_store(setting);
    return run_list_has(options->scenario, setting->scenario->name) &&
           (!options->store || (store && run_list_has(options->store, store)));
}

bool run_has_chosen(const struct run *run, const struct setting *setting)
{
    return is_chosen(run->options, setting);
}

bool run_wants_subjects(const struct setting *setting)
{
    return setting->subjects && setting->scenario == scenario_plain_server();
}

static bool has_model(const struct run_options *options, enum model model)
{
    return run_list_has(options->model, model_name(model));
}

bool run_wants(const struct run *run, const struct setting *setting, enum model model)
{
    const struct run_options *options = run->options;
    unsigned of_setting = setting->models | (options->model ? setting->on_request : 0);
    return is_chosen(options, setting) && (of_setting & 1u << model) && has_model(options, model);
}

size_t run_wanted(const struct run *run, const struct setting *setting, struct plan_arm *arms)
{
    size_t count = 0;
    for (int model = 0; model < MODEL_COUNT; model++)
        if (run_wants(run, setting, (enum model)model))
            plan_usual_arm(setting, (enum model)model, &arms[count++]);
    for (size_t i = 0; i < setting->variant_count; i++)
        if (is_chosen(run->options, setting) && has_model(run->options, setting->variants[i].model))
            arms[count++] = setting->variants[i];
    return count;
}

bool run_has_numbers(const struct run *run)
{
    const struct plan_changes *changes = &run->options->changes;
    return changes->waiters_count > 0 || changes->active_count > 0 || changes->idle_count > 0;
}

bool run_has_numbers_of(const struct run *run, const struct setting *setting)
{
    const struct plan_changes *changes = &run->options->changes;
    const struct experiment *experiment = setting->experiment;
    if (experiment == &experiment_list[EXPERIMENT_MEMORY])
        return changes->waiters_count > 0;
    bool has_idle = experiment == &experiment_list[EXPERIMENT_LATENCY];
    return changes->active_count > 0 || (has_idle && changes->idle_count > 0);
}

bool run_is_asked(const struct run *run, const struct setting *setting)
{
    return !run->plan.leaves_out || run_has_numbers_of(run, setting);
}

int64_t run_server_cpu_count(const struct run *run)
{
    int count = hwloc_bitmap_weight(run->placement.server_cpus);
    return count > 0 ? count : 1;
}

const struct placement *run_placement(const struct run *run, const struct arm *arm)
{
    const char *store = arm_store(arm);
    return store && stores_has_processes(store) ? &run->store_placement.sides : &run->placement;
}

int64_t run_connect_window(const struct run *run)
{
    bool foreign = run->foreign_count > 0 || run->runtimes.count > 0;
    return foreign ? IDLE_CLIENTS_WINDOW_FOREIGN : IDLE_CLIENTS_WINDOW;
}

const char *run_host(const struct run *run)
{
    return run->options->host ? run->options->host : "127.0.0.1";
}

int run_argv(struct run *run, const struct arm *arm, uint64_t seed, char ***argv,
             struct error *error)
{
    struct arm started = *arm;
    const char *store = arm_store(arm);
    int64_t delay_us = arm_store_delay_us(arm);
    int result =
        store ? stores_need(&run->stores, store, delay_us, &started.parameters.store_path, error)
              : 0;
    if (result < 0)
        return result;
    started.parameters.host = arm_protocol(arm) ? run->options->host : NULL;
    started.parameters.seed = store ? run->options->seed : seed;
    started.parameters.work_spins_per_us = run->spins_per_us;
    *argv = arm_argv(&started);
    return *argv ? 0 : error_set(error, -ENOMEM, "out of memory");
}

int run_init_arm(const struct run *run, struct arm *arm, const char *scenario, const char *model,
                 const char *allocator, const struct arm_parameters *parameters,
                 struct error *error)
{
    int result = arm_init(arm, run->programs_dir, scenario, model, allocator, parameters);
    if (result == -ENOENT && places_source())
        return error_set(error, result,
                         "the program %s-%s (%s) is missing in %s; build it: ninja -C %s/..",
                         scenario, model, allocator, run->programs_dir, run->programs_dir);
    if (result == -ENOENT)
        return error_set(error, result,
                         "the program %s-%s (%s) is missing in %s; install waitbench again",
                         scenario, model, allocator, run->programs_dir);
    return result < 0 ? error_set(error, result, "out of memory") : 0;
}

/* Any one of its programs says that a build has jemalloc: where some are missing, those that are
 * needed are named rather than replaced. */
const char *run_allocator(const struct run *run)
{
    const struct arm_parameters none = {0};
    const char *scenario = scenario_plain_server()->name;
    for (int model = 0; model < MODEL_COUNT; model++) {
        struct arm arm;
        if (arm_init(&arm, run->programs_dir, scenario, model_name((enum model)model), "jemalloc",
                     &none) == 0) {
            arm_finish(&arm);
            return "jemalloc";
        }
    }
    return "libc";
}
