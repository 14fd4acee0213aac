/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The claim about cancelling, from flow.csv. */
#include "analysis/claims/judge.h"

#include <string.h>

static bool is_cancellation(const struct scenario *scenario)
{
    return scenario->claim == CLAIM_OF_CANCELLATION;
}

static bool is_check(const struct summary_row *row)
{
    return row->metric.kind == METRIC_TIME && strstr(row->metric.name, "check");
}

static bool is_stopping(const struct summary_row *row)
{
    return row_is_steady_time(row) && strstr(row->metric.name, "stop");
}

/* Each kind of worker has one vote: its median, or its one figure. */
static bool is_median_of_stopping(const struct summary_row *row)
{
    return is_stopping(row) && !strstr(row->metric.name, "_p9");
}

static bool is_tail_of_stopping(const struct summary_row *row)
{
    return is_stopping(row) && strstr(row->metric.name, "_p9");
}

int judge_cancellation(const struct evidence *evidence, struct ruling *ruling, struct error *error)
{
    static const struct question stopping = {
        .experiment = EXPERIMENT_FLOW, .of = CLAIM_OF_CANCELLATION, .keep = is_median_of_stopping};
    static const struct question tail = {
        .experiment = EXPERIMENT_FLOW, .of = CLAIM_OF_CANCELLATION, .keep = is_tail_of_stopping};
    static const struct question check = {
        .experiment = EXPERIMENT_FLOW, .of = CLAIM_OF_CANCELLATION, .keep = is_check};
    struct tally stopped = {0};
    struct tally *const deciding[] = {&stopped};
    int result = tally_add(&stopped, evidence, &stopping, error);
    if (result == 0 && stopped.count > 0) {
        tally_control(deciding, 1);
        tally_write(&stopped, evidence, &stopping, "time from request to stopped", ruling->figures);
        ruling->verdict = tally_decide(&stopped, CLAIMED_HIGHER);
        answer_write((const struct tally *const[]){&stopped}, 1, ruling);
        ruling_add_votes(ruling, &stopped, evidence, &stopping, "time to stopped");
        ruling_rest_on(ruling, &stopped);
        flow_write_source(is_cancellation, ruling->rests_on);
        tally_write_test(ruling->rests_on);
        tally_write_sides(&stopped, evidence, &stopping, ruling->condition);
    }
    if (result == 0)
        result = tally_write_beside(evidence, &tail, "its p99", ruling->figures, error);
    if (result == 0)
        result = tally_write_beside(evidence, &check, "cost of the check", ruling->figures, error);
    tally_finish(&stopped);
    return result;
}
