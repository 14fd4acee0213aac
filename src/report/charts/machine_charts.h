/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The charts of a comparison, from FOLDER/compare.csv: a block for each figure, in it a line for
 * each machine, in the order of the figures. */
#ifndef WAITBENCH_REPORT_CHARTS_MACHINE_CHARTS_H
#define WAITBENCH_REPORT_CHARTS_MACHINE_CHARTS_H

#include "report/charts/charts.h"

/* ratios, machines-memory, machines-throughput, machines-latency; the last has a NULL name. Each is
 * drawn by chart_draw with the comparison's folder. Their CSV, a row for each machine of each
 * block: series and label (the machine), color (the program's model; of a ratio who is better, or
 * sockets for neither), variant, metric; block, heading (where its title stands), row_label (the
 * title), left_side (who is better left of 1), position; value, ci_low, ci_high (bytes, ns,
 * requests per second, or the ratio). */
extern const struct chart machine_charts[];

#endif
