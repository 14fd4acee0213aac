/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture that gnuplot drew, as a part of a page. */
#ifndef WAITBENCH_REPORT_PAGE_SVG_H
#define WAITBENCH_REPORT_PAGE_SVG_H

#include "base/error.h"

#include <stdio.h>

/* Writes the SVG file as an element of the page: its ids begin with `name`, so that several charts
 * can stand in one page; `title` and `description` are what a screen reader says, in place of
 * gnuplot's own. Its first `head` pixels are not shown, where its title stands: the page has
 * headings. It has no size of its own but scales with its box. Returns 0, or -errno with `error`
 * set; then nothing was written. */
int svg_inline(FILE *out, const char *path, const char *name, const char *title,
               const char *description, int head, struct error *error);

#endif
