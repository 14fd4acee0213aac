/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows that say less of their trial than the trial's own row does: latency-spectrum.csv has several
 * for each trial, and not all of its conditions. */
#ifndef WAITBENCH_REPORT_CHARTS_RUN_JOIN_H
#define WAITBENCH_REPORT_CHARTS_RUN_JOIN_H

#include "base/csv.h"
#include "base/error.h"

/* The rows with the columns that they lack and the trials' file has, from the trial of the same
 * block and order; empty where there is no such trial. `joined` is the caller's to destroy,
 * before the two tables. Returns 0 or -errno with `error` set. */
int run_join(struct csv_table **joined, const struct csv_table *rows,
             const struct csv_table *trials, struct error *error);

#endif
