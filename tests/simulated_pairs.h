/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A simulated run of several pairs, with its claims judged. */
#ifndef WAITBENCH_TESTS_SIMULATED_PAIRS_H
#define WAITBENCH_TESTS_SIMULATED_PAIRS_H

#include "judged_run.h"

/* Of each pair that takes part, in every file: what threads are to its loop. */
struct truth {
    const char *pair; /* NULL: ours */
    double rate;      /* threads / loop in requests/s */
    double p99;
    double thread_bytes;
    double lost; /* updates, with threads */
    bool has_loop;
};

static const struct truth c = {NULL, 0.7, 1.5, 12000, 1e6, true};
static const struct truth python = {"python", 1.4, 0.6, 100, 0, true};

static inline void write_loads(struct simulated_run *run, const struct truth *truth, double rate)
{
    for (int block = 1; block <= BLOCKS; block++)
        for (int active = 10; active <= 1000; active *= 10) {
            struct load_trial trial = {
                .block = block,
                .model = "loop",
                .connections = active,
                .active = active,
                .offered_per_second = rate,
                .achieved_per_second = 1e5,
                .p50_ns = 1e5,
                .p99_ns = 3e5,
                .p999_ns = 6e5,
                .server_cpu_seconds = 1,
            };
            if (truth->has_loop)
                load_trial_write(run, &trial);
            trial.model = "threads";
            trial.achieved_per_second *= truth->rate;
            trial.p99_ns *= truth->p99;
            load_trial_write(run, &trial);
        }
}

static inline void write_throughput(struct simulated_run *run, const struct truth *truth)
{
    write_loads(run, truth, 0);
}

static inline void write_latency(struct simulated_run *run, const struct truth *truth)
{
    write_loads(run, truth, 30000);
}

static inline void write_counter(struct simulated_run *run, const struct truth *truth)
{
    for (int block = 1; block <= BLOCKS; block++) {
        struct flow_trial trial = {block,   "counter", "threads",   "unsynchronised_lost_count",
                                   "count", 4,         truth->lost, false};
        flow_trial_write(run, &trial);
        trial.metric = "call_unsynchronised_lost_count";
        trial.value = 500;
        if (truth->pair)
            flow_trial_write(run, &trial);
        trial.metric = "unsynchronised_lost_count";
        trial.model = "loop";
        trial.value = 0;
        if (truth->has_loop)
            flow_trial_write(run, &trial);
    }
}

static inline void write_bytes(struct simulated_run *run, const struct truth *truth)
{
    if (truth->has_loop) {
        write_memory_rows(run, BLOCKS, truth->thread_bytes);
        return;
    }
    struct memory_trial trial = {1, "threads", NULL, 51200, 100, 100, 100, 1};
    memory_trial_write(run, &trial);
}

/* Every file with the rows of these, in that order. The first one's figures do not depend on whom
 * else there is. */
static inline void write_run(struct simulated_run *run, const struct truth *const *truths)
{
    static const struct {
        const char *name;
        const char *header;
        void (*write)(struct simulated_run *run, const struct truth *truth);
    } files[] = {
        {"memory.csv", MEMORY_HEADER, write_bytes},
        {"throughput.csv", LOAD_HEADER, write_throughput},
        {"latency.csv", LOAD_HEADER, write_latency},
        {"flow.csv", FLOW_HEADER, write_counter},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        gsl_rng_set(run->random, 7);
        simulated_run_begin(run, files[i].name, files[i].header);
        for (const struct truth *const *truth = truths; *truth; truth++) {
            run->pair = (*truth)->pair;
            files[i].write(run, *truth);
        }
        simulated_run_end(run);
    }
}

static inline void judge_run(struct judged *judged, struct simulated_run *run,
                             const struct truth *const *truths, bool has_pairs)
{
    struct error error = {""};
    simulated_run_create(run);
    run->has_pairs = has_pairs;
    write_run(run, truths);
    judge(judged, run);
    assert_int_equal(claims_write(&judged->claims, run->folder.path, &error), 0);
}

#endif
