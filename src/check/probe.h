/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program while it is tried: its process, what it is known to be able to do, and the peers that
 * stay from one clause to the next. */
#ifndef WAITBENCH_CHECK_PROBE_H
#define WAITBENCH_CHECK_PROBE_H

#include "base/error.h"
#include "check/finding.h"
#include "check/peer.h"
#include "measure/process/subject.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Connections that are opened at once: what a run opens before the first one is accepted. */
#define PROBE_CROWD 100
/* Whoever has been silent for as long as a run would wait is not waited for as long again. */
#define PROBE_PATIENCE_NS       (INT64_C(10) * NS_PER_SECOND)
#define PROBE_SHORT_PATIENCE_NS (INT64_C(3) * NS_PER_SECOND)

struct probe {
    char *const *argv;
    struct subject subject;
    bool runs;
    bool connects; /* it can be connected to */
    bool tells;    /* it answers `waiters` */
    bool echoes;   /* a request came back */
    int silences;  /* where an echo was expected */
    int64_t patience_ns;
    struct connection crowd[PROBE_CROWD];
    size_t crowd_count; /* the first so many are open */
    char unasked[128];  /* "" or of the first line on its stdout that nobody asked for, in words */
    int64_t unasked_lines;
    /* Set by its end. */
    bool ended;            /* by itself */
    char survivors[160];   /* "" or the processes that outlived it: "sleep (4711)" */
    size_t survivor_count; /* how many */
};

void probe_init(struct probe *probe, char *const *argv);

/* Starts it, and waits for `listening PORT`. Returns 0 or -errno with `error` set; then it may
 * still run. */
int probe_start(struct probe *probe, struct error *error);

/* Kills it and all that it started, and closes the peers. Fine at any time. */
void probe_kill(struct probe *probe);

/* Reads what stands on its stdout though nothing was asked, and keeps the first line of it. */
void probe_drain(struct probe *probe);

/* Asks `waiters`; a line that is not an answer is passed over where an answer follows. Returns 0 or
 * -errno with `error` set. */
int probe_waiters(struct probe *probe, int64_t *waiters, struct error *error);

/* Waits until it has that many waiters, and asks once more a moment later. Returns 0; -EPROTO where
 * it has another number of them; or another -errno; with `error` set. */
int probe_await_waiters(struct probe *probe, int64_t wanted, struct error *error);

/* A connection that was accepted, or a failed finding. */
bool probe_open(struct probe *probe, struct connection *peer, bool narrow, struct finding *finding);

/* Has the talk on that connection; true where all came back, else the finding has failed. */
bool probe_talk(struct probe *probe, struct connection *peer, struct talk *talk, const char *cause,
                struct finding *finding);

/* The same once, with so many letters. */
bool probe_greet(struct probe *probe, struct connection *peer, size_t letters,
                 struct finding *finding);

/* Letters, the same for the same place and `seed`; two seeds differ in each byte. */
void probe_letters(unsigned char *bytes, size_t length, unsigned seed);

/* Nobody waits so long after a first silence. */
void probe_lose_patience(struct probe *probe);

/* Closes the crowd's last ones, down to `count`, each by that function (peer_leave,
 * connection_close). */
void probe_thin_crowd(struct probe *probe, size_t count, void (*leave)(struct connection *peer));

#endif
