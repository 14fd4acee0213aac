/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The run that a report.html carries: a link for each file, which holds the file itself. */
#ifndef WAITBENCH_RUN_PACKED_PACKED_PAGE_H
#define WAITBENCH_RUN_PACKED_PACKED_PAGE_H

#include "run/packed/packed_files.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Whether it is a page of HTML, carrying a run or not. */
bool packed_page_is(const char *text, size_t length);

/* Adds the files that the page carries. `source` stands for it in messages. Nothing of the page but
 * these links is looked at; names that are not on the list are passed over. Returns 0; -ENODATA
 * where it carries none; -EBADMSG where it is cut short or damaged; -EFBIG. */
int packed_page_read(struct packed_files *files, const char *text, size_t length,
                     const char *source, struct error *error);

/* Writes such a link up to and without its end, so that what it shows is the caller's: the file is
 * given as gzip. */
void packed_page_write_link(FILE *out, const char *name, const unsigned char *packed,
                            size_t length);

#endif
