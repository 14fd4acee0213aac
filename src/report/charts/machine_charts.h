/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The charts of a comparison, from FOLDER/compare.csv: one line for each figure, one dot on it for
 * each machine. */
#ifndef WAITBENCH_REPORT_CHARTS_MACHINE_CHARTS_H
#define WAITBENCH_REPORT_CHARTS_MACHINE_CHARTS_H

#include "report/charts/charts.h"

/* machines-memory, machines-latency, ratios; the last has a NULL name. Each is drawn by chart_draw
 * with the comparison's folder. Their CSV: series, label (the machine), color, variant; position,
 * row_label, value, ci_low, ci_high (bytes, ns, or the ratio). */
extern const struct chart machine_charts[];

#endif
