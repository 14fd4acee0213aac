/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figures of the chart memory-bill: one row per arm, its components side by side. */
#ifndef WAITBENCH_REPORT_CHARTS_MEMORY_BILL_H
#define WAITBENCH_REPORT_CHARTS_MEMORY_BILL_H

#include "report/charts/charts.h"

/* Writes RUN/charts/memory-bill.csv from the bill, in place of an older one:
 * position (from 1 downwards, with a gap where the model changes), label, model, allocator, color,
 * the components' bytes per waiter, the total's interval, charged, blocks. Returns 0; -ENODATA,
 * with the reason in `error`, when the run has nothing to draw; or another -errno. */
int memory_bill_write(const struct chart_source *source, struct error *error);

#endif
