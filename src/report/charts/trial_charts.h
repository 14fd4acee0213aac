/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The charts of lines of a run, but those of load: what each draws, from which trials. */
#ifndef WAITBENCH_REPORT_CHARTS_TRIAL_CHARTS_H
#define WAITBENCH_REPORT_CHARTS_TRIAL_CHARTS_H

#include "report/charts/line_chart.h"

extern const struct line_chart chart_memory_growth;

#endif
