/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run: all blocks of one `waitbench run`, from checking the machine to the last row. What is made
 * of the rows afterwards is analysis/ and report/. What others ask of it is in run.c, what its
 * command does in prepare.c and execute.c, a trial's rows in rows.c. */
#ifndef WAITBENCH_EXPERIMENT_RUN_H
#define WAITBENCH_EXPERIMENT_RUN_H

#include "base/error.h"
#include "clients/clients.h"
#include "experiment/chosen_runtimes.h"
#include "experiment/failures.h"
#include "experiment/findings.h"
#include "experiment/memory_slopes.h"
#include "experiment/progress.h"
#include "experiment/stores.h"
#include "experiment/trial_list.h"
#include "experiment/watch.h"
#include "measure/cgroup/cgroup.h"
#include "measure/disturbance/run_lock.h"
#include "measure/limits/lift.h"
#include "measure/limits/limits.h"
#include "measure/placement/placement.h"
#include "measure/placement/store_placement.h"
#include "measure/process/subject.h"
#include "run/experiment.h"
#include "run/open_settings.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RUN_SUBJECTS_MAX 16

/* What the command line asked for. Strings are borrowed. */
struct run_options {
    const char *profile;   /* the plan of ours that is run, by name... */
    const char *plan_path; /* ...or somebody's own, by its file; else NULL */
    const char *only;      /* comma-separated experiments; NULL: all */
    const char *scenario;  /* comma-separated scenarios; NULL: all */
    const char *store;     /* comma-separated stores; NULL: all, and settings without one */
    const char *model;     /* comma-separated models; NULL: the experiment's own; "none": no in-tree
                              arm */
    struct plan_changes changes; /* what is set instead of what the plan has */
    uint64_t seed;
    bool lift_limits;   /* raise what bounds threads, until the run's end (measure/limits/lift.h) */
    bool aa;            /* arms against themselves */
    const char *output; /* NULL: below results/ */
    const char *label;  /* the machine's (run/label.h); NULL: derived */
    const char *subjects[RUN_SUBJECTS_MAX]; /* NAME=CMD */
    size_t subject_count;
    /* Load generators run behind these (clients/clients.h); none: within this process. */
    const char *clients[CLIENTS_MAX];
    size_t client_count;
    const char *host; /* numeric IPv4 that servers bind and clients connect to; NULL: loopback */
    const char *runtimes;     /* comma-separated names and groups of the catalogue's; NULL: none */
    bool wait;                /* for the end of runs that are at work */
    open_settings_look *look; /* at the rows, before further blocks; NULL: there are none */
    struct run_lock *lock;    /* shared with runs beside this one; NULL: they are not looked for */
    const char
        *baseline; /* what every other arm is set against; NULL: analysis/summary/opponents.h */
    int argc;      /* the command line, for machine.json */
    char **argv;
};

struct run {
    const struct run_options *options;
    struct plan plan;
    char programs_dir[PATH_MAX]; /* where those of ours lie */
    char folder[PATH_MAX];
    struct lift lift;
    struct placement placement;
    hwloc_bitmap_t all_cpus;                /* the server's and the clients' */
    struct store_placement store_placement; /* of trials beside a database */
    struct stores stores;
    struct error store_left_out;  /* the last reason why one was; empty: none was */
    struct memory_slopes *slopes; /* what waiters take here, learnt while trials are planned */
    struct cgroup_home cgroup_home;
    int64_t spins_per_us; /* how much work takes a microsecond here (base/spin.h) */
    struct arm foreign[RUN_SUBJECTS_MAX];
    size_t foreign_count;
    struct chosen_runtimes runtimes;
    struct clients clients;
    unsigned trial_number; /* of the run, for the names of cgroups */
    struct progress progress;
    struct findings findings;
    struct watch watch;
    char jemalloc_version[64]; /* as a subject told it; empty until then */
    size_t trials;             /* that are over */
    size_t failed_rows;
    struct failures failures; /* that were told of */
};

/* The rows of one trial. */
struct rows {
    struct run *run;
    const struct trial *trial;
    int64_t block;
    int64_t order;
    uint64_t seed;
    pid_t pid; /* of the subject; 0 until it was started */
    /* What a foreign subject said of itself in its `stats`; empty otherwise. */
    char model[ARM_NAME_MAX];
    char allocator[ARM_NAME_MAX];
    /* What any subject said; empty, and below 0, where it did not. */
    char runtime[ARM_NAME_MAX];
    int64_t runtime_threads;
    struct csv_writer *csv;   /* the experiment's file */
    struct csv_writer *extra; /* its second file, or NULL */
};

/* Keeps what a subject says of itself that the runner cannot know: its runtime, a foreign one's
 * model and allocator, jemalloc's version. */
void rows_learn(struct rows *rows, const struct subject_stats *stats);

/* Sets the cells that begin each row, and writes the row. `csv` is one of the two. Returns 0 or
 * -errno with `error` set. */
int rows_end(struct rows *rows, struct csv_writer *csv, bool valid, const char *note,
             struct error *error);

/* How an experiment is measured: which trials there are, and what one takes. */
struct method {
    const struct experiment *experiment; /* its name, files and columns */
    /* True when `measure` writes the rows of a trial that succeeded, several maybe. Otherwise there
     * is one, written after it. The row of a failed trial is never its business. */
    bool writes_rows;
    /* Adds the trials of one of the plan's settings. Refuses or leaves out what the machine's
     * limits do not allow (left_out.h). Returns 0 or -errno with `error` set. */
    int (*plan)(const struct run *run, const struct setting *setting, struct trial_list *list,
                struct error *error);
    /* Called once before the first block, to complete the list with what must be measured first.
     * May be NULL. */
    int (*prepare)(struct run *run, struct trial_list *list, struct error *error);
    /* Measures one trial and sets its cells, all but the ones that begin each row. Returns 0 with
     * `note` set or empty, or -errno with `error` saying what was wrong: the row is written all the
     * same, with valid=0. Leaves nothing running. */
    int (*measure)(struct rows *rows, char *note, size_t note_size, struct error *error);
    /* One line for the progress display. */
    void (*describe)(const struct trial *trial, char *text, size_t size);
};

/* True when `name` stands in a comma-separated list; a NULL list has every name. */
bool run_list_has(const char *list, const char *name);

/* For checking a command line. "none" is a model there. */
bool run_experiment_is_known(const char *name);
bool run_scenario_is_known(const char *name);
bool run_model_is_known(const char *name);

bool run_store_is_known(const char *name);

/* True when in-tree arms of the setting's scenario, store and that model take part: those of the
 * setting, and where the options name models, those of them that it has, on request too. */
bool run_wants(const struct run *run, const struct setting *setting, enum model model);

/* Whether the options leave the setting's scenario and store in. */
bool run_has_chosen(const struct run *run, const struct setting *setting);

/* Whether subjects of --subject take part: they speak one scenario's protocol. */
bool run_wants_subjects(const struct setting *setting);

/* Of a server's setting the in-tree arms that take part: of each model that is wanted the usual
 * one, and the variants of such models. `arms` has RUN_ARMS_MAX elements. Returns how many. */
#define RUN_ARMS_MAX (MODEL_COUNT + PLAN_VARIANTS_MAX)
size_t run_wanted(const struct run *run, const struct setting *setting, struct plan_arm *arms);

/* Whether the command line has numbers of waiters or connections. */
bool run_has_numbers(const struct run *run);

/* The same of those that a setting takes. */
bool run_has_numbers_of(const struct run *run, const struct setting *setting);

/* Whether what a machine does not allow of a setting is refused: those numbers, and what a plan of
 * somebody's own has. Of ours it is left out. */
bool run_is_asked(const struct run *run, const struct setting *setting);

/* How many CPUs the server has: as many as the model `loops` has loops. */
int64_t run_server_cpu_count(const struct run *run);

/* The CPUs of the arm's trials: a database beside it has its own where there are enough. */
const struct placement *run_placement(const struct run *run, const struct arm *arm);

/* How many connections idle clients may be ahead of a server: the same for all arms of a run, since
 * the time that they take to connect is one of its figures. */
int64_t run_connect_window(const struct run *run);

/* Where servers listen. */
const char *run_host(const struct run *run);

/* The arm's command line in a trial of that seed, with what is known only now: which requests are
 * slow follows from the seed, its rows from the run's, and how much work makes a microsecond is
 * measured once a run. Its store, which it may need, is there then. Returns 0 with `argv` for
 * arm_argv_free, or -errno with `error` set. */
int run_argv(struct run *run, const struct arm *arm, uint64_t seed, char ***argv,
             struct error *error);

/* arm_init (experiment/arm.h) with the programs of this build. Returns 0, -ENOENT with `error`
 * naming the program that is missing, or -ENOMEM with `error` set. */
int run_init_arm(const struct run *run, struct arm *arm, const char *scenario, const char *model,
                 const char *allocator, const struct arm_parameters *parameters,
                 struct error *error);

/* The allocator that stands for both halves where the experiment is not about allocators: jemalloc,
 * or the C library's where jemalloc was not built in. */
const char *run_allocator(const struct run *run);

/* Runs it all. Returns an exit code: 0, 1 when some trial failed, 2, 3, or 128 + the signal that
 * interrupted it. Messages go to stderr. `folder` (PATH_MAX bytes) is the run's folder, or empty
 * when none was made. */
int run_execute(const struct run_options *options, char *folder);

#endif
