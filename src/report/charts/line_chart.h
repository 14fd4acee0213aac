/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figures of a chart of lines: trials of a run reduced to one row per point, with the median
 * over blocks and its 95 % interval. */
#ifndef WAITBENCH_REPORT_CHARTS_LINE_CHART_H
#define WAITBENCH_REPORT_CHARTS_LINE_CHART_H

#include "analysis/words/load_kind.h"
#include "analysis/words/workload.h"
#include "base/csv.h"
#include "base/error.h"
#include "run/recorded_run.h"

#include <stdbool.h>

/* A figure that is drawn: a column of the trials, divided by another if `per` is not NULL. It
 * becomes NAME_median_UNIT, NAME_ci_low_UNIT and NAME_ci_high_UNIT, and NAME_trials says how many
 * trials have it: an interval takes six. */
#define CHART_STORE_BOUND "store_bound" /* for a column: worked out (summary/store_bound.h) */
struct chart_value {
    const char *column;
    const char *per;
    const char *name;
    const char *unit;
};

/* At most this many of each; the lists below end with NULL (with a NULL column). */
#define CHART_VALUES_MAX 12
#define CHART_KEYS_MAX   16

struct line_chart {
    const char *name;       /* charts/NAME.csv */
    const char *source;     /* the trials' file */
    const char *conditions; /* the file to ask for what `source` lacks, or NULL; see run_join.h */
    const char *const *arm_columns; /* one line per arm, see report/charts/arm_rows.h */
    const char *const *panel_keys;  /* numeric columns: a panel for each combination */
    /* Likewise, but they are columns of the figures only where a trial of the chart has a cell:
     * what a workload's own options ask. */
    const char *const *option_keys;
    const char *const *point_keys; /* numeric columns: a point for each combination */
    const struct chart_value *values;
    /* Adds equal_at, equal_ci_low, equal_ci_high to a loop's points: where its first value is that
     * of threads, on the way over the first point key. */
    bool tells_equal;
    bool is_latency; /* adds floor_ns, the machine's bare round trip, and overloaded_trials */
    /* Clears `kept` for the rows that this chart leaves out; only valid rows are in it. */
    void (*select)(const struct csv_table *trials, bool *kept);
    /* What a panel is called, as row_label; NULL for a chart that needs none. `label` has
     * ARM_LABEL_BYTES. */
    void (*name_panel)(const struct csv_table *trials, size_t row, char *label);
    const char *nothing; /* why there may be no row for it, or NULL */
};

/* Writes FOLDER/charts/NAME.csv, of a workload that is not the plain server's NAME-web-sqlite.csv,
 * in place of an older one: series, label, model, allocator, color, variant, panel (from 1), the
 * keys, the values, blocks (trials of the point). `workload` is NULL for the plain server's.
 * Returns 0; -ENODATA, with the reason in `error`, when the run has nothing for this chart; or
 * another -errno. */
int line_chart_write(const struct line_chart *chart, const struct recorded_run *run,
                     const struct workload *workload, const char *folder, struct error *error);

/* Reads the kind of work that the chart's trials are of, of a chart that shows one kind. Returns
 * whether it has any trials. */
bool line_chart_kind(const struct line_chart *chart, const struct recorded_run *run,
                     const struct workload *workload, struct load_kind *kind);

#endif
