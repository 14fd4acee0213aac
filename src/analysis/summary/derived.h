/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files made from a run's trials. They appear whole or not at all, and a rerun replaces them: rows
 * go to a temporary file beside the real one, which takes its place at the end. */
#ifndef WAITBENCH_ANALYSIS_SUMMARY_DERIVED_H
#define WAITBENCH_ANALYSIS_SUMMARY_DERIVED_H

#include "base/csv.h"

#include <limits.h>

struct derived {
    struct csv_writer *csv; /* set cells and end rows here */
    char path[PATH_MAX];
    char temporary[PATH_MAX];
};

/* Starts RUN_DIR/FILE. `columns` must outlive it. Returns 0, or -errno with `error` set. */
int derived_begin(struct derived *derived, const char *run_dir, const char *file,
                  const char *const *columns, size_t column_count, struct error *error);

/* Ends it in any case. With a `result` of 0 the file takes its place; with a failure (-errno, of
 * which `error` tells already) it is removed. Returns 0 or the first failure. */
int derived_end(struct derived *derived, int result, struct error *error);

#endif
