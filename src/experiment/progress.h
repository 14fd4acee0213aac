/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a long job is: one line that is rewritten on a terminal, a plain line now and then
 * elsewhere. All of it on stderr. */
#ifndef WAITBENCH_EXPERIMENT_PROGRESS_H
#define WAITBENCH_EXPERIMENT_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    bool terminal;
    size_t total;
    size_t done;
    double expected_total; /* the weights of all trials: seconds, as far as they can be guessed */
    double expected_done;
    int64_t start_ns;
    int64_t last_print_ns;
};

/* `expected_seconds` is the sum of the trials' weights; only their proportions matter once the
 * first few are done. */
void progress_init(struct progress *progress, size_t trials, double expected_seconds);

/* Takes up what was found out meanwhile: so many trials more, and so many seconds more (or less).
 */
void progress_extend(struct progress *progress, size_t trials, double seconds);

/* Says how many trials of all are done, the time left, what was found last (`found`, may be empty),
 * and what runs now: a narrow terminal cuts that. */
void progress_show(struct progress *progress, const char *found, const char *what);

/* A trial of that weight is over. */
void progress_step(struct progress *progress, double expected_seconds);

/* How many seconds one expected second has taken so far; 1 where nothing is over. */
double progress_pace(const struct progress *progress);

/* Clears the terminal's line, so that other text can be printed. */
void progress_clear(const struct progress *progress);

#endif
