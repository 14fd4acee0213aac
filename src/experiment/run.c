/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/run.h"

#include "base/interrupt.h"
#include "base/places.h"
#include "base/spin.h"
#include "experiment/aa.h"
#include "experiment/asked.h"
#include "experiment/flow.h"
#include "experiment/folder.h"
#include "experiment/job.h"
#include "experiment/latency.h"
#include "experiment/memory.h"
#include "experiment/record.h"
#include "experiment/throughput.h"
#include "load/connection/connector.h"
#include "run/scenario.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPERIMENTS_MAX 8

const struct method *const run_methods[] = {
    &memory_method, &throughput_method, &latency_method, &flow_method, NULL,
};

struct jobs {
    struct job jobs[EXPERIMENTS_MAX];
    size_t count;
};

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
    for (size_t i = 0; run_methods[i]; i++)
        if (strcmp(run_methods[i]->experiment->name, name) == 0)
            return true;
    return false;
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

bool run_wants(const struct run *run, const struct setting *setting, enum model model)
{
    const struct run_options *options = run->options;
    unsigned by_default = setting->models & 1u << model;
    unsigned possible = (setting->models | setting->on_request) & 1u << model;
    if (!run_list_has(options->scenario, setting->scenario->name))
        return false;
    return options->model ? possible && run_list_has(options->model, model_name(model))
                          : by_default != 0;
}

bool run_has_numbers(const struct run *run)
{
    const struct plan_changes *changes = &run->options->changes;
    return changes->waiters_count > 0 || changes->active_count > 0 || changes->idle_count > 0;
}

bool run_is_asked(const struct run *run)
{
    return !run->plan.leaves_out || run_has_numbers(run);
}

int64_t run_server_cpu_count(const struct run *run)
{
    int count = hwloc_bitmap_weight(run->placement.server_cpus);
    return count > 0 ? count : 1;
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

static bool is_named_already(const struct run *run, const char *subject)
{
    for (size_t i = 0; i < run->foreign_count; i++)
        if (strcmp(run->foreign[i].subject, subject) == 0)
            return true;
    return false;
}

static int add_foreign(struct run *run, struct error *error)
{
    for (size_t i = 0; i < run->options->subject_count; i++) {
        struct arm *arm = &run->foreign[run->foreign_count];
        int result = arm_init_foreign(arm, run->options->subjects[i], error);
        if (result < 0)
            return result;
        if (is_named_already(run, arm->subject))
            result = error_set(error, -EINVAL,
                               "--subject %s is there twice; give each its own name", arm->subject);
        if (result == 0)
            result = arm_find_program(arm, error);
        if (result < 0) {
            arm_finish(arm);
            return result;
        }
        run->foreign_count++;
    }
    return 0;
}

static int place(struct run *run, struct error *error)
{
    int result = placement_detect(&run->placement, error);
    if (result < 0)
        return result;
    hwloc_const_bitmap_t clients = run->placement.client_cpus;
    run->all_cpus = hwloc_bitmap_alloc();
    run->client_cpus = calloc((size_t)hwloc_bitmap_weight(clients), sizeof *run->client_cpus);
    if (!run->all_cpus || !run->client_cpus)
        return error_set(error, -ENOMEM, "out of memory");
    hwloc_bitmap_or(run->all_cpus, run->placement.server_cpus, clients);
    for (int cpu = hwloc_bitmap_first(clients); cpu >= 0; cpu = hwloc_bitmap_next(clients, cpu))
        run->client_cpus[run->client_cpu_count++] = cpu;
    return 0;
}

/* Leaves an arm or two of the experiment, each twice. */
static int plan_again(struct job *job, struct error *error)
{
    char kept[512];
    int result = aa_plan(&job->trials, kept, sizeof kept, error);
    if (result == 0 && job->trials.count > 0)
        fprintf(stderr, "A/A, %s: each of %s against itself\n", job->method->experiment->name,
                kept);
    return result;
}

static int plan_job(const struct run *run, struct job *job, struct error *error)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < run->plan.count; i++)
        if (run->plan.settings[i].experiment == job->method->experiment)
            result = job->method->plan(run, &run->plan.settings[i], &job->trials, error);
    if (result == 0 && run->options->aa)
        result = plan_again(job, error);
    return result;
}

static int find_plan(const char *profile, char path[PATH_MAX], struct error *error)
{
    char folder[PATH_MAX];
    int result = places_find(PLACE_PLANS, folder, error);
    if (result == 0 && snprintf(path, PATH_MAX, "%s/%s.cfg", folder, profile) >= PATH_MAX)
        return error_set(error, -ENAMETOOLONG, "%.500s: the path is too long", folder);
    return result;
}

static int read_plan(struct run *run, struct error *error)
{
    const struct run_options *options = run->options;
    char path[PATH_MAX];
    int result = options->plan_path ? 0 : find_plan(options->profile, path, error);
    if (result == 0)
        result = plan_read(&run->plan, options->plan_path ? options->plan_path : path, error);
    return result == 0 ? plan_change(&run->plan, &options->changes, error) : result;
}

/* A name that nobody has is a typo, and found out an hour later. */
static int check_baseline(const struct run *run, const struct jobs *jobs, struct error *error)
{
    const char *name = run->options->baseline;
    for (size_t i = 0; name && i < jobs->count; i++)
        for (size_t k = 0; k < jobs->jobs[i].trials.count; k++)
            if (strcmp(jobs->jobs[i].trials.trials[k].arm.subject, name) == 0)
                return 0;
    if (!name)
        return 0;
    return error_set(error, -EINVAL,
                     "--baseline %s: no arm of this run is called so; arms are called as in "
                     "--subject NAME=CMD, or echo-threads, echo-loop",
                     name);
}

/* Everything that can be refused is refused here, before a folder is made. */
static int prepare(struct run *run, struct jobs *jobs, struct error *error)
{
    int result = places_find(PLACE_PROGRAMS, run->programs_dir, error);
    if (result == 0)
        result = read_plan(run, error);
    if (result == 0)
        result = add_foreign(run, error);
    if (result == 0)
        result = limits_raise_soft(error);
    if (result == 0)
        result = place(run, error);
    run->spins_per_us = spin_calibrate();
    for (size_t i = 0; result == 0 && run_methods[i]; i++) {
        if (!run_list_has(run->options->only, run_methods[i]->experiment->name))
            continue;
        struct job *job = &jobs->jobs[jobs->count++];
        job->method = run_methods[i];
        result = plan_job(run, job, error);
    }
    return result == 0 ? check_baseline(run, jobs, error) : result;
}

/* Of the load experiments, which then connect more slowly. */
static void warn_of_queue(const struct jobs *jobs)
{
    const struct limits_options bare = {0};
    struct limits limits;
    struct error error = {{0}};
    int64_t most = 0;
    for (size_t i = 0; i < jobs->count; i++)
        for (size_t t = 0; t < jobs->jobs[i].trials.count; t++) {
            int64_t connections = jobs->jobs[i].trials.trials[t].load.connections;
            most = connections > most ? connections : most;
        }
    limits_read(&limits, "", &bare);
    if (limits_check_at_once(&limits, most < CONNECTOR_WINDOW ? most : CONNECTOR_WINDOW, &error) <
        0)
        warning_print("%s", error.text);
}

static void find_cgroup_home(struct run *run)
{
    struct error error = {0};
    cgroup_home_find(&run->cgroup_home, "");
    if (run->cgroup_home.version == CGROUP_NONE)
        warning_print("no cgroup of the trial's own: %s. Kernel memory then comes from "
                      "/proc/meminfo, which others disturb (kernel_source says so). %s",
                      run->cgroup_home.reason, run->cgroup_home.remedy);
    else if (cgroup_home_sweep(&run->cgroup_home, &error) < 0)
        warning_print("%s", error.text);
}

static size_t jobs_trials(const struct jobs *jobs, double *expected_seconds)
{
    size_t trials = 0;
    *expected_seconds = 0;
    for (size_t i = 0; i < jobs->count; i++) {
        trials += trial_list_total(&jobs->jobs[i].trials);
        *expected_seconds += trial_list_expected_seconds(&jobs->jobs[i].trials);
    }
    return trials;
}

static int run_jobs(struct run *run, struct jobs *jobs, struct error *error)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < jobs->count; i++)
        result = job_run(run, &jobs->jobs[i], error);
    progress_clear(&run->progress);
    return result;
}

/* From the error that ended the run, if any, to the exit code. */
static int conclude(const struct run *run, int result, const struct error *error)
{
    if (interrupt_signal()) {
        error_print("interrupted: %zu completed trials are in %s; `waitbench report %s` shows them",
                    run->trials, run->folder, run->folder);
        return 128 + interrupt_signal();
    }
    if (result < 0) {
        error_print("%s", error->text);
        return EXIT_MEASUREMENT_FAILED;
    }
    if (run->failed_rows > 0)
        error_print("%zu of %zu trials failed; their rows say valid=0 and why", run->failed_rows,
                    run->trials);
    return run->failed_rows > 0 ? EXIT_MEASUREMENT_FAILED : EXIT_DONE;
}

/* What was planned is there to be run, and all that was asked for is in it. */
static int check(const struct run *run, const struct jobs *jobs, size_t trials, struct error *error)
{
    const struct error *limit = asked_limit(jobs->jobs, jobs->count);
    if (trials == 0 && limit)
        return error_set(error, -ENOENT, "nothing to measure: %s", limit->text);
    if (trials == 0)
        return error_set(error, -EINVAL,
                         "nothing to measure: the plan %s has no arm for this choice of --only, "
                         "--scenario and --model",
                         run->plan.name);
    return asked_check(run, jobs->jobs, jobs->count, error);
}

/* What was asked for is wrong only where the code says that; whatever else fails is the machine's.
 */
static int refusal_code(int result)
{
    if (result == -ENOENT)
        return EXIT_MISSING;
    bool wrong = result == -EINVAL || result == -ERANGE || result == -ENAMETOOLONG;
    return wrong ? EXIT_USAGE : EXIT_MEASUREMENT_FAILED;
}

static int execute(struct run *run, struct jobs *jobs)
{
    struct error error = {0};
    struct record record = {0};
    double expected_seconds;
    int result = prepare(run, jobs, &error);
    size_t trials = jobs_trials(jobs, &expected_seconds);
    if (result == 0)
        result = check(run, jobs, trials, &error);
    if (result < 0) {
        error_print("%s", error.text);
        return refusal_code(result);
    }
    warn_of_queue(jobs);
    find_cgroup_home(run);
    result = folder_create(run->options->output, run->folder, sizeof run->folder, &error);
    if (result < 0) {
        run->folder[0] = '\0';
        error_print("%s", error.text);
        return folder_exit_code(result);
    }
    result = record_begin(&record, run, &error);
    bool recorded = result == 0;
    progress_init(&run->progress, trials, expected_seconds);
    watch_begin(&run->watch, "", run->all_cpus);
    if (result == 0)
        result = run_jobs(run, jobs, &error);
    record_end(&record, run);
    int code = conclude(run, result, &error);
    if (!recorded) /* there is nothing to show */
        run->folder[0] = '\0';
    return code;
}

int run_execute(const struct run_options *options, char *folder)
{
    struct jobs jobs = {0};
    struct run *run = calloc(1, sizeof *run);
    folder[0] = '\0';
    if (!run) {
        error_print("out of memory");
        return EXIT_MEASUREMENT_FAILED;
    }
    run->options = options;
    interrupt_catch();
    int code = execute(run, &jobs);
    snprintf(folder, PATH_MAX, "%s", run->folder);
    for (size_t i = 0; i < jobs.count; i++)
        trial_list_finish(&jobs.jobs[i].trials);
    for (size_t i = 0; i < run->foreign_count; i++)
        arm_finish(&run->foreign[i]);
    hwloc_bitmap_free(run->all_cpus);
    free(run->client_cpus);
    placement_finish(&run->placement);
    plan_finish(&run->plan);
    free(run);
    return code;
}
