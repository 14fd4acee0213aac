/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A simulated run with its claims judged. */
#ifndef WAITBENCH_TESTS_JUDGED_RUN_H
#define WAITBENCH_TESTS_JUDGED_RUN_H

#include "analysis/claims/claims.h"
#include "read_run.h"
#include "simulated_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define BLOCKS 10

/* A run judged; the claim at hand is looked up by its id. */
struct judged {
    struct bill bill;
    struct summary summary;
    struct claims claims;
};

static inline void judge(struct judged *judged, const struct simulated_run *run)
{
    struct error error = {""};
    const struct recorded_run *read = read_run(run->folder.path);
    assert_int_equal(bill_read(&judged->bill, read, 1, &error), 0);
    assert_int_equal(summary_read(&judged->summary, read, 1, &error), 0);
    const struct evidence evidence = {read, &judged->bill, &judged->summary, 1, 1, NULL};
    assert_int_equal(claims_judge(&judged->claims, &evidence, &error), 0);
}

static inline const struct claim *find_claim(const struct judged *judged, const char *id)
{
    for (size_t i = 0; i < judged->claims.count; i++)
        if (strcmp(judged->claims.claims[i].id, id) == 0)
            return &judged->claims.claims[i];
    fail_msg("no claim %s", id);
    return NULL;
}

static inline const struct claim *assert_claim(const struct judged *judged, const char *id,
                                               enum claim_verdict verdict)
{
    const struct claim *claim = find_claim(judged, id);
    printf("  %s: %s\n    %s\n    %s\n", id, claim_verdict_text(claim->verdict), claim->figures,
           claim->condition);
    assert_string_equal(claim_verdict_text(claim->verdict), claim_verdict_text(verdict));
    assert_in_range(strlen(claim->name), 1, CLAIM_NAME_CHARS);
    assert_in_range(strlen(claim->answer), 1, CLAIM_ANSWER_CHARS);
    return claim;
}

static inline void release(struct judged *judged)
{
    claims_finish(&judged->claims);
    summary_finish(&judged->summary);
    bill_finish(&judged->bill);
}

static inline void finish(struct judged *judged, struct simulated_run *run)
{
    release(judged);
    simulated_run_destroy(run);
}

static inline void assert_between(double low, double value, double high)
{
    assert_true(low <= value);
    assert_true(value <= high);
}

/* Reads "below X (LOW to HIGH) NOUN," from a condition. */
static inline void read_crossing(const char *condition, const char *noun, double *x, double *low,
                                 double *high)
{
    const char *at = strstr(condition, "below ");
    int length = 0;
    assert_non_null(at);
    assert_int_equal(sscanf(at, "below %lf (%lf to %lf) %n", x, low, high, &length), 3);
    assert_int_equal(strncmp(at + length, noun, strlen(noun)), 0);
}

/* Threads go as far as 25,600 waiters, the loop to 102,400. */
static inline void write_memory_rows(struct simulated_run *run, int blocks, double thread_bytes)
{
    for (int block = 1; block <= blocks; block++)
        for (int waiters = 100; waiters <= 102400; waiters *= 4) {
            struct memory_trial trial = {block,        "threads", NULL, waiters,
                                         thread_bytes, 20000,     2e5,  20e-6 * waiters};
            trial.note = waiters > 30000 ? "pids.max" : NULL;
            memory_trial_write(run, &trial);
            struct memory_trial loop = {block, "loop", NULL, waiters,
                                        300,   3700,   2e6,  5e-6 * waiters};
            memory_trial_write(run, &loop);
        }
}

static inline void write_memory(struct simulated_run *run, int blocks, double thread_bytes)
{
    simulated_run_begin(run, "memory.csv", MEMORY_HEADER);
    write_memory_rows(run, blocks, thread_bytes);
    simulated_run_end(run);
}

#endif
