/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run comes to, for other programs and for pages that people write: the scorecard, the
 * comparisons of summary.csv, and the slopes of memory-per-waiter.csv. */
#ifndef WAITBENCH_REPORT_EXPORT_EXPORT_H
#define WAITBENCH_REPORT_EXPORT_EXPORT_H

#include "analysis/analysis.h"
#include "base/error.h"

#include <stdio.h>

struct export_format {
    const char *name; /* the last of the list has NULL */
    /* Writes all of it. Text of the run is escaped as the format asks, and has no controls; a
     * figure that there is not is left out, or said to be none. Returns 0 or -errno with `error`
     * set; who has `out` looks whether it took everything. */
    int (*write)(const struct analysis *analysis, FILE *out, struct error *error);
};

extern const struct export_format export_formats[];

/* The format of that name, or NULL. */
const struct export_format *export_find(const char *name);

#endif
