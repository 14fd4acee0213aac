/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trials of servers with options of their own (a store, calls that block), invented as those of
 * simulated_run.h. */
#ifndef WAITBENCH_TESTS_SIMULATED_OPTIONS_H
#define WAITBENCH_TESTS_SIMULATED_OPTIONS_H

#include "simulated_run.h"

/* A row of throughput.csv or latency.csv; figures are the truth, 0 what was not measured. */
struct option_trial {
    int block;
    const char *scenario;
    const char *model;
    const char *store;      /* NULL: it has none */
    const char *store_call; /* NULL: empty */
    const char *block_call;
    int pool_size;
    int store_connections;
    int store_delay_us; /* of a store with connections */
    int block_us;
    int active;
    int idle;
    double offered_per_second; /* 0: a closed loop */
    double achieved_per_second;
    double p99_ns;
    double p999_ns;
    double other_p50_ns; /* 0: a third of p99 */
    double other_p90_ns; /* 0: withheld, or not measured */
    double other_p99_ns; /* 0: withheld */
    bool overloaded;
    const char *store_cpus; /* of the database; the server has CPU 0. NULL: not told */
};

#define OPTION_HEADER                                                                           \
    "block,order,seed,scenario,model,allocator,subject,pid,valid,note,connections,active,idle," \
    "payload_bytes,arrivals,offered_per_second,rate_basis,capacity_share,achieved_per_second,"  \
    "samples,p50_ns,p99_ns,p999_ns,other_p50_ns,other_p99_ns,overloaded,client_bound,store,"    \
    "store_call,store_connections,store_delay_us,pool_size,block_us,block_every,block_call,"    \
    "server_cpus,store_cpus,other_p90_ns"

static inline void write_truth(struct simulated_run *run, double truth)
{
    if (truth > 0)
        fprintf(run->file, "%g", simulated(run, truth));
    fputc(',', run->file);
}

static inline void write_count(FILE *out, int count)
{
    if (count > 0)
        fprintf(out, "%d", count);
    fputc(',', out);
}

static inline const char *or_empty(const char *text)
{
    return text ? text : "";
}

static inline void option_trial_write(struct simulated_run *run, const struct option_trial *trial)
{
    FILE *out = run->file;
    const char *program = strncmp(trial->model, "loop", 4) == 0 ? "loop" : trial->model;
    fprintf(out, "%d,1,1,%s,%s,jemalloc,%s-%s,1,1,,%d,%d,%d,,", trial->block, trial->scenario,
            trial->model, program_of(run, trial->scenario), program, trial->active + trial->idle,
            trial->active, trial->idle);
    if (trial->offered_per_second > 0)
        fprintf(out, "poisson,%g,equal_rate,0.5,", trial->offered_per_second);
    else
        fputs("closed,,,,", out);
    write_truth(run, trial->achieved_per_second);
    fputs("1000000,", out);
    write_truth(run, trial->p99_ns / 3);
    write_truth(run, trial->p99_ns);
    write_truth(run, trial->p999_ns);
    write_truth(run, trial->other_p50_ns > 0 ? trial->other_p50_ns : trial->other_p99_ns / 3);
    write_truth(run, trial->other_p99_ns);
    fprintf(out, "%d,0,%s,%s,", trial->overloaded, or_empty(trial->store),
            or_empty(trial->store_call));
    write_count(out, trial->store_connections);
    if (trial->store_connections > 0)
        fprintf(out, "%d", trial->store_delay_us);
    fputc(',', out);
    write_count(out, trial->pool_size);
    write_count(out, trial->block_us);
    write_count(out, trial->block_us > 0 ? 100 : 0);
    fprintf(out, "%s,0,%s,", or_empty(trial->block_call), or_empty(trial->store_cpus));
    if (trial->other_p90_ns > 0)
        fprintf(out, "%g", simulated(run, trial->other_p90_ns));
    row_end(run);
}

/* An arm as it takes part in a setting: `base` with its own model, way and figures. */
struct option_arm {
    const char *model;
    const char *call; /* of a store or of what blocks; NULL: its threads block */
    int pool_size;
    double factor; /* its rate, or the time of a request, by that of `base` */
};

#endif
