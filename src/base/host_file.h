/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small files of /proc and /sys, read below a root directory: "" for this machine, a directory of
 * recorded files in tests. */
#ifndef WAITBENCH_BASE_HOST_FILE_H
#define WAITBENCH_BASE_HOST_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* text_read_file (base/text.h) of `root` followed by the formatted path. */
int64_t host_file_read(const char *root, char *buffer, size_t size, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* text_read_int64 (base/text.h) of `root` followed by the formatted path. */
int host_file_read_int64(const char *root, int64_t *value, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The first line without its newline, for files that hold one word or sentence. Longer lines are an
 * error (-EFBIG), never cut. Returns 0 or -errno, with `buffer` empty. */
int host_file_read_line(const char *root, char *buffer, size_t size, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The chosen word of a file such as "always [madvise] never"; the whole first line where nothing is
 * in brackets. Returns 0, or -errno with `buffer` empty. */
int host_file_read_choice(const char *root, char *buffer, size_t size, const char *path);

/* Whether this process may write the file: not even root may where it is mounted read-only. Of a
 * file that is not there nothing is known, and it counts as writable. */
bool host_file_is_writable(const char *root, const char *path);

#endif
