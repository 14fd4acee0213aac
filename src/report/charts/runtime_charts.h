/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figures of the charts of runtimes (analysis/summary/runtimes.h): a row for each program that
 * has one, the best first. */
#ifndef WAITBENCH_REPORT_CHARTS_RUNTIME_CHARTS_H
#define WAITBENCH_REPORT_CHARTS_RUNTIME_CHARTS_H

#include "report/charts/charts.h"

/* Each writes RUN/charts/NAME.csv in place of an older one: position from 1, label, subject, model,
 * and color, which plots/runtimes.gp knows: the model of ours, other-MODEL or other of foreign
 * ones; then the figures with their intervals. Latency of programs that were overloaded stands
 * last. Returns 0; -ENODATA, with the reason in `error`, where the run has nothing to draw; or
 * another -errno. */
int runtime_memory_write(const struct chart_source *source, struct error *error);
int runtime_latency_write(const struct chart_source *source, struct error *error);
int runtime_throughput_write(const struct chart_source *source, struct error *error);
int runtime_spawn_write(const struct chart_source *source, struct error *error);

#endif
