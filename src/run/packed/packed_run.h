/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run that came as one file, from whomever: a .tar.gz of its folder, or the report.html that
 * carries it. It is read into memory, so that nothing is left anywhere however the program ends.
 * Nothing of it is believed: sizes have limits (packed_files.h), names are those of a list, and
 * what is in the files is checked by who reads them, as that of any folder is. */
#ifndef WAITBENCH_RUN_PACKED_PACKED_RUN_H
#define WAITBENCH_RUN_PACKED_PACKED_RUN_H

#include "run/packed/packed_files.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether there is a file of that name, or a pipe (/dev/stdin), as opposed to a folder or nothing
 * at all. */
bool packed_run_is(const char *path);

/* Reads it, by what it is and not by what it is called. Returns 0, with `files` for the caller to
 * finish; -ENODATA for what is no run, or several; -EBADMSG for one that is cut short, damaged, or
 * has what no run has; -EFBIG for what takes more than a run does; or another -errno. `error` says
 * what, where, and what to do. */
int packed_run_read(struct packed_files *files, const char *path, struct error *error);

/* The same from memory; `source` stands for the file in messages. */
int packed_run_parse(struct packed_files *files, const char *bytes, size_t length,
                     const char *source, struct error *error);

/* Writes the files into a folder that is there and empty. Where one cannot be written, those that
 * were are removed again. Returns 0 or -errno. */
int packed_run_write(const struct packed_files *files, const char *folder, struct error *error);

#endif
