/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of report.html. Each writes what the run has and says what it lacks; none fails. They
 * are in the files of their names, but that experiments.c has memory and flow, load.c throughput
 * and latency, and machine.c the command. */
#ifndef WAITBENCH_REPORT_PAGE_SECTIONS_H
#define WAITBENCH_REPORT_PAGE_SECTIONS_H

#include "analysis/analysis.h"
#include "report/page/chart_figures.h"

#include <stdio.h>

/* The page that is being written. */
struct page {
    FILE *out;
    const struct analysis *analysis;
    const struct recorded_run *run; /* the analysis's */
    const char *folder;             /* the run's, absolute */
    struct chart_figures charts;
};

/* The claims and their verdicts. */
void report_scorecard(struct page *page);

/* How often an arm was called different from itself, in a run that tried. */
void report_aa(struct page *page);

/* One experiment: its charts, drawn now, and the tables of the same figures. */
void report_memory(struct page *page);
void report_throughput(struct page *page);
void report_latency(struct page *page);
void report_flow(struct page *page);

/* Every comparison of two arms. */
void report_summary(struct page *page);

/* What the machine did meanwhile, trials that failed, trials with a note: what to distrust. */
void report_disturbed(struct page *page);

/* What machine.json says. */
void report_machine(struct page *page);

/* The command that makes such a run again. */
void report_command(struct page *page);

/* How to read the figures, and what they do not say. */
void report_method(struct page *page);

/* Trials in which server or generator stood still: counts, and the longest. Nothing for a run whose
 * version did not look. */
void report_stalls(struct page *page);

#endif
