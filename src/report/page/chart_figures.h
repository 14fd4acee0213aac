/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page's charts: each is drawn when its place is reached, and stands there with its caption or
 * with the reason why it is missing. */
#ifndef WAITBENCH_REPORT_PAGE_CHART_FIGURES_H
#define WAITBENCH_REPORT_PAGE_CHART_FIGURES_H

#include "base/error.h"
#include "report/charts/charts.h"
#include "report/charts/gnuplot.h"

#include <stdint.h>
#include <stdio.h>

/* To be set up with the source alone, and finished. */
struct chart_figures {
    struct chart_source source;
    struct gnuplot gnuplot;
    int64_t end_ns; /* when drawing is over (clock_now_ns); 0 before the first chart */
    int failure;    /* of the first chart that could not be drawn, or 0; -EINTR when an interrupt
                     * came: then the others were not tried */
    size_t failed;  /* how many there are */
    struct error error; /* which was the first, and why */
    bool is_explained;  /* the page has said what its percentiles stand on */
};

/* Writes one chart of the source's workload, drawn now; and those of these names, ended by NULL.
 * One that fails has its reason in its place and costs no other; of another workload than the plain
 * server's, what there is nothing to draw of is left out. */
void chart_figures_write(struct chart_figures *figures, const struct chart *chart, FILE *out);
void chart_figures_write_named(struct chart_figures *figures, const char *const *names, FILE *out);

/* Turns to the charts of another workload, which have a time of their own; NULL: back to the plain
 * server's. */
void chart_figures_turn_to(struct chart_figures *figures, const struct workload *workload);

/* What became of the charts: 0 when all that there was to draw was drawn, else `failure` with
 * `error` set: the first and why, and how many more. */
int chart_figures_result(const struct chart_figures *figures, struct error *error);

void chart_figures_finish(struct chart_figures *figures);

#endif
