/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.html: a whole run on one page that needs nothing but itself. */
#ifndef WAITBENCH_REPORT_PAGE_REPORT_H
#define WAITBENCH_REPORT_PAGE_REPORT_H

#include "analysis/analysis.h"
#include "base/error.h"

/* Draws the run's charts and writes RUN/report.html, in place of an older one. What the run lacks
 * is said on the page. Returns 0; -ENODATA when the folder holds no run; -EINTR soon after an
 * interrupt came (base/interrupt.h): the older page stays; or another -errno with `error` set.
 * Where gnuplot fails or is missing (-ENOENT) the page is written all the same, with the reason in
 * the chart's place. */
int report_write(const struct analysis *analysis, struct error *error);

#endif
