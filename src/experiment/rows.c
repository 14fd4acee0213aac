/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/run.h"

#include <stdio.h>
#include <string.h>

void rows_learn(struct rows *rows, const struct subject_stats *stats)
{
    struct run *run = rows->run;
    if (strcmp(stats->allocator, "jemalloc") == 0)
        snprintf(run->jemalloc_version, sizeof run->jemalloc_version, "%s",
                 stats->allocator_version);
    snprintf(rows->runtime, sizeof rows->runtime, "%s", stats->runtime);
    rows->runtime_threads = stats->runtime_threads;
    if (!rows->trial->arm.foreign)
        return;
    snprintf(rows->model, sizeof rows->model, "%s", stats->model);
    snprintf(rows->allocator, sizeof rows->allocator, "%s", stats->allocator);
}

/* Of the experiment's own file: its second one says of the same trials what they measured. */
static void set_runtime(const struct rows *rows)
{
    csv_set_text(rows->csv, "runtime", rows->runtime);
    if (rows->runtime_threads >= 0)
        csv_set_int64(rows->csv, "runtime_threads", rows->runtime_threads);
    csv_set_text(rows->csv, "pair", rows->trial->arm.pair);
}

int rows_end(struct rows *rows, struct csv_writer *csv, bool valid, const char *note,
             struct error *error)
{
    arm_set_columns(&rows->trial->arm, csv);
    if (rows->model[0] != '\0')
        csv_set_text(csv, "model", rows->model);
    if (rows->allocator[0] != '\0')
        csv_set_text(csv, "allocator", rows->allocator);
    if (csv == rows->csv)
        set_runtime(rows);
    csv_set_int64(csv, "block", rows->block);
    csv_set_int64(csv, "order", rows->order);
    csv_set_int64(csv, "seed", (int64_t)rows->seed);
    if (rows->pid > 0)
        csv_set_int64(csv, "pid", rows->pid);
    csv_set_int64(csv, "valid", valid);
    csv_set_text(csv, "note", note);
    return csv_end_row(csv, error);
}
