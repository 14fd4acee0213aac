/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The runner's side of the subject contract: start a program, learn its port, ask it, end it. Every
 * wait is bounded, and every way of breaking the contract has a message of its own, which becomes
 * the row's note. */
#ifndef WAITBENCH_MEASURE_PROCESS_SUBJECT_H
#define WAITBENCH_MEASURE_PROCESS_SUBJECT_H

#include "base/channel.h"
#include "base/error.h"
#include "measure/cgroup/cgroup.h"

#include <hwloc.h>
#include <stdbool.h>
#include <stdint.h>

/* How long a subject may take to listen and to answer a question. An interpreter that starts on a
 * busy machine is slow; one that says nothing at all must not hold up the run. */
#define SUBJECT_LISTEN_SECONDS 10
#define SUBJECT_ANSWER_SECONDS 10
/* One that makes its waiters by itself has a second more for so many of them. */
#define SUBJECT_WAITERS_PER_SECOND 1000
/* The contract gives a subject one second to end; a process of 20,000 threads on a busy machine is
 * taken apart by the kernel, not by itself, so two more are granted before it counts. */
#define SUBJECT_EXIT_SECONDS 3

struct subject_stats {
    char model[32];
    char allocator[32];
    char allocator_version[64];
    char runtime[64];
    int64_t heap_allocated_bytes; /* -1: not given, as with the others */
    int64_t heap_resident_bytes;
    int64_t loop_iterations;
    int64_t stack_bytes;
    int64_t store_connections_most; /* of a database, in use at once, so far */
    int64_t store_errors;           /* queries that failed, so far */
    int64_t runtime_threads;        /* that belong to no part of the model */
};

struct subject {
    struct channel channel;
    pid_t pid; /* stays known after its end; 0 when it was never started */
    int port;
};

/* Starts the program (measure/process/launch.h), and waits for nothing. Returns 0 or -errno with
 * `error` set. */
int subject_launch(struct subject *subject, char *const *argv, const struct cgroup *cgroup,
                   hwloc_const_bitmap_t cpus, struct error *error);

/* Waits until a server that was launched has said `listening PORT`. On failure it may still run.
 * Returns 0 or -errno with `error` saying what the program did instead. */
int subject_listen(struct subject *subject, struct error *error);

/* Both of it: starts a server, and waits for `listening PORT`. On failure nothing
 * is left running. Returns 0 or -errno with `error` saying what the program did instead. */
int subject_start(struct subject *subject, char *const *argv, const struct cgroup *cgroup,
                  hwloc_const_bitmap_t cpus, struct error *error);

/* The same of a program that makes its waiters by itself, and waits for `waiting N`; it has no
 * port.
 */
int subject_start_waiting(struct subject *subject, char *const *argv, const struct cgroup *cgroup,
                          hwloc_const_bitmap_t cpus, int64_t waiters, struct error *error);

/* Asks `waiters`. Returns 0 or -errno with `error` set. */
int subject_waiters(struct subject *subject, int64_t *waiters, struct error *error);

/* Asks `stats`. Unknown keys are skipped. Returns 0 or -errno with `error` set. */
int subject_stats(struct subject *subject, struct subject_stats *stats, struct error *error);

/* Whether that value of `stats` is what its key stands for: any text of a key that is not known, or
 * is of text; a whole number of those that are numbers. */
bool subject_stat_is_sound(const char *key, const char *value);

/* Ends its stdin and waits for it. Returns 0 when it exited 0 in time, else -ETIMEDOUT, -EPROTO
 * (another status, or a signal) or -EINTR with `error` set; it is gone either way. */
int subject_stop(struct subject *subject, struct error *error);

/* When something failed beside it: a subject that has ended by itself is named in `error` as the
 * cause, with how it ended, and true comes back. Otherwise, or when that is known already, `error`
 * is left alone. */
bool subject_blame(struct subject *subject, struct error *error);

/* Kills it at once, if it still runs. Fine on a subject that was never started, if zeroed with
 * SUBJECT_NONE. */
void subject_kill(struct subject *subject);

#define SUBJECT_NONE                                                             \
    {                                                                            \
        .channel = {.pid = -1, .input_fd = -1, .output_fd = -1, .error_fd = -1 } \
    }

#endif
