/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The charts of a run: each is a CSV of aggregated figures and a gnuplot script that draws it. */
#ifndef WAITBENCH_REPORT_CHARTS_CHARTS_H
#define WAITBENCH_REPORT_CHARTS_CHARTS_H

#include "analysis/summary/bill.h"
#include "analysis/summary/runtimes.h"
#include "analysis/words/workload.h"
#include "base/error.h"
#include "report/charts/gnuplot.h"
#include "report/charts/line_chart.h"
#include "run/recorded_run.h"

#include <stdbool.h>
#include <stdint.h>

/* What all charts of a page may take together, and those of each further workload. */
#define CHARTS_SECONDS 60

/* The room for the title at the top of a picture that has one, of 800 pixels in width: HEAD_ROOM of
 * plots/style.gp. A page, which has headings of its own, leaves it out. */
#define CHART_HEAD_PIXELS 34

/* What charts are made of, and where they go. */
struct chart_source {
    const char *folder;             /* with charts/ in it; absolute */
    const struct recorded_run *run; /* NULL of a comparison, whose figures are in its folder */
    const struct bill *bill;        /* the run's; NULL where there is none that can be worked out */
    const struct runtime_figures *runtimes; /* likewise */
    const struct workload *workload;        /* whose trials are drawn; NULL: the plain server's */
    const char *foot; /* what stands below each chart; NULL: what the run says */
};

struct chart {
    const char *name;               /* plots/NAME.gp; charts/NAME.csv, .svg, .png, of another
                                     * workload than the plain server's NAME-web-sqlite.csv */
    const char *title;              /* a heading, and what stands above the chart */
    const char *alt;                /* what it shows, for who cannot see it */
    const char *caption;            /* how to read it, one line */
    const struct line_chart *lines; /* its figures, if it is a chart of lines; else `write` */
    bool tells_kind; /* its trials are of one kind of work, which the caption names */
    /* Writes charts/NAME.csv. Returns 0, or -ENODATA with the reason why there is nothing. */
    int (*write)(const struct chart_source *source, struct error *error);
};

/* In the order in which a report shows them; the last has a NULL name. */
extern const struct chart charts[];

#define CHART_NAME_SIZE 160

/* What the chart's files are called: "throughput", "throughput-web-sqlite". `name` has
 * CHART_NAME_SIZE. */
void chart_name(const struct chart *chart, const struct chart_source *source, char *name);

/* Writes FOLDER/charts/NAME.csv, .svg and .png; a picture stands there only if it was drawn whole,
 * and none of an older drawing does. By `end_ns` (clock_now_ns) drawing is over, and no picture
 * takes more than half of the time that it finds left. Returns 0; -ENODATA, with the reason in
 * `error`, when the run has nothing to draw; -ENOENT when gnuplot is not installed; -ETIMEDOUT;
 * -EINTR when an interrupt came (base/interrupt.h); or another -errno. */
int chart_draw(const struct chart *chart, const struct chart_source *source,
               struct gnuplot *gnuplot, int64_t end_ns, struct error *error);

#endif
