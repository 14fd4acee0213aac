/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run, read once and whole: its files of trials and its machine.json. Whoever derives, draws,
 * tables or compares takes this instead of the folder, or of the one file that a run came as. */
#ifndef WAITBENCH_RUN_RECORDED_RUN_H
#define WAITBENCH_RUN_RECORDED_RUN_H

#include "base/csv.h"
#include "base/error.h"
#include "run/experiment.h"

#include <jansson.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/* One file of trials. */
struct recorded_file {
    const char *name;        /* "memory.csv" */
    struct csv_table *table; /* NULL where there is none that can be read */
    int failure;             /* why not: -ENOENT where there is none; 0 */
    struct error error;      /* the same in words, with the line of what is malformed */
};

/* Each experiment may have two. */
#define RECORDED_FILES_MAX (2 * EXPERIMENT_COUNT)

struct recorded_run {
    char folder[PATH_MAX]; /* as it was given; or the archive or page, which holds nothing else */
    bool is_folder;
    struct recorded_file files[RECORDED_FILES_MAX];
    size_t file_count;
    json_t *machine; /* NULL where there is none that can be read */
    int machine_failure;
    struct error machine_error;
};

/* Reads what was `given`: a run's folder, a .tar.gz of one, or a report.html that carries it. Files
 * are checked whole: a cell of a column that holds numbers is a number or empty, whether a figure
 * needs it or not. Files that are missing or malformed are no failure here, since the others are
 * still worth reading: who needs one is told then. Returns 0, with `run` for the caller to finish;
 * -ENAMETOOLONG; or what packed_run_read returns, with `error` set. The structure is large. */
int recorded_run_read(struct recorded_run *run, const char *given, struct error *error);

/* Returns 0 when the folder holds a run, or what is left of one; else -ENODATA with `error` set. */
int recorded_run_check(const struct recorded_run *run, struct error *error);

/* The trials in that file, which belong to the run. Returns 1 with `table` set; 0, with NULL, where
 * the run has no such file; or -errno with file and line in `error`. */
int recorded_run_table(const struct recorded_run *run, const char *file,
                       const struct csv_table **table, struct error *error);

/* The same, but a file that is missing is -ENODATA: "the run has no NAME". */
int recorded_run_need(const struct recorded_run *run, const char *file,
                      const struct csv_table **table, struct error *error);

/* machine.json, where it must be there. Returns 0 or -errno with `error` set. */
int recorded_run_need_machine(const struct recorded_run *run, struct error *error);

/* What fixes the run's resampling: its seed, or 0 where machine.json does not say. */
uint64_t recorded_run_seed(const struct recorded_run *run);

/* How often the run's rows are judged, at most: as machine.json says; else once. */
int64_t recorded_run_looks(const struct recorded_run *run);

/* The round trip of a bare blocking ping-pong on that machine, the least that any latency here can
 * be, or NAN where machine.json does not say. */
double recorded_run_floor_ns(const struct recorded_run *run);

/* Whether a column of that name holds numbers: all that we write, but for a few. What we do not
 * write is text. */
bool recorded_run_is_number(const char *column);

/* Fine on a structure that is zeroed. */
void recorded_run_finish(struct recorded_run *run);

#endif
