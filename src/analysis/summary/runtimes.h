/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Programs of many languages beside ours, each in a few figures: what a waiter costs, what one
 * request after another takes, and many at once. Of the plain server alone: what else a program can
 * do, another has no like of. */
#ifndef WAITBENCH_ANALYSIS_SUMMARY_RUNTIMES_H
#define WAITBENCH_ANALYSIS_SUMMARY_RUNTIMES_H

#include "analysis/statistics/statistics.h"
#include "analysis/summary/bill.h"
#include "run/recorded_run.h"

#include <stdbool.h>
#include <stddef.h>

/* With fewer foreign subjects the charts of all arms say as much. */
#define RUNTIMES_MIN 3

/* Where throughput is shown: at one active connection, and at a hundred. */
enum { RUNTIMES_ONE, RUNTIMES_MANY, RUNTIMES_LOADS };

/* A program. Texts but for its name belong to the run. Figures are medians over trials, or slopes,
 * with intervals; what was not measured has the value NAN. */
struct runtime_arm {
    char *name; /* the subject, or what tells ours apart: "echo-loops"; owned */
    const char *subject;
    const char *model;   /* as its stats have it; "" where they do not say */
    const char *runtime; /* likewise: "CPython 3.11.2" */
    const char *about;   /* what machine.json says it is, or "" */
    const char *version; /* and which version was found */
    bool is_ours;
    struct estimate bytes[COMPONENT_COUNT];      /* per waiter */
    struct estimate spawn_ns;                    /* per waiter, until all of them wait */
    struct estimate per_second[RUNTIMES_LOADS];  /* requests, in a closed loop */
    struct estimate cpu_seconds[RUNTIMES_LOADS]; /* of the server, per request */
    bool client_bound[RUNTIMES_LOADS]; /* the generator was the limit in half of the trials or more
                                        */
    struct estimate p50_ns;            /* at the rate that all were offered */
    struct estimate p99_ns;            /* NAN where over one trial in ten withheld it */
    size_t latency_trials;
    size_t overloaded_trials; /* their backlog grew: their latency is no figure of the program */
    size_t failed_trials;     /* of all experiments, in no figure */
};

struct runtime_figures {
    struct runtime_arm *arms; /* by the total of a waiter, unknown ones last; then by name */
    size_t count;
    size_t foreign_count;
    bool is_warm;            /* waiters had served requests: none was measured before it did */
    double connection_bytes; /* what a connection costs that nobody waits for, or NAN */
    double spawn_waiters;    /* how many waiters began together, or NAN; and likewise: */
    double active[RUNTIMES_LOADS];
    double latency_active;
    double offered_per_second; /* the rate at which most programs were not overloaded; of several
                                * the one nearest to half of what the slowest sustains */
};

/* Gathers them from the run, which must outlive the result, and its bill. Ours with the usual
 * allocator and the default stack. Returns 0 or -EBADMSG with `error` set. */
int runtime_figures_read(struct runtime_figures *runtimes, const struct recorded_run *run,
                         const struct bill *bill, struct error *error);

/* Whether there are enough of them for charts and tables of their own. */
bool runtime_figures_are_many(const struct runtime_figures *runtimes);

void runtime_figures_finish(struct runtime_figures *runtimes);

#endif
