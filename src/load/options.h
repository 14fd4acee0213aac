/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a load is to be, and what its caller is told meanwhile. */
#ifndef WAITBENCH_LOAD_OPTIONS_H
#define WAITBENCH_LOAD_OPTIONS_H

#include "base/clock.h"
#include "base/error.h"
#include "load/part.h"
#include "load/protocol/protocol.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOAD_THREADS_MAX     256
#define LOAD_CONNECTIONS_MAX 1000000

/* Threads are given this long to get going before the schedule starts. */
#define LOAD_HEAD_START_NS (20 * NS_PER_MS)

/* Between LOAD_RUNNING and LOAD_DRAINING the caller's thread sleeps, and nobody is called: it may
 * share its CPU with a generator thread, where whatever it does would show in the figures. */
enum load_phase {
    LOAD_CONNECTING,
    LOAD_CONNECTED, /* all are served; the schedule begins only when the call has returned */
    LOAD_RUNNING,   /* warming up, then measuring */
    LOAD_DRAINING,  /* the window has ended; replies may still be under way, so be brief */
    LOAD_FINISHED,  /* the generator has stopped; connections are still open */
};

struct load_progress {
    enum load_phase phase;
    int64_t connected;
    int64_t answered; /* since the start, warm-up and drain included */
    int64_t left_ns;  /* until the measured window ends; of what is planned before it is reached */
};

struct load_options {
    const char *host;
    int port;
    /* Where the server is several processes: the port of each, of which connection number i has the
     * one at i modulo their count. NULL: all have `port`. Borrowed. */
    const int *ports;
    size_t port_count;
    int64_t connections; /* N */
    int64_t active;      /* K, from 1 to N */
    bool closed;
    bool constant;          /* open loop: arrivals at equal distances instead of Poisson's */
    double rate_per_second; /* open loop, over all active connections */
    int64_t warmup_ns;
    int64_t duration_ns;
    int64_t drain_ns;    /* how long to wait, after the end, for replies still under way */
    int64_t patience_ns; /* while connecting: give up when no connection gets through for so long */
    const struct protocol *protocol;
    /* As far as the protocol has use for them (load/protocol/protocol.h). */
    const char *host_name; /* whom requests are for; NULL: `host` */
    int64_t size_bytes;
    const char *path;
    int64_t id_low;
    int64_t id_high;
    uint64_t data_seed;
    bool verify_body;
    /* 0: connections are kept; else an active one is closed after so many replies, and opened again
     * for its next request, which waits for the handshake. */
    int64_t requests_per_connection;
    /* One request in so many is slow by the server's own doing (the protocol tells which); 0: none.
     * The others are then counted apart, too. */
    int64_t slow_every;
    int64_t slow_us; /* by how much: what may stand and wait meanwhile is no overload */
    bool block;      /* wait blocked in the kernel instead of spinning */
    uint64_t seed;
    struct load_part part; /* where it is one of several generators */
    /* When the schedule begins, on the monotonic clock: set by `progress` at LOAD_CONNECTED, for
     * generators that begin together. 0, or less than LOAD_HEAD_START_NS ahead: as soon as may be.
     */
    int64_t start_ns;
    const int *cpus;  /* one generator thread is pinned to each; at most `active` are used */
    size_t cpu_count; /* 0: one thread, not pinned */
    /* Called on the caller's thread at every change of phase, within a millisecond or two of it,
     * and about twice a second while connecting. May be NULL. */
    void (*progress)(void *data, const struct load_progress *progress);
    void *progress_data;
    /* Asked when a signal has come; anything but 0 ends the run early, and what was measured is
     * kept. May be NULL. */
    int (*stop)(void);
};

/* Defaults: 127.0.0.1, the default protocol, 1 connection, 1 s of warm-up, 10 s measured, 2 s of
 * drain, 5 s of patience, Poisson, spinning, no pinning; the protocol's are
 * protocol_settings_init's. Port, rate or `closed` remain to be set. */
void load_options_init(struct load_options *options);

/* What of it is the protocol's. */
struct protocol_settings load_options_settings(const struct load_options *options);

/* Returns 0, or -EINVAL with `error` saying which option is out of its range. */
int load_options_check(const struct load_options *options, struct error *error);

#endif
