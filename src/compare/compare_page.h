/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare.html: a comparison on one page that needs nothing but itself. */
#ifndef WAITBENCH_COMPARE_COMPARE_PAGE_H
#define WAITBENCH_COMPARE_COMPARE_PAGE_H

#include "compare/compare.h"

/* Draws the charts from FOLDER/compare.csv, which compare_write has written, and writes
 * FOLDER/compare.html. `folder` is an absolute path. Returns 0 or -errno with `error` set; where
 * gnuplot fails or is missing (-ENOENT) the page is written all the same, with the reason in the
 * chart's place. */
int compare_page_write(const struct comparison_of_runs *comparison, const char *folder,
                       struct error *error);

#endif
