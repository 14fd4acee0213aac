/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run has found so far, for the progress line: the last finding of the experiment at work.
 * Nothing is judged here, and no figure of a file comes from it: whoever watches sees that it works
 * and what to expect. */
#ifndef WAITBENCH_EXPERIMENT_FINDINGS_H
#define WAITBENCH_EXPERIMENT_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FINDINGS_ARMS_MAX  64
#define FINDINGS_NAME_SIZE 64
#define FINDINGS_TEXT_SIZE 128

/* Of one arm, cold or warm: its bill at the smallest and at the largest number of waiters. */
struct finding_bill {
    char subject[FINDINGS_NAME_SIZE];
    bool warm;
    int64_t least;
    int64_t least_bytes;
    int64_t most;
    int64_t most_bytes;
};

/* Zeroed: nothing was found yet. */
struct findings {
    struct finding_bill bills[FINDINGS_ARMS_MAX];
    size_t count;
    char text[FINDINGS_TEXT_SIZE]; /* "echo-threads: 38.6 KiB a waiter so far", or empty */
};

/* A trial with so many waiters took that much memory in all. Says what a waiter takes as soon as
 * there are two numbers of them that are 50 or more apart; arms beyond the table's are left out. */
void findings_add_memory(struct findings *findings, const char *subject, bool warm, int64_t waiters,
                         int64_t total_bytes);

/* A trial answered so many requests a second on that many active connections. */
void findings_add_rate(struct findings *findings, const char *subject, int64_t active,
                       double per_second);

/* The p99 of a trial; below 0: it has none, and nothing is said. */
void findings_add_tail(struct findings *findings, const char *subject, int64_t p99_ns);

#endif
