/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims about throughput, and about calls that block. */
#include "analysis/claims/judge.h"

#include <stdlib.h>

static bool is_busy(const struct summary_row *row)
{
    return strtod(group_text(row->a, "idle"), NULL) <= 0;
}

static const struct question busy_rate = {EXPERIMENT_THROUGHPUT, "achieved", CLAIM_OF_WAITING,
                                          is_busy};
static const struct question busy_cpu = {EXPERIMENT_THROUGHPUT, "server_cpu_per_request",
                                         CLAIM_OF_WAITING, is_busy};
static const struct question busy_both_cpu = {EXPERIMENT_THROUGHPUT, "both_cpu_per_request",
                                              CLAIM_OF_WAITING, is_busy};
static const struct question blocking_p99 = {EXPERIMENT_LATENCY, "p99", CLAIM_OF_BLOCKING, NULL};

int judge_speed(const struct evidence *evidence, struct ruling *ruling, struct error *error)
{
    struct tally rate = {0};
    struct tally *const family[] = {&rate};
    int result = tally_add(&rate, evidence, &busy_rate, error);
    if (result == 0 && rate.count > 0) {
        tally_control(family, 1);
        tally_write(&rate, evidence, &busy_rate, "requests/s", ruling->figures);
        ruling->verdict = tally_decide(&rate, CLAIMED_NOT_LOWER);
        ruling_rest_on(ruling, &rate);
        tally_write_sides(&rate, evidence, &busy_rate, ruling->condition);
        tally_write_absences(&rate, evidence, &busy_rate, "left out", ruling->condition);
        fputs("throughput.csv: achieved_per_second of echo-threads and echo-loop, a vote for each "
              "setting; server_cpu_seconds and both_cpu_seconds beside it",
              ruling->rests_on);
        tally_write_test(ruling->rests_on);
        result = tally_write_beside(evidence, &busy_cpu, "server CPU per request", ruling->figures,
                                    error);
    }
    if (result == 0)
        result = tally_write_beside(evidence, &busy_both_cpu, "server and client CPU per request",
                                    ruling->figures, error);
    if (result == 0)
        result = crossings_write(&rate, evidence, &busy_rate, "requests/s", "active", "connections",
                                 ruling->condition, error);
    tally_finish(&rate);
    return result;
}

int judge_compatibility(const struct evidence *evidence, struct ruling *ruling, struct error *error)
{
    struct tally p99 = {0};
    struct tally *const family[] = {&p99};
    int result = tally_add(&p99, evidence, &blocking_p99, error);
    if (result == 0 && p99.count > 0) {
        tally_control(family, 1);
        tally_write(&p99, evidence, &blocking_p99, "p99 with a blocking call in the handler",
                    ruling->figures);
        ruling->verdict = tally_decide(&p99, CLAIMED_LOWER);
        ruling_rest_on(ruling, &p99);
        tally_write_absences(&p99, evidence, &blocking_p99, "left out", ruling->condition);
        fprintf(ruling->rests_on, "latency.csv: p99_ns of the scenario %s",
                group_text(p99.ballots[0].row->a, "scenario"));
        tally_write_test(ruling->rests_on);
        if (ruling->verdict == CLAIM_DEPENDS)
            tally_write_sides(&p99, evidence, &blocking_p99, ruling->condition);
        result = crossings_write(&p99, evidence, &blocking_p99, "p99", "active", "connections",
                                 ruling->condition, error);
    }
    tally_finish(&p99);
    return result;
}
