/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers and small files as text: strict, so that a typo is an error and never a zero. */
#ifndef WAITBENCH_BASE_TEXT_H
#define WAITBENCH_BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The whole of `text` as a decimal integer between `low` and `high`, both included.
 * Returns 0, -EINVAL (not a number) or -ERANGE (outside). */
int text_parse_int64(const char *text, int64_t low, int64_t high, int64_t *value);

/* The whole of `text` as a finite decimal number with `.`, in any locale.
 * Returns 0, -EINVAL or -ERANGE. */
int text_parse_double(const char *text, double *value);

/* A comma-separated list of integers between `low` and `high`, at most `capacity` of them.
 * Returns how many (at least 1), -EINVAL, -ERANGE, or -E2BIG. */
int text_parse_int64_list(const char *text, int64_t low, int64_t high, int64_t *values,
                          size_t capacity);

/* Reads a file of at most `size - 1` bytes (the kernel's one-value files and tables) and ends it
 * with a NUL. Returns its length, or -errno; -EFBIG when it does not fit. */
int64_t text_read_file(const char *path, char *buffer, size_t size);

/* The number in a file that holds one, such as /proc/sys/kernel/pid_max. Returns 0, -errno, or
 * -EINVAL. The kernel's "max" reads as INT64_MAX. */
int text_read_int64(const char *path, int64_t *value);

/* The number behind `key` in a table of "key value" or "key: value kB" lines such as
 * /proc/meminfo or memory.stat; kB is turned into bytes. Returns 0, or -ENOENT. */
int text_find_value(const char *table, const char *key, int64_t *value);

/* Writes a word of a command as a shell needs it: quoted where it has more than harmless
 * characters. */
void text_write_shell_word(const char *word, FILE *out);

/* The same as a string, cut to `size` bytes with its NUL. Returns `text`. */
const char *text_shell_word(const char *word, char *text, size_t size);

/* Takes the slashes off a folder's end, but for the root's own. */
void text_trim_slashes(char *path);

/* The rest of a text such as "connections=100 active=10" from behind "KEY=" on, the value up to the
 * next space; "" without that key. */
const char *text_parameter(const char *parameters, const char *key);

#endif
