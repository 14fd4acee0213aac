/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plan: a file of settings (in libconfig's format; ours are in bench/plans/), each a point of an
 * experiment. Quick, default and full are plans; --plan runs anybody's. What a machine allows of a
 * setting, and which trials it becomes, is experiment/'s matter. */
#ifndef WAITBENCH_RUN_PLAN_PLAN_H
#define WAITBENCH_RUN_PLAN_PLAN_H

#include "base/error.h"
#include "run/experiment.h"
#include "run/scenario.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLAN_NAME_MAX     64
#define PLAN_OMITS_MAX    400
#define PLAN_WAITERS_MAX  32
#define PLAN_VARIANTS_MAX 32
#define PLAN_SETTINGS_MAX 1000

/* Among waiters and idle connections: as many as this machine allows. */
#define PLAN_LARGEST INT64_C(-1)

#define PLAN_PAYLOAD_BYTES INT64_C(64) /* of a request, where nobody says */

#define PLAN_NUMBER_MAX  INT64_C(10000000) /* waiters, connections */
#define PLAN_BLOCKS_MAX  INT64_C(10000)
#define PLAN_SHARDS_MAX  INT64_C(1024)
#define PLAN_SECONDS_MAX 3600.0
#define PLAN_RATE_MAX    1e7

/* Of warming up until steady, where a plan does not say. */
#define PLAN_STEADY_LONGEST_SECONDS 5.0

/* For further blocks, where a plan does not say. */
#define PLAN_MORE_SECONDS     300.0
#define PLAN_MORE_SECONDS_MAX 1e6

/* What a request costs the server besides its reply, and what it carries. */
struct plan_work {
    char name[PLAN_NAME_MAX];
    char label[PLAN_NAME_MAX]; /* for people, behind a comma; "" for work that needs no word */
    int64_t cpu_us;
    int64_t stack_bytes;
    int64_t heap_bytes;
    int64_t cache_bytes; /* of the connection's own memory, touched */
    int64_t hold_bytes;  /* live heap per connection */
    int64_t slow_us;
    int64_t slow_every;              /* one request in so many takes slow_us more */
    int64_t payload_bytes;           /* of a request and of its reply */
    int64_t requests_per_connection; /* 0: connections are kept */
};

/* What `share` is a share of (experiment/trials.h says more). */
enum plan_basis { PLAN_EQUAL_RATE, PLAN_EQUAL_UTILISATION };

/* What a latency window is lengthened for, as far as `longest_seconds` allows. */
enum plan_fit { PLAN_FIT_NONE, PLAN_FIT_P99, PLAN_FIT_P999 };

/* Which allocators a setting has its arms built with. */
enum {
    PLAN_ALLOCATOR_ANY = 1, /* one stands for all: jemalloc where it was built in */
    PLAN_ALLOCATOR_JEMALLOC = 2,
    PLAN_ALLOCATOR_LIBC = 4,
};

/* An arm of a server: its model, and the options with which it does what is asked, those of the
 * setting among them: all that its model takes. */
struct plan_arm {
    enum model model;
    struct option_values options;
};

struct setting {
    const struct experiment *experiment;
    const struct scenario *scenario;
    unsigned models;     /* 1 << enum model: with the usual options of an arm */
    unsigned on_request; /* likewise: only where the command line names them */
    struct plan_arm variants[PLAN_VARIANTS_MAX]; /* arms with other options */
    size_t variant_count;
    bool
        subjects; /* foreign ones take part: those of --subject in echo, runtimes in any scenario */
    int64_t blocks;
    int64_t shards; /* of a server: processes that share its connections, 1 or more */
    /* Memory. */
    unsigned allocators;
    int64_t waiters[PLAN_WAITERS_MAX]; /* PLAN_LARGEST among them */
    size_t waiters_count;
    bool warm;
    int64_t stack_bytes; /* of the threads; 0: the system's */
    /* Memory, throughput, latency. */
    struct plan_work work;
    /* Of a server all its conditions, of a program what the plan sets. */
    struct option_values options;
    /* Throughput, latency. */
    int64_t active;
    int64_t idle;                  /* or PLAN_LARGEST */
    double seconds;                /* of flow what its program takes, about */
    double steady_longest_seconds; /* it is warmed up until steady, for so long at most; 0: not */
    double warmup_seconds;
    /* Latency. */
    enum plan_basis basis;
    double share;           /* above 0 and at most 1; or 0, and... */
    double rate_per_second; /* ...what is offered, whatever is sustained */
    /* The share is of what is sustained on so many active connections; 0: on `active`. */
    int64_t capacity_active;
    enum plan_fit fit;
    double longest_seconds;
    bool is_changed; /* by plan_change: its numbers are not its own */
    int line;        /* where it begins in its file, which plan->path names but for included ones */
};

struct plan {
    char name[PLAN_NAME_MAX];
    char omits[PLAN_OMITS_MAX]; /* what it does not measure, for people; "": nothing to say */
    char path[4096];            /* of the file */
    /* What the machine's limits do not allow is told and left out; else refused, for somebody asked
     * for it. */
    bool leaves_out;
    double calibration_seconds; /* what the bare round trips may take */
    int64_t capacity_steps;     /* of the search for the rate that an arm sustains */
    double subject_seconds;     /* a window of a subject that others outrun is at most so long */
    /* Settings that their blocks leave undecided get so many more (0: none), the widest intervals
     * first, as far as that takes no longer. */
    int64_t more_blocks;
    double more_seconds;
    struct setting *settings;
    size_t count;
};

/* The setting's arm of that model, with the usual options of an arm. */
void plan_usual_arm(const struct setting *setting, enum model model, struct plan_arm *arm);

/* The choice that the setting has of a store, or NULL: its scenario has none. */
const char *plan_store(const struct setting *setting);

/* Whether a server needs options of ours for it, which a foreign one does not take. */
bool plan_work_needs_options(const struct plan_work *work);

/* Reads a plan. Lists of active, idle, share, work and warm become one setting for each
 * combination. Refuses, with file and line in `error`, what is not in the format, an unknown key,
 * experiment, scenario, model, work or option, a value out of its range and one that its experiment
 * does not have. Returns 0 (the caller ends the plan with plan_finish), -EINVAL, -ENOENT where
 * there is no such file, or -errno. */
int plan_read(struct plan *plan, const char *path, struct error *error);

void plan_finish(struct plan *plan);

/* How often the rows of a run of that plan are judged, at most: what decides has to pay for each.
 */
int64_t plan_looks(const struct plan *plan);

/* What a command line sets instead of what the plan's settings have; counts and values of 0 (of
 * those that may be 0: -1) leave it. */
struct plan_changes {
    int64_t blocks;
    int64_t shards;
    int64_t waiters[PLAN_WAITERS_MAX];
    size_t waiters_count;
    int64_t active[PLAN_WAITERS_MAX];
    size_t active_count;
    int64_t idle[PLAN_WAITERS_MAX];
    size_t idle_count;
    bool changes_work;
    struct plan_work work; /* -1 in what is left */
};

void plan_changes_init(struct plan_changes *changes);

/* Where to put another number for that key of work, such as "cpu_us", and from what to what it may
 * be. From then on the changes have one. */
int64_t *plan_changes_work(struct plan_changes *changes, const char *key, int64_t *low,
                           int64_t *high);

/* Changes the settings; those that it makes the same become one. Returns 0, or -EINVAL where a
 * change makes a setting impossible, or -ENOMEM, with `error` set. */
int plan_change(struct plan *plan, const struct plan_changes *changes, struct error *error);

/* Writes the plan as it will be run, in the same format, with each setting spelt out. Returns 0 or
 * -errno with `error` set. */
int plan_write(const struct plan *plan, const char *path, struct error *error);

#define PLAN_DIGEST_BYTES 17

/* A digest, 16 hexadecimal digits, of all that decides how times are measured: windows, rates,
 * work, options. Blocks, names, and what is measured of memory alone are not in it. */
void plan_digest(const struct plan *plan, char digest[PLAN_DIGEST_BYTES]);

#endif
