/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trials of a machine that does not exist, and whose truth is therefore known. */
#ifndef WAITBENCH_TESTS_SIMULATED_RUN_H
#define WAITBENCH_TESTS_SIMULATED_RUN_H

#include "run_folder.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

struct simulated_run {
    struct run_folder folder;
    gsl_rng *random;
    double noise;         /* relative, of every figure */
    bool is_now;          /* load trials stand below LOAD_HEADER_NOW */
    bool contended;       /* others are at work while control flow is measured */
    bool has_pairs;       /* files have the column `pair` */
    const char *pair;     /* of the rows that follow, with programs of its own; NULL: ours */
    const char *scenario; /* of memory.csv's; NULL: echo */
    FILE *file;           /* at hand */
};

static inline void simulated_run_create(struct simulated_run *run)
{
    run_folder_create(&run->folder);
    run->random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(run->random, 11);
    run->noise = 0.02;
    run->is_now = false;
    run->contended = false;
    run->has_pairs = false;
    run->pair = NULL;
    run->scenario = NULL;
    run->file = NULL;
}

static inline void simulated_run_begin(struct simulated_run *run, const char *name,
                                       const char *header)
{
    run->file = run_folder_open(&run->folder, name, "w");
    if (!run->file || fprintf(run->file, "%s%s\n", header, run->has_pairs ? ",pair" : "") < 0)
        abort();
}

/* What the programs of a scenario and model begin with: "echo-", and "python-" of that pair. */
static inline const char *program_of(const struct simulated_run *run, const char *scenario)
{
    return run->pair ? run->pair : scenario;
}

static inline void row_end(struct simulated_run *run)
{
    if (run->has_pairs)
        fprintf(run->file, ",%s", run->pair ? run->pair : "");
    fputc('\n', run->file);
}

static inline void simulated_run_end(struct simulated_run *run)
{
    if (fclose(run->file) != 0)
        abort();
}

static inline void simulated_run_destroy(struct simulated_run *run)
{
    run_folder_destroy(&run->folder);
    gsl_rng_free(run->random);
}

/* `truth` as a trial would measure it. Once per statement: the order in which a compiler evaluates
 * arguments would otherwise change the simulation. */
static inline double simulated(struct simulated_run *run, double truth)
{
    return truth * exp(gsl_ran_gaussian(run->random, run->noise));
}

/* A row of throughput.csv or latency.csv; figures are the truth. */
struct load_trial {
    int block;
    const char *model;
    int connections;
    int active;
    int work_cpu_us;
    double offered_per_second; /* 0 for a closed loop */
    double achieved_per_second;
    double p50_ns;
    double p99_ns; /* 0: withheld, as is p999_ns */
    double p999_ns;
    double server_cpu_seconds;
    double lateness_p99_ns; /* the generator's */
    double service_p99_ns;  /* 0: not written */
    bool client_bound;
    bool failed;
    /* From here on only below LOAD_HEADER_NOW. */
    const char *rate_basis; /* NULL: equal_rate */
    double capacity_share;
    int work_slow_us;
    int work_slow_every;
    double stalled_seconds; /* the generator, of 10 */
    double lateness_p999_ns;
    double service_p999_ns;
    bool overloaded;
    int events; /* beyond p99; 0: not written */
    int clients;
};

#define LOAD_HEADER                                                                             \
    "block,order,seed,scenario,model,allocator,subject,pid,valid,note,connections,active,idle," \
    "payload_bytes,work_cpu_us,arrivals,offered_per_second,achieved_per_second,samples,p50_ns," \
    "p99_ns,p999_ns,server_cpu_seconds,lateness_p99_ns,client_bound,service_p99_ns"

/* What runs of today have besides, in part. */
#define LOAD_HEADER_NOW                                                                  \
    LOAD_HEADER                                                                          \
    ",rate_basis,capacity_share,work_slow_us,work_slow_every,generator_stalled_seconds," \
    "duration_seconds,lateness_p999_ns,service_p999_ns,overloaded,excursions_p99,clients"

static inline void load_trial_write_now(struct simulated_run *run, const struct load_trial *trial)
{
    const char *basis = trial->rate_basis ? trial->rate_basis : "equal_rate";
    fprintf(run->file, ",%s,%g,%d,%d,", trial->offered_per_second > 0 ? basis : "",
            trial->capacity_share, trial->work_slow_us, trial->work_slow_every);
    fprintf(run->file, "%g,10,%g,%g,%d,", trial->stalled_seconds, trial->lateness_p999_ns,
            simulated(run, trial->service_p999_ns), trial->overloaded);
    if (trial->events > 0)
        fprintf(run->file, "%d", trial->events);
    fprintf(run->file, ",%d", trial->clients);
}

static inline void write_unless_withheld(struct simulated_run *run, double truth)
{
    if (truth > 0)
        fprintf(run->file, "%g", simulated(run, truth));
    fputc(',', run->file);
}

static inline void load_trial_write(struct simulated_run *run, const struct load_trial *trial)
{
    FILE *out = run->file;
    const char *program = strncmp(trial->model, "loop", 4) == 0 ? "loop" : trial->model;
    fprintf(out, "%d,1,1,echo,%s,jemalloc,%s-%s,1,%d,%s,", trial->block, trial->model,
            program_of(run, "echo"), program, !trial->failed, trial->failed ? "failed" : "");
    fprintf(out, "%d,%d,%d,64,%d,", trial->connections, trial->active,
            trial->connections - trial->active, trial->work_cpu_us);
    if (trial->offered_per_second > 0)
        fprintf(out, "poisson,%g,", trial->offered_per_second);
    else
        fprintf(out, "closed,,");
    if (trial->failed) {
        fprintf(out, ",,,,,,,,");
        row_end(run);
        return;
    }
    fprintf(out, "%g,1000000,", simulated(run, trial->achieved_per_second));
    fprintf(out, "%g,", simulated(run, trial->p50_ns));
    write_unless_withheld(run, trial->p99_ns);
    write_unless_withheld(run, trial->p999_ns);
    fprintf(out, "%g,%g,%d,", simulated(run, trial->server_cpu_seconds), trial->lateness_p99_ns,
            trial->client_bound);
    if (trial->service_p99_ns > 0)
        fprintf(out, "%g", simulated(run, trial->service_p99_ns));
    if (run->is_now)
        load_trial_write_now(run, trial);
    row_end(run);
}

/* A row of memory.csv: `user` and `kernel` bytes per waiter over a constant. */
struct memory_trial {
    int block;
    const char *model;
    const char *note; /* of a failed trial; NULL for a valid one */
    int waiters;
    double user_bytes;
    double kernel_bytes;
    double constant_bytes;
    double spawn_seconds;
};

#define MEMORY_HEADER                                                                             \
    "block,order,seed,scenario,model,allocator,subject,pid,valid,note,waiters_requested,waiters," \
    "threads,stack_bytes,warm,work_stack_bytes,work_heap_bytes,hold_bytes,user_bytes,heap_bytes," \
    "kernel_stack_bytes,page_table_bytes,kernel_other_bytes,total_bytes,charged_bytes,"           \
    "huge_page_bytes,rss_bytes,spawn_seconds,kernel_source"

static inline void memory_trial_write(struct simulated_run *run, const struct memory_trial *trial)
{
    FILE *out = run->file;
    double user = simulated(run, trial->user_bytes * trial->waiters + trial->constant_bytes);
    double kernel = simulated(run, trial->kernel_bytes * trial->waiters + trial->constant_bytes);
    const char *scenario = run->scenario ? run->scenario : "echo";
    fprintf(out, "%d,1,1,%s,%s,jemalloc,%s-%s,1,%d,%s,%d,%d,1,,0,0,0,0,", trial->block, scenario,
            trial->model, program_of(run, scenario), trial->model, !trial->note,
            trial->note ? trial->note : "", trial->waiters, trial->waiters);
    if (trial->note)
        fprintf(out, ",,,,,,,,,,");
    else
        fprintf(out, "%.0f,,0,0,%.0f,%.0f,,0,%.0f,%g,cgroup-v2", user, kernel, user + kernel, user,
                simulated(run, trial->spawn_seconds));
    row_end(run);
}

/* A row of flow.csv. */
struct flow_trial {
    int block;
    const char *scenario;
    const char *model;
    const char *metric;
    const char *unit;
    int workers;
    double value;
    bool failed;
};

#define FLOW_HEADER \
    "block,order,seed,scenario,model,allocator,subject,pid,valid,note,metric,unit,value,workers"

static inline void flow_trial_write(struct simulated_run *run, const struct flow_trial *trial)
{
    fprintf(run->file, "%d,1,1,%s,%s,libc,%s-%s,1,%d,%s,%s,%s,", trial->block, trial->scenario,
            trial->model, program_of(run, trial->scenario), trial->model, !trial->failed,
            trial->failed    ? "wrong answer"
            : run->contended ? "others used 1.43 s of the measured CPUs in a window of 1.22 s"
                             : "",
            trial->metric, trial->unit);
    if (trial->failed)
        fprintf(run->file, ",%d", trial->workers);
    else
        fprintf(run->file, "%g,%d", simulated(run, trial->value), trial->workers);
    row_end(run);
}

#endif
