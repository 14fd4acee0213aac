/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The claim about mostly idle connections: memory and tail beside thousands that sleep, and the
 * same without them. */
#include "analysis/claims/judge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* "Huge numbers of mostly idle connections." */
#define IDLE_HUGE 1000

static double number(const struct summary_row *row, const char *column)
{
    return strtod(group_text(row->a, column), NULL);
}

static bool has_idle(const struct summary_row *row)
{
    return number(row, "idle") >= IDLE_HUGE;
}

/* The columns in which a setting with idle connections and the same without them agree. */
static bool is_same_but_idle(const struct summary_row *a, const struct summary_row *b)
{
    for (const char *const *column = a->experiment->conditions; *column; column++)
        if (strcmp(*column, "idle") != 0 && strcmp(*column, "connections") != 0 &&
            strcmp(group_text(a->a, *column), group_text(b->a, *column)) != 0)
            return false;
    return a->experiment == b->experiment;
}

static bool is_many_waiters(const struct summary_row *row)
{
    return trials_are_plain(row->a) && number(row, "waiters_requested") >= IDLE_HUGE;
}

/* As many as one may have without any of them idle. */
#define FEW_WAITERS 100

static bool is_few_waiters(const struct summary_row *row)
{
    return trials_are_plain(row->a) && number(row, "waiters_requested") <= FEW_WAITERS;
}

static bool is_plain(const struct summary_row *row)
{
    return trials_are_plain(row->a);
}

static const struct question idle_p99 = {.experiment = EXPERIMENT_LATENCY,
                                         .metric = "p99",
                                         .of = CLAIM_OF_WAITING,
                                         .also = CLAIM_OF_REAL_WORK,
                                         .keep = has_idle};
static const struct question any_p99 = {.experiment = EXPERIMENT_LATENCY,
                                        .metric = "p99",
                                        .of = CLAIM_OF_WAITING,
                                        .also = CLAIM_OF_REAL_WORK};
static const struct question many_bytes = {.experiment = EXPERIMENT_MEMORY,
                                           .metric = "total",
                                           .of = CLAIM_OF_WAITING,
                                           .also = CLAIM_OF_REAL_WORK,
                                           .keep = is_many_waiters};
static const struct question few_bytes = {.experiment = EXPERIMENT_MEMORY,
                                          .metric = "total",
                                          .of = CLAIM_OF_WAITING,
                                          .also = CLAIM_OF_REAL_WORK,
                                          .keep = is_few_waiters};
static const struct question any_bytes = {.experiment = EXPERIMENT_MEMORY,
                                          .metric = "total",
                                          .of = CLAIM_OF_WAITING,
                                          .also = CLAIM_OF_REAL_WORK,
                                          .keep = is_plain};

/* One of the two things in which the loop may be more efficient. */
struct half {
    struct tally idle; /* thousands */
    struct tally none; /* the same without them */
};

/* Adds to `half->none` the settings without idle connections that `half->idle` has partners of. */
static int add_partners(struct half *half, const struct evidence *evidence, struct error *error)
{
    struct selection selection = question_select(&any_p99, evidence);
    int result = 0;
    for (size_t i = 0; result == 0 && i < selection.count; i++) {
        const struct summary_row *row = selection.rows[i];
        bool partner = false;
        for (size_t k = 0; number(row, "idle") <= 0 && k < half->idle.count; k++)
            partner |= is_same_but_idle(row, half->idle.ballots[k].row);
        struct ballot ballot;
        if (!partner)
            continue;
        result = selection_read_ballot(&selection, i, 1 + JUDGE_MARGIN, &ballot, error);
        if (result == 0)
            tally_vote(&half->none, &ballot);
    }
    selection_finish(&selection);
    return result;
}

/* "Only" has two parts: the loop is better with many idle connections, and not without. */
static enum claim_verdict decide_half(const struct half *half)
{
    enum claim_verdict with = tally_decide(&half->idle, CLAIMED_HIGHER);
    enum claim_verdict without = tally_decide(&half->none, CLAIMED_HIGHER);
    if (without == CLAIM_REPRODUCED || with == CLAIM_REFUTED)
        return CLAIM_REFUTED;
    if (with == CLAIM_DEPENDS || without == CLAIM_DEPENDS)
        return CLAIM_DEPENDS;
    return with == CLAIM_REPRODUCED && without == CLAIM_REFUTED ? CLAIM_REPRODUCED
                                                                : CLAIM_UNDECIDED;
}

/* More efficient means both; one without the other is what it depends on. */
static enum claim_verdict decide_both(enum claim_verdict memory, enum claim_verdict tail)
{
    if (memory == tail)
        return memory;
    bool undecided = memory == CLAIM_UNDECIDED || tail == CLAIM_UNDECIDED;
    return undecided ? CLAIM_UNDECIDED : CLAIM_DEPENDS;
}

static int read_halves(struct half *memory, struct half *tail, const struct evidence *evidence,
                       struct error *error)
{
    struct tally *const family[] = {&memory->idle, &memory->none, &tail->idle, &tail->none};
    int result = tally_add(&tail->idle, evidence, &idle_p99, error);
    if (result == 0)
        result = add_partners(tail, evidence, error);
    if (result == 0)
        result = tally_add(&memory->idle, evidence, &many_bytes, error);
    if (result == 0)
        result = tally_add(&memory->none, evidence, &few_bytes, error);
    if (result == 0)
        tally_control(family, sizeof family / sizeof *family);
    return result;
}

static void write_halves(const struct half *memory, const struct half *tail,
                         const struct evidence *evidence, FILE *out)
{
    tally_write(&memory->idle, evidence, &many_bytes, "memory of at least 1,000 waiters", out);
    tally_write(&memory->none, evidence, &few_bytes, "memory of at most 100", out);
    tally_write(&tail->idle, evidence, &idle_p99, "p99 beside at least 1,000 idle connections",
                out);
    tally_write(&tail->none, evidence, &any_p99, "p99 of the same with none idle", out);
}

/* All ballots of both tallies, for the way from none idle to thousands. They stay those tallies'.
 */
static struct tally join(const struct half *half)
{
    struct tally joined = {0};
    for (size_t i = 0; i < half->none.count; i++)
        tally_vote(&joined, &half->none.ballots[i]);
    for (size_t i = 0; i < half->idle.count; i++)
        tally_vote(&joined, &half->idle.ballots[i]);
    return joined;
}

static int write_turns(const struct half *memory, const struct half *tail,
                       const struct evidence *evidence, FILE *out, struct error *error)
{
    struct tally bytes = join(memory);
    struct tally p99 = join(tail);
    int result = crossings_write(&bytes, evidence, &any_bytes, "memory", "waiters_requested", NULL,
                                 out, error);
    if (result == 0)
        result =
            crossings_write(&p99, evidence, &any_p99, "p99", "connections", "idle", out, error);
    free(bytes.ballots);
    free(p99.ballots);
    return result;
}

/* "of memory reproduced (with many: rests on 3 of 3 settings, with few or none: ...)" */
static void write_half(const char *what, enum claim_verdict verdict, const struct half *half,
                       struct ruling *ruling)
{
    FILE *out = ruling->condition;
    text_separate(out);
    fprintf(out, "%s %s (with many: ", what, claim_verdict_text(verdict));
    ruling_rest_on(ruling, &half->idle);
    fputs(", with few or none: ", out);
    ruling_rest_on(ruling, &half->none);
    fputc(')', out);
}

/* What a half comes to with the most idle connections that have a figure: "8.74 times", else why
 * not. */
static void write_most(const struct tally *idle, const char *what, const char *column, FILE *out)
{
    const struct ballot *most = NULL;
    for (size_t i = 0; i < idle->count; i++) {
        const struct ballot *ballot = &idle->ballots[i];
        bool has = !isnan(ballot->row->comparison.ratio.value) &&
                   (ballot->absence == ABSENCE_NONE || ballot->absence == ABSENCE_FEW_BLOCKS);
        if (has && (!most || number(ballot->row, column) > number(most->row, column)))
            most = ballot;
    }
    fprintf(out, "%s ", what);
    if (most) {
        answer_write_ratio(most->row->comparison.ratio.value, out);
        fputs(" times", out);
    } else {
        fputs(idle->count > 0 ? "without a figure" : "not run", out);
    }
}

int judge_idle_only(const struct evidence *evidence, struct ruling *ruling, struct error *error)
{
    struct half memory = {0};
    struct half tail = {0};
    int result = read_halves(&memory, &tail, evidence, error);
    if (result == 0 && tail.idle.count > 0) {
        enum claim_verdict of_memory = decide_half(&memory);
        enum claim_verdict of_tail = decide_half(&tail);
        write_halves(&memory, &tail, evidence, ruling->figures);
        ruling->verdict = decide_both(of_memory, of_tail);
        write_most(&memory.idle, "memory", "waiters_requested", ruling->answer);
        write_most(&tail.idle, ", p99", "idle", ruling->answer);
        ruling_add_votes(ruling, &memory.idle, evidence, &any_bytes, "memory");
        ruling_add_votes(ruling, &memory.none, evidence, &any_bytes, "memory");
        ruling_add_votes(ruling, &tail.idle, evidence, &any_p99, "p99");
        ruling_add_votes(ruling, &tail.none, evidence, &any_p99, "p99");
        write_half("of memory", of_memory, &memory, ruling);
        write_half("of the tail", of_tail, &tail, ruling);
        fputs("memory.csv: total_bytes against waiters; latency.csv: p99_ns against idle, beside "
              "the same settings with idle=0",
              ruling->rests_on);
        tally_write_test(ruling->rests_on);
        tally_write_absences(&tail.idle, evidence, &idle_p99, "p99 left out", ruling->condition);
        result = write_turns(&memory, &tail, evidence, ruling->condition, error);
    }
    tally_finish(&memory.idle);
    tally_finish(&memory.none);
    tally_finish(&tail.idle);
    tally_finish(&tail.none);
    return result;
}
