/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a chart says of itself, so that it stands alone: its subject, and below it, small, of which
 * machine, day and version it is. */
#ifndef WAITBENCH_REPORT_CHARTS_CHART_WORDS_H
#define WAITBENCH_REPORT_CHARTS_CHART_WORDS_H

#include "report/charts/charts.h"

#define CHART_TITLE_SIZE 256
#define CHART_FOOT_SIZE  160

/* "Latency as the load rises: web with SQLite". `title` has CHART_TITLE_SIZE. */
void chart_title(const struct chart *chart, const struct chart_source *source, char *title);

/* "AMD EPYC, 2 CPUs, KVM · 2026-11-25 · waitbench 0.1.0" of a run, without what its machine.json
 * does not say; the source's own where it has one; else "". One line, printable. `foot` has
 * CHART_FOOT_SIZE. */
void chart_foot(const struct chart_source *source, char *foot);

#endif
