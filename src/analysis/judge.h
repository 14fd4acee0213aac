/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judges of the claims, one function each, and what they have in common: counting over the
 * conditions of a run, finding where two arms cross, and wording both. */
#ifndef WAITBENCH_ANALYSIS_JUDGE_H
#define WAITBENCH_ANALYSIS_JUDGE_H

#include "analysis/claims.h"

#include <stdio.h>

/* A claim in the making: judges write to the three texts and set the verdict. A judge that has
 * written no figures had nothing to judge by. */
struct ruling {
    enum claim_verdict verdict;
    FILE *figures;
    FILE *condition;
    FILE *rests_on;
};

/* Each returns 0 or -errno with `error` set. */
typedef int judge_function(const struct evidence *evidence, struct ruling *ruling,
                           struct error *error);

judge_function judge_memory_per_waiter, judge_memory_growth;
judge_function judge_threads_few_hundred, judge_loop_unbounded;
judge_function judge_speed, judge_tail, judge_idle_only, judge_compatibility;
judge_function judge_trickiness, judge_control_flow, judge_cancellation;

/* A difference of less than this decides no claim: nobody chooses a design for it. */
#define JUDGE_MARGIN 0.05

/* Which comparisons to count: our threads against our loop in one metric. */
struct question {
    size_t experiment;    /* EXPERIMENT_... */
    const char *metric;   /* of the experiment's file; NULL: any */
    const char *scenario; /* NULL: any */
    /* Further choice, or NULL. */
    bool (*keep)(const struct summary_row *row);
};

/* How threads compare with the loop over all conditions: the ratio is threads / loop. A condition
 * counts by its 99.9 % interval, because among the 95 % intervals of twenty conditions one misleads
 * on average. Where the run has the model `loops`, it stands for the loop: one loop is no fair
 * opponent of threads on several CPUs. */
struct tally {
    size_t total;
    size_t lower;      /* threads below the loop by more than the margin */
    size_t higher;     /* above it */
    size_t equal;      /* within the margin either way */
    size_t not_lower;  /* the whole interval above 1 - margin; counts higher and equal ones too */
    size_t not_higher; /* the whole interval below 1 + margin */
    size_t few_blocks; /* of the total: no interval */
    size_t left_out;   /* not in the total: the load generator decided, or its lateness */
    const struct summary_row *least; /* with the smallest ratio; NULL when there is none */
    const struct summary_row *most;
};

/* The rows that answer a question. */
struct selection {
    const struct summary_row **rows;
    size_t count;
};

struct selection question_select(const struct question *question, const struct evidence *evidence);
void selection_finish(struct selection *selection);

/* The interval of a comparison for that confidence, or none with too few blocks. Returns 1; 0 where
 * the load generator rather than the subject may have decided, so that it counts for nothing; or
 * -EBADMSG with `error` set.
 *
 * A generator at its limit makes its subject look worse than it is, which only strengthens the
 * result when it is the better subject that suffers. One that was late is part of the latency, and
 * not of the service time: the interval then spans those of both, so that they have to agree. */
int row_interval(const struct summary_row *row, const struct evidence *evidence, double confidence,
                 struct interval *interval, struct error *error);

/* Writes "10 active connections, no work": the row's conditions and options that differ within the
 * selection, without the columns `x` and `also` (either may be NULL). Nothing when none does. */
void selection_write_row(const struct selection *selection, const struct summary_row *row,
                         const char *x, const char *also, FILE *out);

/* Adds to `tally`. Returns 0 or -EBADMSG with `error` set. */
int tally_add(struct tally *tally, const struct evidence *evidence, const struct question *question,
              struct error *error);

/* Whether `count` of the conditions are more than chance: over a tenth of them. With 10 blocks a
 * 99.9 % interval misses in 0.8 % of conditions, with 6 in 2.7 % (simulated: few blocks have no
 * farther percentiles), so that one in a long list still proves nothing. */
bool tally_shows(const struct tally *tally, size_t count);

/* The verdict on the claim that threads are lower (or higher) than the loop: reproduced when they
 * are so in some conditions and the contrary in none, refuted when they are the contrary in some or
 * equal in all, else undecided; "some" as tally_shows has it. */
enum claim_verdict tally_decide(const struct tally *tally, bool claimed_higher);

/* Writes "requests/s, threads : loop (8 settings: threads lower in 5, unresolved in 3): 0.49 (0.47
 * to 0.51) for 100 active connections, to 1.3 (1.2 to 1.4) for 1 active connection". Nothing for an
 * empty one. */
void tally_write(const struct tally *tally, const struct evidence *evidence,
                 const struct question *question, const char *what, FILE *out);

/* Writes where threads are on which side, for conditions that lie on no axis: "threads higher for
 * crowd_stop: 3.7 (3.2 to 4.9)", each as a statement of its own. Returns 0 or -EBADMSG. */
int tally_write_sides(const struct evidence *evidence, const struct question *question, FILE *out,
                      struct error *error);

/* Writes for every set of other conditions where the two arms meet on the way over `x`, a condition
 * column: "no work: median requests/s of threads higher below 8.1 (5 to 12) active connections,
 * lower above", where `what` is "requests/s". `also` is a second column that changes along with x
 * and is no condition of its own, or NULL. Returns 0 or -EBADMSG. */
int crossings_write(const struct evidence *evidence, const struct question *question,
                    const char *what, const char *x, const char *also, FILE *out,
                    struct error *error);

/* The median of a group's trials in a column; NAN without any. Returns 0 or -EBADMSG. */
int group_median(const struct trial_group *group, const char *column, double *median,
                 struct error *error);

/* "; " when `out` has text already. */
void text_separate(FILE *out);

#endif
