/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of report.html, one file for each kind. Each writes what the run has and says what it
 * lacks; none fails. */
#ifndef WAITBENCH_REPORT_PAGE_SECTIONS_H
#define WAITBENCH_REPORT_PAGE_SECTIONS_H

#include "base/error.h"
#include "report/charts/charts.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The page that is being written. */
struct page {
    FILE *out;
    const char *run_dir;
    const json_t *machine; /* NULL when the run has none that can be read */
    bool is_aa;            /* the run measured arms against themselves: it has aa.csv */
    int64_t charts_end_ns; /* when drawing is over (clock_now_ns); 0 before the first chart */
    int chart_failure;     /* of the first chart that could not be drawn, or 0; -EINTR when an
                            * interrupt came: then the others were not tried */
    size_t charts_failed;  /* how many there are */
    struct error error;    /* which was the first, and why */
};

extern const char report_style[]; /* the page's CSS */

/* The claims and their verdicts, from claims.csv. */
void report_scorecard(struct page *page);

/* How often an arm was called different from itself, in a run that tried. */
void report_aa(struct page *page);

/* One experiment: its charts, drawn now, and the tables of the same figures. */
void report_memory(struct page *page);
void report_throughput(struct page *page);
void report_latency(struct page *page);
void report_flow(struct page *page);

/* Every comparison of two arms, from summary.csv. */
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

/* One chart, drawn now; and those of these names, ended by NULL. One that fails has its reason in
 * its place and costs no other. */
void report_chart(struct page *page, const struct chart *chart);
void report_charts(struct page *page, const char *const *names);

/* What became of the page's charts: 0 when all that there was to draw was drawn, else chart_failure
 * with `error` set: the first and why, and how many more. */
int report_charts_result(const struct page *page, struct error *error);

/* A part of the page, with its heading: `id` is where the contents link to. */
void report_open(struct page *page, const char *id, const char *heading);
void report_close(struct page *page);

/* "WHAT: the reason." */
void report_missing(struct page *page, const char *what, const char *reason);

#endif
