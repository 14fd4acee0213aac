/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An arm: one subject with one set of parameters, as it takes part in an experiment. */
#ifndef WAITBENCH_EXPERIMENT_ARM_H
#define WAITBENCH_EXPERIMENT_ARM_H

#include "base/csv.h"
#include "base/error.h"
#include "load/protocol/protocol.h"
#include "measure/limits/limits.h"
#include "run/experiment.h"
#include "run/option.h"
#include "run/runtimes/runtimes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARM_NAME_MAX 64

/* What in-tree subjects are started with; 0 means the option is not given. A foreign subject gets
 * its command and nothing else, but for runtimes in scenarios that have options. */
struct arm_parameters {
    int64_t stack_bytes;
    int64_t loops;
    int64_t shards; /* processes that share the connections, of a foreign subject, too */
    int64_t work_cpu_us;
    int64_t work_stack_bytes;
    int64_t work_heap_bytes;
    int64_t hold_bytes;
    int64_t request_bytes;
    int64_t work_slow_us;
    int64_t work_slow_every; /* needs request_bytes */
    int64_t work_cache_bytes;
    struct option_values options; /* of its scenario's table: all that its model takes */
    const char *host;             /* that a server is told to bind, borrowed; NULL: none */
    const char *store_path;       /* where a store of the run's is, borrowed; NULL: nowhere */
    /* Decides which requests are slow, and the rows of a store: passed only where there are such.
     */
    uint64_t seed;
    int64_t work_spins_per_us; /* spin_calibrate's, the same for every arm of a run: passed only
                                  where processor time is burnt */
};

struct arm {
    char scenario[ARM_NAME_MAX];
    char model[ARM_NAME_MAX];     /* empty for a subject of --subject, until its `stats` says */
    char allocator[ARM_NAME_MAX]; /* empty for a foreign subject */
    char subject[ARM_NAME_MAX];   /* the program's name, or the foreign subject's */
    char pair[ARM_NAME_MAX];      /* whose threads or loop it is: PAIR_OURS; empty: nobody's */
    char **command;               /* the program and its own arguments, NULL at the end */
    bool foreign;
    bool takes_options; /* a foreign one that takes those of its scenario as ours do */
    struct arm_parameters parameters;
};

/* Fills in an in-tree arm: the program is programs_dir/echo-threads or the like.
 * `allocator` is "jemalloc" or "libc". Returns 0, -ENOENT when that program was not built (jemalloc
 * in a sanitizer build), or -ENOMEM. The caller ends it with arm_finish. */
int arm_init(struct arm *arm, const char *programs_dir, const char *scenario, const char *model,
             const char *allocator, const struct arm_parameters *parameters);

/* Fills in a foreign arm from "NAME=CMD". CMD is split as a shell would split words (quotes,
 * backslashes, ~ and $VARIABLE; no pipes, no commands inside), and run without a shell. Returns 0,
 * or -EINVAL with `error` set. */
int arm_init_foreign(struct arm *arm, const char *definition, struct error *error);

/* Fills in the arm of a runtime in one of its scenarios. In the plain one it takes nothing but its
 * command's words, in others what is in its parameters, too, which are empty here. Returns 0 or
 * -ENOMEM. */
int arm_init_runtime(struct arm *arm, const struct runtime *runtime, const char *scenario);

/* Looks whether there is a program to run, where execvp(3) would look for it. Returns 0; -ENOENT
 * where there is none; or -EINVAL for what is there and is not a program that we may run; with
 * `error` set.
 */
int arm_find_program(const struct arm *arm, struct error *error);

/* What a server's arm is spoken to in: its scenario's protocol. NULL: nobody speaks to it, and it
 * makes its waiters by itself. */
const struct protocol *arm_protocol(const struct arm *arm);

/* What is asked for in it, of a server whose rows are of `data_seed`. All else is as usual. */
void arm_fill_settings(const struct arm *arm, uint64_t data_seed,
                       struct protocol_settings *settings);

/* Adds words of its own to the command: "--workers", "4". `words` has NULL at the end. Returns 0 or
 * -ENOMEM. */
int arm_add_words(struct arm *arm, const char *const *words);

/* Whether both start the same program with the same words of their own. An arm that takes part
 * twice has two names and one command. */
bool arm_has_same_command(const struct arm *a, const struct arm *b);

/* Whether both do the same, in the same way: stacks, loops, work. */
bool arm_has_same_parameters(const struct arm *a, const struct arm *b);

/* A copy of its own. Returns 0 or -ENOMEM. */
int arm_copy(struct arm *copy, const struct arm *arm);

void arm_finish(struct arm *arm);

/* The table of its scenario's options, or NULL. */
const struct scenario_option *arm_options(const struct arm *arm);

/* Whether it does what is asked as usual: no variant of its model. */
bool arm_is_usual(const struct arm *arm);

/* What keeps its rows, or NULL: it has none. */
const char *arm_store(const struct arm *arm);

/* One in so many of its requests takes so much longer by its own doing: by work, or because it
 * blocks. 0: none does. */
int64_t arm_slow_every(const struct arm *arm);
int64_t arm_slow_us(const struct arm *arm);

/* What its store takes longer for each query, without CPU time. */
int64_t arm_store_delay_us(const struct arm *arm);

/* Threads that it has beside those of its model. */
int64_t arm_pool_threads(const struct arm *arm);

/* What its connections, threads and store take of a machine's limits; work is not in it. */
struct limits_options arm_limits(const struct arm *arm);

/* Sets the columns of its options, those that the experiment's file has. */
void arm_set_option_columns(const struct arm *arm, const struct experiment *experiment,
                            struct csv_writer *csv);

/* Writes its name and what tells it apart, for people: "web-loop (store=sqlite, store_call=pool,
 * pool_size=4)". */
void arm_describe(const struct arm *arm, char *text, size_t size);

/* In how many processes it runs: 1 or more. */
int64_t arm_shards(const struct arm *arm);

/* The whole command line, to be freed with arm_argv_free. NULL when out of memory. */
char **arm_argv(const struct arm *arm);
void arm_argv_free(char **argv);

/* Sets the columns that an arm knows: scenario, model, allocator, subject. */
void arm_set_columns(const struct arm *arm, struct csv_writer *csv);

#endif
