/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are written whole or not at all. */
#ifndef WAITBENCH_BASE_REPLACE_H
#define WAITBENCH_BASE_REPLACE_H

#include "base/error.h"

#include <stddef.h>
#include <stdio.h>

/* Writes all of it, however many calls that takes. Returns 0 or -errno. */
int write_whole(int fd, const char *bytes, size_t length);

/* Makes the file at `path`, or replaces it, keeping its mode: the bytes are written beside it,
 * under a name that no other process uses, and moved into its place. Nobody ever reads a part of
 * it, two that write at once lose nothing, and a full disk leaves what was there and nothing else.
 * Returns 0 or -errno, with the file and the reason in `error`. */
int file_replace(const char *path, const char *bytes, size_t length, struct error *error);

/* A text that shall replace a file, in memory while it is written to `out`. */
struct replacement {
    FILE *out;
    char *bytes;
    size_t length;
};

/* Returns 0, or -ENOMEM with `error` set. */
int replacement_begin(struct replacement *replacement, struct error *error);

/* Ends it: with a `result` of 0 the file is replaced, with another the text is thrown away. Returns
 * `result`, or -errno with `error` set. */
int replacement_end(struct replacement *replacement, const char *path, int result,
                    struct error *error);

#endif
