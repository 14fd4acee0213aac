/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims about throughput and latency. */
#include "analysis/judge.h"

#include <stdlib.h>
#include <string.h>

/* "Huge numbers of mostly idle connections." */
#define IDLE_HUGE 1000

static double idle_of(const struct summary_row *row)
{
    return strtod(group_text(row->a, "idle"), NULL);
}

static bool is_busy(const struct summary_row *row)
{
    return idle_of(row) <= 0;
}

static bool is_mostly_idle(const struct summary_row *row)
{
    return idle_of(row) >= IDLE_HUGE;
}

static const struct question busy_rate = {EXPERIMENT_THROUGHPUT, "achieved", "echo", is_busy};
static const struct question busy_cpu = {EXPERIMENT_THROUGHPUT, "server_cpu_per_request", "echo",
                                         is_busy};
static const struct question busy_p99 = {EXPERIMENT_LATENCY, "p99", "echo", is_busy};
static const struct question busy_p999 = {EXPERIMENT_LATENCY, "p999", "echo", is_busy};
static const struct question idle_p99 = {EXPERIMENT_LATENCY, "p99", "echo", is_mostly_idle};
static const struct question any_p99 = {EXPERIMENT_LATENCY, "p99", "echo", NULL};
static const struct question blocking_p99 = {EXPERIMENT_LATENCY, "p99", "blocking", NULL};

int judge_speed(const struct evidence *evidence, struct ruling *ruling, struct error *error)
{
    struct tally rate = {0};
    struct tally cpu = {0};
    int result = tally_add(&rate, evidence, &busy_rate, error);
    if (result == 0)
        result = tally_add(&cpu, evidence, &busy_cpu, error);
    if (result < 0)
        return result;
    tally_write(&rate, evidence, &busy_rate, "requests/s", ruling->figures);
    tally_write(&cpu, evidence, &busy_cpu, "server CPU per request", ruling->figures);
    /* "At least as fast" is not what threads are that are slower somewhere. */
    if (tally_shows(&rate, rate.lower))
        ruling->verdict = CLAIM_REFUTED;
    else if (rate.total > 0 && rate.not_lower == rate.total && rate.left_out == 0)
        ruling->verdict = CLAIM_REPRODUCED;
    fputs("throughput.csv: achieved_per_second of echo-threads and echo-loop", ruling->rests_on);
    return crossings_write(evidence, &busy_rate, "requests/s", "active", "connections",
                           ruling->condition, error);
}

int judge_tail(const struct evidence *evidence, struct ruling *ruling, struct error *error)
{
    struct tally p99 = {0};
    struct tally p999 = {0};
    int result = tally_add(&p99, evidence, &busy_p99, error);
    if (result == 0)
        result = tally_add(&p999, evidence, &busy_p999, error);
    if (result < 0)
        return result;
    tally_write(&p99, evidence, &busy_p99, "p99", ruling->figures);
    tally_write(&p999, evidence, &busy_p999, "p99.9", ruling->figures);
    struct tally both = p99;
    both.total += p999.total;
    both.lower += p999.lower;
    both.higher += p999.higher;
    both.equal += p999.equal;
    ruling->verdict = tally_decide(&both, false);
    fputs("latency.csv: p99_ns and p999_ns of echo-threads and echo-loop at equal offered rate",
          ruling->rests_on);
    return crossings_write(evidence, &busy_p99, "p99", "offered_per_second", NULL,
                           ruling->condition, error);
}

/* "Only" has two halves: the loop must win with many idle connections, and must not without. */
static enum claim_verdict decide_idle_only(const struct tally *idle, const struct tally *rate,
                                           const struct tally *p99)
{
    if (tally_shows(rate, rate->lower) || tally_shows(p99, p99->higher))
        return CLAIM_REFUTED;
    if (idle->total > 0 && idle->not_higher == idle->total)
        return CLAIM_REFUTED;
    bool busy_is_known =
        rate->total > 0 && rate->not_lower == rate->total && p99->not_higher == p99->total;
    return tally_shows(idle, idle->higher) && busy_is_known ? CLAIM_REPRODUCED : CLAIM_UNDECIDED;
}

int judge_idle_only(const struct evidence *evidence, struct ruling *ruling, struct error *error)
{
    struct tally idle = {0};
    struct tally rate = {0};
    struct tally p99 = {0};
    int result = tally_add(&idle, evidence, &idle_p99, error);
    if (result == 0)
        result = tally_add(&rate, evidence, &busy_rate, error);
    if (result == 0)
        result = tally_add(&p99, evidence, &busy_p99, error);
    if (result < 0 || idle.total + idle.left_out == 0)
        return result;
    tally_write(&idle, evidence, &idle_p99, "p99 beside at least 1,000 idle connections",
                ruling->figures);
    tally_write(&rate, evidence, &busy_rate, "requests/s with none idle", ruling->figures);
    tally_write(&p99, evidence, &busy_p99, "p99 with none idle", ruling->figures);
    ruling->verdict = decide_idle_only(&idle, &rate, &p99);
    fputs("latency.csv: p99_ns against idle; throughput.csv: achieved_per_second with idle=0",
          ruling->rests_on);
    return crossings_write(evidence, &any_p99, "p99", "connections", "idle", ruling->condition,
                           error);
}

int judge_compatibility(const struct evidence *evidence, struct ruling *ruling, struct error *error)
{
    struct tally p99 = {0};
    int result = tally_add(&p99, evidence, &blocking_p99, error);
    if (result < 0 || p99.total + p99.left_out == 0)
        return result;
    tally_write(&p99, evidence, &blocking_p99, "p99 with a blocking call in the handler",
                ruling->figures);
    ruling->verdict = tally_decide(&p99, false);
    fputs("latency.csv: p99_ns of the scenario blocking", ruling->rests_on);
    return crossings_write(evidence, &blocking_p99, "p99", "active", "connections",
                           ruling->condition, error);
}
