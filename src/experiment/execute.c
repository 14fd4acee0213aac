/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run from its beginning to its end. */
#include "base/interrupt.h"
#include "base/text.h"
#include "experiment/asked.h"
#include "experiment/folder.h"
#include "experiment/further.h"
#include "experiment/own_files.h"
#include "experiment/prepare.h"
#include "experiment/record.h"
#include "load/connection/connector.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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
    for (size_t i = 0; result == 0 && i < jobs->count; i++) {
        result = job_begin(run, &jobs->jobs[i], error);
        if (result == 0)
            result = job_run(run, &jobs->jobs[i], error);
    }
    if (result == 0 && further_is_planned(run))
        further_plan(run, jobs);
    for (size_t i = 0; result == 0 && i < jobs->count; i++)
        result = job_run(run, &jobs->jobs[i], error);
    progress_clear(&run->progress);
    return result;
}

/* From the error that ended the run, if any, to the exit code. */
static int conclude(const struct run *run, int result, const struct error *error)
{
    if (interrupt_signal()) {
        char word[PATH_MAX];
        if (run->trials == 0)
            error_print("interrupted before the first trial was over: nothing is kept");
        else
            error_print(
                "interrupted: %zu completed trial%s in %s; `waitbench report %s` shows them",
                run->trials, run->trials == 1 ? " is" : "s are", run->folder,
                text_shell_word(run->folder, word, sizeof word));
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
    if (trials == 0 && run->runtimes.left_out.text[0] != '\0')
        return error_set(error, -ENOENT, "nothing to measure: %s", run->runtimes.left_out.text);
    if (trials == 0)
        return error_set(error, -EINVAL,
                         "nothing to measure: the plan %s has no arm for this choice of --only, "
                         "--scenario, --store, --model and --runtimes",
                         run->plan.name);
    int result = own_files_check(run, jobs->jobs, jobs->count, error);
    return result < 0 ? result : asked_check(run, jobs->jobs, jobs->count, error);
}

/* What was asked for is wrong only where the code says that; whatever else fails is the machine's.
 */
static int refusal_code(int result)
{
    bool denied = result == -EACCES || result == -EPERM || result == -EROFS;
    if (result == -ENOENT || denied)
        return EXIT_MISSING;
    bool wrong = result == -EINVAL || result == -ERANGE || result == -ENAMETOOLONG;
    return wrong ? EXIT_USAGE : EXIT_MEASUREMENT_FAILED;
}

/* A run that was interrupted before there was anything to see leaves no folder, which would only be
 * in the way of the next. Files are its own once it is `recorded`. */
static void end_record(struct record *record, const struct run *run, bool recorded)
{
    if (!interrupt_signal() || run->trials > 0) {
        record_end(record, run);
        return;
    }
    record_forget(record);
    if (recorded)
        folder_discard(run->folder);
    else
        (void)!rmdir(run->folder);
}

static int execute(struct run *run, struct jobs *jobs)
{
    struct error error = {0};
    struct record record = {0};
    double expected_seconds;
    int result = run_prepare(run, jobs, &error);
    size_t trials = jobs_trials(jobs, &expected_seconds);
    if (result == 0)
        result = check(run, jobs, trials, &error);
    if (result < 0) {
        error_print("%s", error.text);
        return interrupt_signal() ? 128 + interrupt_signal() : refusal_code(result);
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
    /* What they used is ours from now on, as that of all children that ended. */
    stores_finish(&run->stores);
    clients_finish(&run->clients);
    end_record(&record, run, recorded);
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
    struct memory_slopes slopes = {.run = run};
    run->options = options;
    run->slopes = &slopes;
    interrupt_catch();
    int code = execute(run, &jobs);
    snprintf(folder, PATH_MAX, "%s", run->folder);
    for (size_t i = 0; i < jobs.count; i++)
        job_finish(&jobs.jobs[i]);
    for (size_t i = 0; i < run->foreign_count; i++)
        arm_finish(&run->foreign[i]);
    chosen_runtimes_finish(&run->runtimes);
    clients_finish(&run->clients);
    memory_slopes_finish(&slopes);
    lift_finish(&run->lift);
    hwloc_bitmap_free(run->all_cpus);
    store_placement_finish(&run->store_placement);
    placement_finish(&run->placement);
    plan_finish(&run->plan);
    free(run);
    return code;
}
