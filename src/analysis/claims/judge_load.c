/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The claim about throughput. */
#include "analysis/claims/judge.h"
#include "analysis/words/arm.h"

#include <stdlib.h>

static bool is_busy(const struct summary_row *row)
{
    return strtod(group_text(row->a, "idle"), NULL) <= 0;
}

#define BUSY(of_metric)                                                                     \
    {                                                                                       \
        .experiment = EXPERIMENT_THROUGHPUT, .metric = (of_metric), .of = CLAIM_OF_WAITING, \
        .also = CLAIM_OF_REAL_WORK, .keep = is_busy,                                        \
    }

static const struct question busy_rate = BUSY("achieved");
static const struct question busy_cpu = BUSY("server_cpu_per_request");
static const struct question busy_both_cpu = BUSY("both_cpu_per_request");

/* What threads have no like of: a pipeline of queries. */
static bool are_without_like(const struct trial_group *a, const struct trial_group *b)
{
    return opponents_are_of_one_pair(a, b) && arm_has_no_like(b->table, b->first);
}

/* Beside threads and the loop: bounded threads, and the loop with a pipeline. They cast no vote. */
static const struct question pool_rate = {
    .experiment = EXPERIMENT_THROUGHPUT,
    .metric = "achieved",
    .of = CLAIM_OF_REAL_WORK,
    .keep = is_busy,
    .are_pair = opponents_are_with_pool,
    .pair = "threads : a pool of threads",
};
static const struct question pipeline_rate = {
    .experiment = EXPERIMENT_THROUGHPUT,
    .metric = "achieved",
    .of = CLAIM_OF_REAL_WORK,
    .keep = is_busy,
    .are_pair = are_without_like,
    .pair = "threads : loop with a pipeline",
};

static int write_beside(const struct evidence *evidence, FILE *out, struct error *error)
{
    static const struct {
        const struct question *question;
        const char *what;
    } besides[] = {
        {&busy_cpu, "server CPU per request"},
        {&busy_both_cpu, "server and client CPU per request"},
        {&pool_rate, "beside, requests/s"},
        {&pipeline_rate, "beside, requests/s"},
    };
    int result = 0;
    for (size_t i = 0; result == 0 && i < sizeof besides / sizeof *besides; i++)
        result = tally_write_beside(evidence, besides[i].question, besides[i].what, out, error);
    return result;
}

/* The programs by name where there are but two. */
static void write_rows(const struct tally *rate, const struct evidence *evidence, FILE *out)
{
    fputs("throughput.csv: achieved_per_second of ", out);
    if (tally_tells_workload(rate))
        fputs("threads and of the loop with the way to call a store that it does best with", out);
    else
        pair_write_programs(evidence, out);
    fputs(", a vote for each setting; server_cpu_seconds and both_cpu_seconds beside it", out);
    tally_write_test(out);
}

static int write_crossings(const struct tally *rate, const struct evidence *evidence, FILE *out,
                           struct error *error)
{
    int result = crossings_write(rate, evidence, &busy_rate, "requests/s", "active", "connections",
                                 out, error);
    if (result == 0)
        result = crossings_write(rate, evidence, &busy_rate, "requests/s", "store_delay_us", NULL,
                                 out, error);
    return result;
}

int judge_speed(const struct evidence *evidence, struct ruling *ruling, struct error *error)
{
    struct tally rate = {0};
    struct tally *const family[] = {&rate};
    int result = tally_add(&rate, evidence, &busy_rate, error);
    if (result == 0 && rate.count > 0) {
        tally_control(family, 1);
        tally_write(&rate, evidence, &busy_rate, "requests/s", ruling->figures);
        ruling->verdict = tally_decide(&rate, CLAIMED_NOT_LOWER);
        answer_write((const struct tally *const[]){&rate}, 1, ruling);
        ruling_add_votes(ruling, &rate, evidence, &busy_rate, "requests/s");
        ruling_rest_on(ruling, &rate);
        tally_write_workloads(&rate, CLAIMED_NOT_LOWER, ruling->condition);
        tally_write_sides(&rate, evidence, &busy_rate, ruling->condition);
        tally_write_absences(&rate, evidence, &busy_rate, "left out", ruling->condition);
        write_rows(&rate, evidence, ruling->rests_on);
    }
    if (result == 0)
        result = write_beside(evidence, ruling->figures, error);
    if (result == 0)
        result = write_crossings(&rate, evidence, ruling->condition, error);
    tally_finish(&rate);
    return result;
}
