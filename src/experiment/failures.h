/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which failures a run has told of: a program that cannot start fails in every trial, and a page of
 * the same line hides what else is said. Every failure is in its trial's row. */
#ifndef WAITBENCH_EXPERIMENT_FAILURES_H
#define WAITBENCH_EXPERIMENT_FAILURES_H

#include <stddef.h>

#define FAILURES_MAX      64
#define FAILURE_TEXT_SIZE 160

/* Zeroed, nothing has failed. */
struct failures {
    struct failure {
        char text[FAILURE_TEXT_SIZE]; /* the program, and what failed without its numbers */
        size_t count;
    } items[FAILURES_MAX];
    size_t count;
};

/* Of a trial of `subject` that failed with `fault`. Two failures are alike if the program is the
 * same, and the words up to the first colon are, whatever numbers are among them. Returns how many
 * like it there are now: 1 for the first, and for any where more kinds than FAILURES_MAX came. */
size_t failures_count(struct failures *failures, const char *subject, const char *fault);

#endif
