/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figures of the chart flow: what each step of control flow costs, as time. */
#ifndef WAITBENCH_REPORT_CHARTS_FLOW_CHART_H
#define WAITBENCH_REPORT_CHARTS_FLOW_CHART_H

#include "report/charts/charts.h"

/* Writes RUN/charts/flow.csv from flow.csv, in place of an older one: series and its label, color
 * and variant; position (from 1 downwards, with a gap between scenarios), scenario, metric,
 * row_label, time_median_ns, time_ci_low_ns, time_ci_high_ns, blocks. A metric that is a rate
 * becomes the time of one; counts and sizes are left to the tables. Returns 0; -ENODATA, with the
 * reason in `error`, when the run has nothing to draw; or another -errno. */
int flow_chart_write(const struct chart_source *source, struct error *error);

#endif
