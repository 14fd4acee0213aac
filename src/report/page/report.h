/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.html: a whole run on one page that needs nothing but itself. */
#ifndef WAITBENCH_REPORT_PAGE_REPORT_H
#define WAITBENCH_REPORT_PAGE_REPORT_H

#include "base/error.h"

/* Returns 0 when the folder holds a run, or what is left of one; else -ENODATA with `error` set. */
int report_check(const char *run_dir, struct error *error);

/* Draws the run's charts and writes RUN/report.html, in place of an older one. What the run lacks
 * is said on the page. Returns 0; -ENODATA when the folder holds no run; -EINTR soon after an
 * interrupt came (base/interrupt.h): the older page stays; or another -errno with `error` set.
 * Where gnuplot fails or is missing (-ENOENT) the page is written all the same, with the reason in
 * the chart's place. */
int report_write(const char *run_dir, struct error *error);

#endif
