/* SPDX-License-Identifier: GPL-3.0-or-later */
/* That another run is at work on this machine, and that one of ours is. Two runs at once measure
 * each other, and neither would know: each bind the same CPUs.
 *
 * A run holds an abstract unix socket, which no file system needs and which the kernel frees on
 * whatever death. There are a few names, of which each takes the first that is free. Those who find
 * a name taken connect to it, which tells either side the other's pid. The names are one network
 * namespace's: of runs in other containers only the CPU time tells that others had. */
#ifndef WAITBENCH_MEASURE_DISTURBANCE_RUN_LOCK_H
#define WAITBENCH_MEASURE_DISTURBANCE_RUN_LOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Runs side by side that are told apart. */
#define RUN_LOCK_NAMES 8

/* Gives the names another stem, as for tests that run side by side. */
#define RUN_LOCK_VARIABLE "WAITBENCH_RUN_LOCK"

struct run_lock {
    int listener;               /* -1: no name was free, or sockets cannot be had */
    int others[RUN_LOCK_NAMES]; /* connections to those that were there before */
    pid_t pids[RUN_LOCK_NAMES]; /* theirs; 0 where it is of another pid namespace */
    size_t other_count;
    bool behind;     /* one of them came before us */
    size_t visitors; /* that were accepted so far */
};

/* Looks who is there, without a sign for them. Fills `pids`, and returns how many. */
size_t run_lock_look(pid_t pids[RUN_LOCK_NAMES]);

/* Takes a name, and fills `others`. Without sockets nothing is known of others, and all goes on. */
void run_lock_take(struct run_lock *lock);

/* The same once nobody else is there: `wait_cb` is called for each that is waited for. Returns 0,
 * or -EINTR when a signal came first (base/interrupt.h), with nothing taken. */
int run_lock_wait(struct run_lock *lock, void (*wait_cb)(pid_t pid));

/* Whether another run has begun since the last time it was asked, and which. */
bool run_lock_visited(struct run_lock *lock, pid_t *pid);

/* Gives the name back. Those who wait for this run go on when its process ends, charts and all. */
void run_lock_finish(struct run_lock *lock);

#endif
