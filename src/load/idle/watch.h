/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The idle connections of a load: nothing is sent on them, and a server that drops one is noticed.
 */
#ifndef WAITBENCH_LOAD_IDLE_WATCH_H
#define WAITBENCH_LOAD_IDLE_WATCH_H

#include "base/error.h"
#include "load/connection/connection.h"

#include <signal.h>

struct idle_watch {
    int epoll; /* -1 when not in use */
    int wake;  /* an eventfd: writing to it ends a wait */
};

/* Watches `count` open connections, which the caller keeps. Returns 0 or -errno. */
int idle_watch_init(struct idle_watch *watch, struct connection *connections, int64_t count,
                    struct error *error);
void idle_watch_finish(struct idle_watch *watch);

/* Sleeps for that time at most, until a signal comes, `wake` is written to or a connection is
 * dropped; such are closed and counted by kind in `errors`. Meanwhile `signals` are the blocked
 * ones. */
void idle_watch_wait(struct idle_watch *watch, int timeout_ms, const sigset_t *signals,
                     int64_t errors[LOAD_ERROR_KINDS]);

#endif
