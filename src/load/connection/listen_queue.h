/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Connections that the kernel dropped because the listener had too many waiting to be accepted. Who
 * is dropped tries again after a second, then after two more, and so on: a listen backlog of 5
 * makes 400 connections take a minute, and nobody is told why. */
#ifndef WAITBENCH_LOAD_CONNECTION_LISTEN_QUEUE_H
#define WAITBENCH_LOAD_CONNECTION_LISTEN_QUEUE_H

#include <stddef.h>
#include <stdint.h>

/* A client that was dropped takes this long at least: a second, less what timers round off. */
#define LISTEN_QUEUE_RETRY_NS INT64_C(900000000)

/* How many so far, from the text of /proc/net/netstat: its ListenOverflows or ListenDrops,
 * whichever is more. -1 where neither is there. */
int64_t listen_queue_parse(const char *netstat);

/* The same of this machine (of this network namespace), whoever listens; -1 where it is not told.
 */
int64_t listen_queue_dropped(void);

/* How many came since then; -1 where it is not told, then or now. */
int64_t listen_queue_dropped_since(int64_t before);

/* Writes what to know about so many, in words. */
void listen_queue_describe(int64_t dropped, char *text, size_t size);

/* As many connections as any listener's queue may hold: net.core.somaxconn, or `most` where that is
 * less or cannot be read; 1 at least. Older kernels cap every backlog at 128. */
int64_t listen_queue_bound(int64_t most);

#endif
