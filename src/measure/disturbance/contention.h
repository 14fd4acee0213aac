/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What others took from a trial while its window lasted: CPU time of the measured CPUs that was
 * neither the subject's nor ours, time of the hypervisor's other guests, and time for which a CPU
 * quota stopped both sides. */
#ifndef WAITBENCH_MEASURE_DISTURBANCE_CONTENTION_H
#define WAITBENCH_MEASURE_DISTURBANCE_CONTENTION_H

#include "measure/disturbance/cpu_times.h"
#include "measure/placement/placement.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A closed loop whose server left nearly all of its CPUs to others measured them. */
#define CONTENTION_WRONG_SHARE 0.95

/* A quota is worth a word from this share of the window on. */
#define CONTENTION_THROTTLED_SHARE 0.01

/* A moment. */
struct contention_mark {
    int64_t at_ns;
    struct cpu_times server;
    struct cpu_times client;
    struct cpu_times store; /* of a database's own CPUs; none where it has none */
    int64_t own_ns;         /* CPU time of this process: the generator */
    int64_t subject_ns;     /* the subject's, for the caller to set; -1: not known */
    int64_t store_ns;       /* of a database on CPUs of its own, likewise */
    int64_t throttled_ns;   /* -1: not seen */
};

/* Takes a moment of this machine, of which a database may have CPUs of its own (else NULL). It
 * reads a dozen files, so never within a measured window; the subject should be at rest between
 * this and the reading of its CPU time. */
void contention_take(struct contention_mark *mark, const struct placement *placement,
                     hwloc_const_bitmap_t store_cpus);

/* Times are -1 where they cannot be seen. */
struct contention {
    double window_seconds;
    bool shared; /* both sides have the same CPUs */
    int cpus;    /* server's and clients' together, and a database's own */
    int server_cpus;
    double server_foreign_seconds; /* on the server's CPUs */
    double client_foreign_seconds; /* on the clients'; the same where they are shared */
    double store_foreign_seconds;  /* on the database's; -1 also where it has none of its own */
    double foreign_seconds;        /* together */
    double steal_seconds;
    double throttled_seconds; /* added up over CPUs */
};

/* What happened between the two moments, as the share that falls on a window within them: rarely
 * exact, since neither its begin nor its end may be looked at. */
void contention_between(const struct contention_mark *before, const struct contention_mark *after,
                        int64_t window_ns, bool shared, struct contention *contention);

/* Whether others' work is a disturbance. */
bool contention_is_foreign(const struct contention *contention);

/* Whether they had the server's CPUs as good as all the time. */
bool contention_starves_server(const struct contention *contention);

/* Writes what a reader of the row must know, "" if nothing: 256 bytes hold it. */
void contention_note(const struct contention *contention, char *note, size_t size);

#endif
