/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The control channel of the subject contract (version 1): a runner asks on standard input, the
 * subject answers on standard output, line by line. */
#ifndef WAITBENCH_SUBJECT_CONTROL_H
#define WAITBENCH_SUBJECT_CONTROL_H

#include <stdatomic.h>
#include <stdint.h>

/* What the control channel reports. The server fills it in and keeps it alive. */
struct control {
    const char *model;           /* threads, loop, loops or sockets */
    const char *runtime;         /* "libuv 1.44.2" */
    int64_t stack_bytes;         /* of each waiter's thread; 0 where waiters have none */
    int64_t work_spins_per_us;   /* base/spin.h; 0 where no processor time is burnt */
    atomic_int_fast64_t waiters; /* connections waited on right now; waiters write it */
    /* How often the loops have gone round, or NULL. Called on the control thread. */
    int64_t (*loop_iterations)(const void *loops);
    const void *loops; /* what it is called with */
    /* Prints lines of the program's own among the stats, or NULL. On the control thread, too. */
    void (*print_own)(const void *own);
    const void *own; /* what it is called with */
};

/* Prints `listening PORT`, answers until standard input ends, then exits 0. To be called on the
 * main thread once the server listens. It exits instead of returning because the other threads go
 * on using what main holds: the contract gives a subject one second, whatever its connections do.
 */
void control_serve(struct control *control, int port) __attribute__((noreturn));

/* The same for a program that made its waiters by itself and has no port: prints `waiting N` first.
 * To be called once they all wait. */
void control_serve_waiting(struct control *control) __attribute__((noreturn));

/* Raises the soft limit of open files to the hard one. Where that fails the soft one stays, and the
 * runner finds connections missing. */
void control_raise_nofile(void);

#endif
