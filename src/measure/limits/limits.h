/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many waiters this machine allows, worked out before a run: every limit the kernel sets, the
 * largest N each allows per model, and the command that lifts it. N beyond it is refused by name
 * rather than found out half-way through.
 *
 * What is worked out and checked is in limits.c; limits_read is in read.c, and what it adds of the
 * settings below /proc/sys in sysctl.c. */
#ifndef WAITBENCH_MEASURE_LIMITS_LIMITS_H
#define WAITBENCH_MEASURE_LIMITS_LIMITS_H

#include "base/error.h"
#include "run/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "unlimited", and the largest N where a limit does not bind a model. */
#define LIMITS_NONE INT64_MAX

/* What a waiter is made of, as far as it changes what it needs. All zero is a bare waiter. */
struct limits_options {
    int64_t stack_bytes; /* of one thread; 0 = the system's default (soft RLIMIT_STACK) */
    int64_t work_stack_bytes;
    int64_t work_heap_bytes;
    int64_t hold_bytes;
    int64_t loops;        /* of the model `loops`; 0 = 1 */
    int64_t pool_threads; /* beside those of the model */
    int64_t thread_files; /* descriptors that each thread of the server holds */
    int64_t files;        /* descriptors that it holds beside those */
    int64_t shards;       /* processes that share the waiters; 0 = 1 */
    /* What one takes of memory with both ends of its connection, as measured on this machine, and
     * what a process of the subject takes beside its waiters. 0: not measured, so that the estimate
     * holds (limits_waiter_bytes). LIMITS_NOT_COUNTED: what is resident is left aside. */
    int64_t measured_bytes;
    int64_t process_bytes;
    const char *who; /* takes so much, for the refusal; borrowed; NULL: its model */
};

#define LIMITS_NOT_COUNTED INT64_C(-1)

/* On top of what a waiter was measured to take comes a part of it: a quarter. Memory is read when
 * it has settled, and while connections come a subject holds more; allocators' size classes and
 * heaps that grow in steps waste up to a quarter; and what is not linear in N (hash tables that
 * double) is not seen in small numbers. */
#define LIMITS_MARGIN_DIVISOR 4

#define LIMITS_TEXT_MAX 512

/* One limit: N waiters need per_waiter * N + reserve + in_use of its unit; of one that holds for
 * each process, the waiters that are one process's. */
struct limit {
    const char *name; /* as people know it: "RLIMIT_NOFILE", "kernel.pid_max" */
    const char *unit;
    int64_t value;  /* LIMITS_NONE = unlimited, or not seen */
    char set[32];   /* what somebody set, where `value` follows from it; else empty */
    char words[96]; /* then how it follows */
    int64_t in_use; /* by others, now */
    int64_t
        processes; /* it holds for each process, and so many share the waiters; 0: it does not */
    int64_t reserve;
    bool of_memory; /* what is resident fills it, and nothing that is only mapped */
    int64_t per_waiter[MODEL_COUNT]; /* 0 = does not bind this model */
    int64_t largest[MODEL_COUNT];    /* waiters; LIMITS_NONE where it does not bind */
    int64_t at_once;            /* > 0: it bounds no number of waiters, but how many may be opened
                                   before the first is accepted; a run opens so many */
    bool seen;                  /* false: its file is missing or not readable; `note` has why */
    bool needs_root;            /* to lift it */
    char note[LIMITS_TEXT_MAX]; /* for people; empty when there is nothing to add */
    char file[LIMITS_TEXT_MAX]; /* that the command writes, without the root; empty: none */
    /* The command that lifts it is head, the value needed, tail; tail is NULL where the command
     * takes no value. An empty head: no command lifts it; `advice` (may be
     * NULL) says what helps. */
    char command_head[LIMITS_TEXT_MAX];
    const char *command_tail;
    const char *advice;
};

#define LIMITS_CAPACITY 20

struct limits {
    struct limit entries[LIMITS_CAPACITY];
    size_t count;
    bool root;              /* this process already runs as root, so commands need no sudo */
    int64_t measured_bytes; /* as in the options */
    const char *who;        /* the same */
};

/* Reads every limit below `root` ("" for this machine) as it holds for the calling process. Cannot
 * fail: what is not there is taken as unlimited and says so. Does not change any limit. */
void limits_read(struct limits *limits, const char *root, const struct limits_options *options);

/* How many bytes of memory waiters may fill: the least that the machine and control groups leave,
 * but for a tenth. LIMITS_NONE where nothing bounds it. */
int64_t limits_memory_room(const struct limits *limits);

/* The limit with the smallest largest[model], or NULL where none binds. Borrowed from `limits`. */
const struct limit *limits_binding(const struct limits *limits, enum model model);

/* Whether what that limit (NULL: none) allows was worked out from what waiters were measured to
 * take.
 */
bool limits_is_measured(const struct limits *limits, const struct limit *limit);

/* The largest N of that limit: LIMITS_NONE where none binds. */
int64_t limits_largest(const struct limits *limits, enum model model);

/* Returns 0 when `waiters` of that model fit, else -ERANGE with `error` naming the limit that binds
 * first, its value and the command that lifts it far enough. */
int limits_check(const struct limits *limits, enum model model, int64_t waiters,
                 struct error *error);

/* What a program takes that is not a server: returns 0 when it may open so many files and start so
 * many threads (0: does not matter), else -ERANGE as above, with `what` in front: "WHAT needs 450
 * open files: ...". */
int limits_check_program(const struct limits *limits, const char *what, int64_t files,
                         int64_t threads, struct error *error);

/* Returns 0 when so many connections may be opened before the first is accepted, else -ERANGE with
 * `error` naming the limit, what comes of it and the command that lifts it. */
int limits_check_at_once(const struct limits *limits, int64_t connections, struct error *error);

/* Whether it allows less than `waiters` of the model that it allows the fewest of, which comes back
 * in `model`, or less at once than a run opens. */
bool limits_is_in_the_way(const struct limit *limit, int64_t waiters, enum model *model);

/* Writes the command that lifts `limit` far enough for `waiters` of that model, with sudo in front
 * where it takes root and this process has it not, or saying that it takes somebody outside where
 * root here may not; or what else helps, where no command does. */
void limits_command(const struct limits *limits, const struct limit *limit, enum model model,
                    int64_t waiters, char *text, size_t size);

/* Resident bytes, all in, that one waiter with both ends of its connection is expected to need at
 * most, only for refusing what cannot fit: what it was measured to take and the margin; without
 * that a cautious estimate. 0 where memory is not counted. */
int64_t limits_waiter_bytes(enum model model, const struct limits_options *options);

/* Raises the soft limits on open files and on processes to the hard ones, for this process and what
 * it starts. Returns 0 or -errno with `error` set. */
int limits_raise_soft(struct error *error);

#endif
