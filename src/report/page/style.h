/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What our pages look like. */
#ifndef WAITBENCH_REPORT_PAGE_STYLE_H
#define WAITBENCH_REPORT_PAGE_STYLE_H

extern const char report_style[];

/* The same for what a run's page begins with. */
extern const char report_answer_style[]; /* CSS */

#endif
