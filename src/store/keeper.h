/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A process that outlives its maker by as much as it takes to tidy up. It is started before there
 * is anything to tidy up, in a session of its own, out of a terminal's reach, and knows by a socket
 * that its maker has ended, whatever ended it. It adopts what its children leave behind, so that
 * nothing of theirs outlives it. */
#ifndef WAITBENCH_STORE_KEEPER_H
#define WAITBENCH_STORE_KEEPER_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What pgrep and top show. */
#define KEEPER_NAME "waitbench-keep"

/* What it takes to end a database that does not want to, and to remove large files. */
#define KEEPER_TIDY_SECONDS 20

struct keeper {
    pid_t pid; /* 0 or less: none */
    int fd;    /* of the socket; close-on-exec, so that no program keeps it open */
};

/* The keeper's life, in the process of its own; `fd` is its end of the socket. What it returns is
 * its exit status. It begins with the descriptors 0, 1 and 2 on /dev/null and no other but `fd`,
 * and with SIGINT, SIGTERM, SIGHUP and SIGPIPE ignored. */
typedef int keeper_main(int fd, void *argument);

/* Forks it. Whatever `argument` points to it has a copy of, as of all of our memory: start it while
 * that is small, and before threads. Returns 0, or -errno with `error` set. */
int keeper_start(struct keeper *keeper, keeper_main *main, void *argument, struct error *error);

/* Closes the socket, which is the sign to tidy up, and waits for its end, KEEPER_TIDY_SECONDS at
 * most. Returns 0; -ECHILD when it did not end well (it was killed, or could not tidy up);
 * -ETIMEDOUT. Fine on one that was never started. */
int keeper_stop(struct keeper *keeper);

/* Waits for what the keeper reports: `size` bytes. Returns 0, or -errno with `error` set: -EPIPE
 * when it ended instead, -EINTR when an interrupt came (base/interrupt.h). */
int keeper_hear(struct keeper *keeper, void *report, size_t size, struct error *error);

/* For the keeper: reports these bytes. */
void keeper_tell(int fd, const void *report, size_t size);

/* For the keeper: whether its maker has ended or called keeper_stop, waiting for that for so many
 * milliseconds at most (-1: for ever). */
bool keeper_is_released(int fd, int timeout_ms);

/* For the keeper: kills what is left of its children and theirs, and waits until all have ended. */
void keeper_end_children(void);

#endif
