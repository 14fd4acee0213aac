/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The claim about libraries that block: what a call that blocks costs the requests beside it. "As
 * they are" means that the handler makes the call itself, with threads and in the loop alike. Where
 * a few requests make calls that block for long, the others must wait for less with threads than in
 * the loop, or threads would be of no use. A store that the loop calls itself, though it could call
 * it otherwise, is such a library, too: there every request makes the call. But what it looks up
 * comes from a cache: its calls hold nobody up, whoever makes them. That threads are no worse with
 * it speaks for neither, so it may contradict the claim, and not support it. It is p99 that is
 * asked. Where that is withheld, a p90 or median of the others that is lower with threads by the
 * factor says that the loop holds them up; anything else it has to say is no vote. What the loop's
 * pool mends stands beside and has no vote: through it the library is not called as it is. */
#include "analysis/claims/blocking_words.h"
#include "analysis/claims/judge.h"

#include <string.h>

/* Who is held up waits many times as long; what scheduling makes of a tail is another claim's
 * matter. */
#define HELD_UP 2.0

static bool calls_inline(const struct trial_group *loop, const char *column)
{
    return strcmp(group_text(loop, column), "inline") == 0;
}

/* Whether its loop could call that store in another way, too: what blocks for no time to speak of
 * has but one. */
static bool has_other_way(const struct trial_group *loop)
{
    const struct scenario *scenario = scenario_find(group_text(loop, "scenario"));
    const struct scenario_option *stores = option_find(scenario->options, "store");
    const struct scenario_option *calls = option_find(scenario->options, "store_call");
    unsigned ways = 0;
    if (!stores || !calls)
        return false;
    int64_t store = option_choice_find(stores, group_text(loop, "store"));
    for (const struct option_choice *call = calls->choices; store >= 0 && call->name; call++)
        ways += call->with == 0 || (call->with >> store & 1u);
    return ways > 1;
}

static bool is_blocking_inline(const struct summary_row *row)
{
    return blocking_is_asked_alike(row) && calls_inline(row->b, "block_call");
}

static bool is_library_inline(const struct summary_row *row)
{
    return blocking_is_asked_alike(row) && calls_inline(row->b, "store_call") &&
           has_other_way(row->b);
}

enum { CALLS, LIBRARY, KINDS };

static const struct question inline_calls[KINDS] = {
    [CALLS] = {.experiment = EXPERIMENT_LATENCY,
               .metric = "other_p99",
               .of = CLAIM_OF_BLOCKING,
               .keep = is_blocking_inline,
               .pair = "threads : loop calling inline"},
    [LIBRARY] = {.experiment = EXPERIMENT_LATENCY,
                 .metric = "p99",
                 .of = CLAIM_OF_REAL_WORK,
                 .keep = is_library_inline,
                 .pair = "threads : loop calling inline"},
};
/* Where calls hold up every tenth request, or every other one, of which p99 says less than the
 * host's stalls do: the highest that is shown stands in. */
#define LOWER(of_metric)                                                                  \
    {                                                                                     \
        .experiment = EXPERIMENT_LATENCY, .metric = (of_metric), .of = CLAIM_OF_BLOCKING, \
        .keep = is_blocking_inline, .pair = "threads : loop calling inline",              \
    }
enum { STAND_INS = 2 };
static const struct question stand_ins[STAND_INS] = {LOWER("other_p90"), LOWER("other_p50")};
static const char *const stand_in_votes[STAND_INS] = {"p90 of the others", "median of the others"};

static const char *const kinds[KINDS] = {
    [CALLS] = "p99 of the requests that do not block, where a factor of 2 is a difference",
    [LIBRARY] = "p99 where every request calls a library that blocks, likewise",
};
#define STOOD_IN                                                                            \
    "p99 of the requests that do not block, or p90 or p50 of them where that is withheld, " \
    "where a factor of 2 is a difference"
static const char *const votes[KINDS] = {
    [CALLS] = "p99 of the others",
    [LIBRARY] = "p99, each calls a library",
};
static const char *const asked_of[KINDS] = {
    [CALLS] = "requests beside calls that block",
    [LIBRARY] = "requests that all make such a call",
};

static const struct question pooled_calls = {
    .experiment = EXPERIMENT_LATENCY,
    .metric = "other_p99",
    .of = CLAIM_OF_BLOCKING,
    .keep = blocking_is_pooled,
    .pair = "threads : loop calling through a pool",
};
static int read_calls(struct tally *tallies, const struct evidence *evidence, struct error *error)
{
    struct tally *const family[] = {&tallies[CALLS], &tallies[LIBRARY]};
    struct tally without_vote[STAND_INS] = {{0}};
    int result = 0;
    for (size_t kind = 0; result == 0 && kind < KINDS; kind++) {
        tallies[kind].factor = HELD_UP;
        result = tally_add(&tallies[kind], evidence, &inline_calls[kind], error);
    }
    for (size_t i = 0; result == 0 && i < STAND_INS; i++)
        result =
            tally_add_stand_ins(&tallies[CALLS], &without_vote[i], evidence, &stand_ins[i], error);
    if (result == 0)
        tally_control(family, KINDS);
    for (size_t i = STAND_INS; i-- > 0;) {
        if (result == 0)
            tally_settle_stand_ins(&tallies[CALLS], &without_vote[i], SIDE_LOWER);
        tally_finish(&without_vote[i]);
    }
    return result;
}

/* Settings of the library where threads make requests wait for longer: they contradict. */
static size_t count_against(const struct tally *library)
{
    return tally_on_side(library, SIDE_HIGHER) +
           (library->together == SIDE_HIGHER ? tally_votes(library) : 0);
}

/* The calls that block decide, unless the library speaks against that. */
static enum claim_verdict decide(const struct tally *tallies)
{
    enum claim_verdict verdict = tally_decide(&tallies[CALLS], CLAIMED_LOWER);
    if (verdict != CLAIM_REPRODUCED)
        return verdict;
    return count_against(&tallies[LIBRARY]) > 0 ? CLAIM_DEPENDS
                                                : verdict_weigh(verdict, &tallies[LIBRARY]);
}

/* "requests beside calls that block: not run, and nothing else decides: ..." */
static void write_missing(FILE *out)
{
    fprintf(out,
            "%s: not run, and nothing else decides: waitbench run --scenario blocking measures "
            "them",
            asked_of[CALLS]);
}

static void write_basis(const struct tally *tallies, size_t kind, struct ruling *ruling)
{
    if (kind == CALLS) {
        ruling_rest_on(ruling, &tallies[CALLS]);
        tally_write_workloads(&tallies[CALLS], CLAIMED_LOWER, ruling->condition);
        return;
    }
    size_t against = count_against(&tallies[LIBRARY]);
    if (tallies[CALLS].count > 0) {
        ruling->settings += against;
        ruling->resolved += against;
    }
    size_t settings = tally_settings(&tallies[LIBRARY]);
    fprintf(ruling->condition, "no vote in favour, against the claim in %zu of %zu setting%s",
            against, settings, settings == 1 ? "" : "s");
}

static const char *words_of(const struct tally *tallies, size_t kind)
{
    return tally_has_stand_ins(&tallies[kind]) ? STOOD_IN : kinds[kind];
}

static void add_votes(const struct tally *tallies, size_t kind, const struct evidence *evidence,
                      struct ruling *ruling)
{
    size_t first = ruling->votes.count;
    ruling_add_votes(ruling, &tallies[kind], evidence, &inline_calls[kind], votes[kind]);
    for (size_t i = first; i < ruling->votes.count; i++)
        for (size_t k = 0; k < STAND_INS; k++)
            if (strcmp(ruling->votes.items[i].row->metric.name, stand_ins[k].metric) == 0)
                ruling->votes.items[i].metric = stand_in_votes[k];
}

static void rule(const struct tally *tallies, const struct evidence *evidence,
                 struct ruling *ruling)
{
    ruling->verdict = decide(tallies);
    if (tallies[CALLS].count == 0)
        write_missing(ruling->condition);
    if (tallies[CALLS].count == 0)
        fputs("calls that block: not run", ruling->answer);
    else
        answer_write((const struct tally *const[]){&tallies[CALLS]}, 1, ruling);
    for (size_t kind = 0; kind < KINDS; kind++) {
        if (tallies[kind].count == 0)
            continue;
        text_separate(ruling->condition);
        fprintf(ruling->condition, "%s: ", asked_of[kind]);
        write_basis(tallies, kind, ruling);
        add_votes(tallies, kind, evidence, ruling);
        tally_write_sides(&tallies[kind], evidence, &inline_calls[kind], ruling->condition);
        tally_write_absences(&tallies[kind], evidence, &inline_calls[kind], "left out",
                             ruling->condition);
    }
    blocking_write_pools(evidence, ruling->condition);
    fprintf(ruling->rests_on,
            "latency.csv: other_p99_ns%s of requests beside such as block, of threads and the loop "
            "that makes the same call itself, a vote for each setting, where a difference is one "
            "by a factor of %g; p99_ns where every request calls a store inline may contradict; "
            "the loop's pool beside it",
            words_of(tallies, CALLS) == kinds[CALLS]
                ? ""
                : ", or other_p90_ns or other_p50_ns where that is withheld,",
            HELD_UP);
    tally_write_test(ruling->rests_on);
}

int judge_compatibility(const struct evidence *evidence, struct ruling *ruling, struct error *error)
{
    struct tally calls[KINDS] = {{0}};
    int result = read_calls(calls, evidence, error);
    bool any = calls[CALLS].count + calls[LIBRARY].count > 0;
    for (size_t kind = 0; result == 0 && kind < KINDS; kind++)
        tally_write(&calls[kind], evidence, &inline_calls[kind], words_of(calls, kind),
                    ruling->figures);
    if (result == 0 && any)
        result = tally_write_beside(evidence, &pooled_calls, "beside, p99 of the others",
                                    ruling->figures, error);
    if (result == 0 && any)
        result = blocking_write_settings(evidence, ruling->figures, error);
    if (result == 0 && any)
        rule(calls, evidence, ruling);
    for (size_t kind = 0; kind < KINDS; kind++)
        tally_finish(&calls[kind]);
    return result;
}
