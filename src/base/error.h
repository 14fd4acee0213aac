/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors as one line for a person: what failed, with what, and what to do. */
#ifndef WAITBENCH_BASE_ERROR_H
#define WAITBENCH_BASE_ERROR_H

/* Exit codes of every waitbench command. An interrupted command exits 128 + the signal's number. */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_MEASUREMENT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_MISSING = 3,
    EXIT_WORSE = 4, /* what `compare --fail-on` looks for was found */
};

/* The caller owns it; error_set fills it. `text` is empty until something failed. */
struct error {
    char text[1024];
};

/* Writes the message and returns `code` (a negative errno), so that a function can fail in one
 * line: return error_set(error, -errno, "cannot open %s: %s", path, strerror(errno)).
 * Control characters in it become '?': it is one line, whatever it quotes. A message longer than
 * the buffer is cut. `error` may be NULL. */
int error_set(struct error *error, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Prints "waitbench: MESSAGE" and a newline to stderr. */
void error_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints "waitbench: warning: MESSAGE" and a newline to stderr. */
void warning_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
