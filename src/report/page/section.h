/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A part of a page, with its heading. */
#ifndef WAITBENCH_REPORT_PAGE_SECTION_H
#define WAITBENCH_REPORT_PAGE_SECTION_H

#include <stdio.h>

/* `id` is where the contents link to. */
void section_open(FILE *out, const char *id, const char *heading);
void section_close(FILE *out);

/* "WHAT: the reason." */
void section_missing(FILE *out, const char *what, const char *reason);

#endif
