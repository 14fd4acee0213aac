/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One trial under load: a fresh subject on the server's CPUs, the generator on the clients' CPUs,
 * and what the subject used while requests were counted. Throughput and latency share it. */
#ifndef WAITBENCH_EXPERIMENT_LOAD_TRIAL_H
#define WAITBENCH_EXPERIMENT_LOAD_TRIAL_H

#include "experiment/run.h"
#include "load/load.h"
#include "load/row.h"
#include "measure/disturbance/contention.h"
#include "measure/process/usage.h"

struct load_trial {
    struct load_options options;
    struct load_result result;    /* finished by load_trial_finish */
    struct usage used;            /* by the subject, within the measured window */
    struct contention contention; /* what others took from the window, about */
    int64_t charged_bytes;        /* to the trial's cgroup, at the window's end; -1: not seen */
    struct subject_stats stats;   /* before the load */
    int64_t store_connections;    /* the most that were in use at once; -1: not known */
    int64_t store_cpu_ns;         /* of the store's processes, within the window; -1: not known */
    int64_t errors;               /* replies and connections that failed, of a failed trial, too */
    pid_t pid;
    char note[512];
};

/* Runs it. The subject has to count as many waiters as there are connections, and the kernel as
 * many threads as its model has. Returns 0 with `done` to be finished, or -errno with `error` set
 * and nothing to finish: -ENODATA where the load was put and nothing was answered, or connections
 * hang; -EBUSY where others had the CPUs. `done->pid` is set once the subject was started. */
int load_trial_run(struct run *run, const struct trial *trial, uint64_t seed,
                   struct load_trial *done, struct error *error);

/* Frees the histograms. */
void load_trial_finish(struct load_trial *done);

/* Sets the cells of a row that say under which conditions the trial ran: those that latency.csv
 * and latency-spectrum.csv have in common. */
void load_trial_set_conditions(const struct trial *trial, struct csv_writer *csv);

/* Sets the cells of the row: parameters only, for a trial that failed, or figures too; how many
 * errors there were is known of either, as far as it came to a load. */
void load_trial_set_parameters(const struct run *run, const struct trial *trial,
                               struct csv_writer *csv);
void load_trial_set_errors(const struct load_trial *done, struct csv_writer *csv);
void load_trial_set_figures(const struct run *run, const struct trial *trial,
                            const struct load_trial *done, struct csv_writer *csv);

/* Whether the server has no CPU time left: it used the CPUs that its model can use, or all of its
 * CPUs are full with what a store used that shares them (0 or less: none does). */
bool load_trial_is_server_busy(int64_t server_ns, int64_t beside_ns, double usable_cpus,
                               double all_cpus, int64_t window_ns);

/* Adds the setting's trials with so many idle connections: one for each model that is wanted, and
 * one for each foreign subject where the setting has them. Returns 0 or -errno with `error` set. */
int load_trial_add(const struct run *run, const struct setting *setting, int64_t idle,
                   struct trial_list *list, struct error *error);

/* How long such a trial takes, roughly: start, connect, window, end. */
double load_trial_expected_seconds(const struct trial_load *load);

#endif
