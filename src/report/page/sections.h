/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of report.html. Each writes what the run has and says what it lacks; none fails. They
 * are in the files of their names, but that experiments.c has memory and flow, load.c throughput
 * and latency, and machine.c the command. */
#ifndef WAITBENCH_REPORT_PAGE_SECTIONS_H
#define WAITBENCH_REPORT_PAGE_SECTIONS_H

#include "analysis/analysis.h"
#include "analysis/words/workload.h"
#include "report/page/chart_figures.h"

#include <stdio.h>

/* The page that is being written. */
struct page {
    FILE *out;
    const struct analysis *analysis;
    const struct recorded_run *run; /* the analysis's */
    const char *folder;             /* the run's, absolute */
    struct chart_figures charts;
    struct workloads workloads; /* of the run */
};

/* A file of figures drawn of the page's workload, "charts/throughput-web-sqlite.csv". */
void page_figures(const struct page *page, const char *chart, char *name, size_t size);

/* A table's caption, behind the name of the workload that it is of, unless that is the plain
 * server's. */
void page_caption(const struct page *page, const char *caption, char *text, size_t size);

/* Whether the run has trials of the plain server, or of no other: the parts on memory, throughput
 * and latency are about it. */
bool page_has_plain(const struct page *page);

/* The answer in some sentences and figures; nothing where no claim has any. */
void report_answer(struct page *page);
bool page_has_answer(const struct page *page);

/* The claims and their verdicts. */
void report_scorecard(struct page *page);

/* Which model is smaller, faster, steadier in each setting; nothing where none was measured. */
void report_choices(struct page *page);
bool page_has_choices(const struct page *page);

/* How often an arm was called different from itself, in a run that tried. */
void report_aa(struct page *page);

/* One experiment with the plain server: its charts, drawn now, and the tables of the same figures.
 * And the same of the workload at hand, without a heading. */
void report_memory(struct page *page);
void report_throughput(struct page *page);
void report_latency(struct page *page);
void write_memory(struct page *page);
void write_throughput(struct page *page);
void write_latency(struct page *page);

/* A part for each other workload; and what the contents have of them. */
void report_workloads(struct page *page);
void page_workload_write_links(const struct page *page);

/* Programs of many languages; nothing in a run of few. */
void report_runtimes(struct page *page);
bool page_has_runtimes(const struct page *page);

void report_flow(struct page *page);

/* Every comparison of two arms. */
void report_summary(struct page *page);

/* What the machine did meanwhile, trials that failed, trials with a note: what to distrust. */
void report_disturbed(struct page *page);

/* What machine.json says. */
void report_machine(struct page *page);

/* The command that makes such a run again. */
void report_command(struct page *page);

/* The run's files, carried by the page (run/packed/packed_page.h reads them). */
void report_carried(struct page *page);

/* How to read the figures, and what they do not say. */
void report_method(struct page *page);

/* Trials in which server or generator stood still: counts, and the longest. Nothing for a run whose
 * version did not look. */
void report_stalls(struct page *page);

#endif
