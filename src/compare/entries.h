/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every figure of one run that a comparison looks at: each arm's, and the ratio of each pair of
 * threads and loop that shared the machine. */
#ifndef WAITBENCH_COMPARE_ENTRIES_H
#define WAITBENCH_COMPARE_ENTRIES_H

#include "analysis/summary/trials.h"
#include "compare/figure.h"
#include "run/experiment.h"
#include "run/recorded_run.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ENTRY_LABEL_SIZE 96

struct entry {
    /* What it is a figure of. Entries of two runs with the same key are the same figure. */
    char *key;
    int experiment; /* EXPERIMENT_MEMORY, ... */
    char *scenario;
    char *workload; /* the scenario and its store, for people: "web with SQLite" */
    char *metric;   /* "total" bytes per waiter, "p99", ... */
    char *unit;
    enum metric_kind kind;
    bool is_memory;    /* bytes, or a ratio of bytes: judged by what moves memory */
    double resolution; /* relative, of this figure's instrument */
    char *parameters;  /* "connections=100 active=100 load=50%" */
    char *arm;         /* as summary.csv calls it: "web-loop:pool-4" */
    char *model;
    char *against;                /* the arm below the line of a ratio; NULL for one arm's figure */
    char label[ENTRY_LABEL_SIZE]; /* the arm or pair and its conditions, for people; printable */
    struct figure figure;
    double offered_per_second; /* to the arm; NAN but for an open loop */
    double offered_against;    /* to the arm below the line; NAN where there is none */
    double utilisation;        /* the offered rate as a share of what the arm sustains, or NAN */
    double utilisation_against;
    size_t client_bound;  /* trials in which the load generator was the limit */
    size_t client_trials; /* of the arms together, that were measured */
    size_t overloaded;    /* trials in which the backlog grew */
    bool withheld;        /* a percentile that over one in ten trials of an arm lack */
    size_t failed;        /* trials that failed and are in no figure */
};

struct entries {
    bool by_share;         /* loads are told as "load=50%", not as "load=2/4" */
    struct entry *entries; /* by experiment, then by metric */
    size_t count;
    size_t capacity;
};

/* Reads the run's files of trials; those it lacks have no entries. Loads are told by their
 * share of the capacity if `by_share`. Returns 0, or -errno with file and line in `error`. */
int entries_read(struct entries *entries, const struct recorded_run *run, uint64_t seed,
                 bool by_share, struct error *error);

/* Whether the run says of each load which share of the capacity it was, as older versions did not:
 * 1 or 0, or -errno with file and line in `error`. Runs without such loads do. */
int entries_have_shares(const struct recorded_run *run, struct error *error);

/* The entry of that key, or NULL. */
const struct entry *entries_find(const struct entries *entries, const char *key);

void entries_finish(struct entries *entries);

#endif
