/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/job.h"

#include "base/interrupt.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static void warn_of_failure(struct run *run, const struct method *method, const struct trial *trial,
                            const char *fault)
{
    char what[384];
    size_t alike = failures_count(&run->failures, trial->arm.subject, fault);
    run->failed_rows++;
    if (alike > 2)
        return;
    method->describe(trial, what, sizeof what);
    progress_clear(&run->progress);
    warning_print("failed trial (%s): %s%s", what, fault,
                  alike == 1 ? "" : " (further failures like it are in their rows alone)");
}

static void warn_of_disturbance(struct run *run)
{
    struct disturbance_list news;
    pid_t visitor;
    if (run->options->lock && run_lock_visited(run->options->lock, &visitor))
        watch_visited(&run->watch, visitor);
    int64_t beside_ns = stores_cpu_ns(&run->stores);
    beside_ns = (beside_ns > 0 ? beside_ns : 0) + clients_cpu_ns(&run->clients);
    double seconds = watch_look(&run->watch, beside_ns, &news);
    if (news.count > 0)
        progress_clear(&run->progress);
    char when[64] = "";
    if (seconds > 0)
        snprintf(when, sizeof when, "in the last %.0f s, ", seconds);
    for (size_t i = 0; i < news.count; i++)
        warning_print("%s%s (%s)", when, news.entries[i].text, news.entries[i].fix);
}

/* One trial and its rows. An interrupted trial leaves none. */
static int run_trial(const struct method *method, struct rows *rows, struct error *error)
{
    char note[512] = "";
    struct error fault = {0};
    struct run *run = rows->run;
    run->trial_number++;
    int result = method->measure(rows, note, sizeof note, &fault);
    if (interrupt_signal())
        return -EINTR;
    run->trials++;
    if (result < 0)
        warn_of_failure(run, method, rows->trial, fault.text);
    else if (method->writes_rows)
        return 0;
    return rows_end(rows, rows->csv, result == 0, result == 0 ? note : fault.text, error);
}

static int run_block(struct run *run, const struct job *job, int64_t block, size_t *order,
                     struct error *error)
{
    char what[384];
    uint64_t seed = trial_list_block_seed(run->options->seed, (size_t)block);
    int result = trial_list_order(&job->trials, seed, order);
    if (result < 0)
        return error_set(error, result, "out of memory");
    for (size_t i = 0; result == 0 && i < job->trials.count; i++) {
        const struct trial *trial = &job->trials.trials[order[i]];
        if (block < trial->blocks_done || block >= trial->blocks)
            continue;
        struct rows rows = {
            .run = run,
            .trial = trial,
            .block = block,
            .order = (int64_t)i,
            .seed = seed,
            .runtime_threads = -1,
            .csv = job->files.csv,
            .extra = job->files.extra,
        };
        job->method->describe(trial, what, sizeof what);
        progress_show(&run->progress, run->findings.text, what);
        result = run_trial(job->method, &rows, error);
        progress_step(&run->progress, trial->expected_seconds);
        warn_of_disturbance(run);
    }
    return result;
}

static int create_file(const struct run *run, const char *name, const char *const *columns,
                       size_t column_count, struct csv_writer **csv, struct error *error)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s", run->folder, name) >= (int)sizeof path)
        return error_set(error, -ENAMETOOLONG, "%s: the path is too long", run->folder);
    return csv_create(csv, path, columns, column_count, error);
}

static int create_files(const struct run *run, struct job *job, struct error *error)
{
    const struct experiment *data = job->method->experiment;
    struct job_files *files = &job->files;
    size_t count = experiment_columns(data, files->columns);
    int result = create_file(run, data->file, files->columns, count, &files->csv, error);
    size_t extra_count = 0;
    while (data->extra_file && data->extra_columns[extra_count])
        extra_count++;
    if (result == 0 && data->extra_file)
        result = create_file(run, data->extra_file, data->extra_columns, extra_count, &files->extra,
                             error);
    return result;
}

/* What must be measured first may add trials and lengthen windows. */
static int prepare(struct run *run, struct job *job, struct error *error)
{
    struct trial_list *trials = &job->trials;
    size_t total = trial_list_total(trials);
    double seconds = trial_list_expected_seconds(trials);
    if (!job->method->prepare)
        return 0;
    int result = job->method->prepare(run, trials, error);
    progress_extend(&run->progress, trial_list_total(trials) - total,
                    trial_list_expected_seconds(trials) - seconds);
    return result;
}

int job_begin(struct run *run, struct job *job, struct error *error)
{
    if (job->trials.count == 0)
        return 0;
    int result = create_files(run, job, error);
    return result == 0 ? prepare(run, job, error) : result;
}

int job_run(struct run *run, struct job *job, struct error *error)
{
    struct trial_list *trials = &job->trials;
    size_t *order = calloc(trials->count + 1, sizeof *order);
    int result = order ? 0 : error_set(error, -ENOMEM, "out of memory");
    int64_t blocks = trial_list_blocks(trials);
    for (int64_t block = 0; result == 0 && block < blocks; block++)
        result = run_block(run, job, block, order, error);
    for (size_t i = 0; i < trials->count; i++)
        trials->trials[i].blocks_done = trials->trials[i].blocks;
    free(order);
    return result;
}

void job_finish(struct job *job)
{
    csv_destroy(job->files.csv);
    csv_destroy(job->files.extra);
    trial_list_finish(&job->trials);
    *job = (struct job){0};
}
