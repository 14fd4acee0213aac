/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The claim about libraries that block: what a call that blocks costs the requests beside it. "As
 * they are" means that the handler makes the call itself, with threads and in the loop alike. Where
 * a few requests make calls that block for long, the others must wait for less with threads than in
 * the loop, or threads would be of no use. A store that the loop calls itself, though it could call
 * it otherwise, is such a library, too: there every request makes the call. But what it looks up
 * comes from a cache: its calls hold nobody up, whoever makes them. That threads are no worse with
 * it speaks for neither, so it may contradict the claim, and not support it. What the loop's pool
 * mends stands beside and has no vote: through it the library is not called as it is. */
#include "analysis/claims/judge.h"
#include "analysis/words/arm.h"
#include "analysis/words/load_kind.h"
#include "analysis/words/units.h"
#include "analysis/words/wording.h"
#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Who is held up waits many times as long; what scheduling makes of a tail is another claim's
 * matter. */
#define HELD_UP 2.0

static double number(const struct trial_group *group, const char *column)
{
    return strtod(group_text(group, column), NULL);
}

/* All offered the same, at a rate that no reply decides, with none idle. */
static bool is_asked_alike(const struct summary_row *row)
{
    return strcmp(group_text(row->a, "arrivals"), "closed") != 0 &&
           !summary_at_equal_utilisation(row->a) && number(row->a, "idle") <= 0;
}

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
    return is_asked_alike(row) && calls_inline(row->b, "block_call");
}

static bool is_library_inline(const struct summary_row *row)
{
    return is_asked_alike(row) && calls_inline(row->b, "store_call") && has_other_way(row->b);
}

static bool is_blocking_pooled(const struct summary_row *row)
{
    return is_asked_alike(row) && strcmp(group_text(row->b, "block_call"), "pool") == 0;
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
static const char *const kinds[KINDS] = {
    [CALLS] = "p99 of the requests that do not block, where a factor of 2 is a difference",
    [LIBRARY] = "p99 where every request calls a library that blocks, likewise",
};
static const char *const asked_of[KINDS] = {
    [CALLS] = "requests beside calls that block",
    [LIBRARY] = "requests that all make such a call",
};

static const struct question pooled_calls = {
    .experiment = EXPERIMENT_LATENCY,
    .metric = "other_p99",
    .of = CLAIM_OF_BLOCKING,
    .keep = is_blocking_pooled,
    .pair = "threads : loop calling through a pool",
};
static const struct question pooled_tail = {
    .experiment = EXPERIMENT_LATENCY,
    .metric = "p999",
    .of = CLAIM_OF_BLOCKING,
    .keep = is_blocking_pooled,
};

/* Calls that block at the same time, on average (Little's law). */
static double calls_at_once(const struct trial_group *trials)
{
    double every = number(trials, "block_every");
    return every > 0
               ? number(trials, "offered_per_second") / every * number(trials, "block_us") / 1e6
               : 0;
}

/* "16.8 us (16.2 us to 17.0 us)" */
static int write_median(const struct trial_group *trials, const char *column, FILE *out,
                        struct error *error)
{
    char text[UNITS_TEXT_SIZE];
    struct observation *observations = NULL;
    int64_t count = group_observations(trials, column, NULL, &observations, error);
    if (count < 0)
        return (int)count;
    double *values = alloc_array((size_t)count, sizeof *values);
    for (int64_t i = 0; i < count; i++)
        values[i] = observations[i].value;
    struct estimate median = statistics_median_estimate(values, (size_t)count);
    free(values);
    free(observations);
    if (10 * (size_t)count < 9 * trials->count || isnan(median.value)) {
        fputs("withheld", out);
        return 0;
    }
    fputs(units_format_ns(median.value, text), out);
    if (isnan(median.interval.low))
        return 0;
    fprintf(out, " (%s", units_format_ns(median.interval.low, text));
    fprintf(out, " to %s)", units_format_ns(median.interval.high, text));
    return 0;
}

static int count_overloaded(const struct trial_group *trials, size_t *overloaded,
                            struct error *error)
{
    *overloaded = 0;
    return doubt_count_beyond(trials, "overloaded", NULL, 0, overloaded, error);
}

/* "loop calling inline 3.53 ms (...) and 21.4 ms (...)"; ", overloaded in 6 of 6 trials" */
static int write_arm(const struct trial_group *trials, FILE *out, struct error *error)
{
    char way[ARM_WORDS_SIZE];
    size_t overloaded;
    arm_way_in_words(trials->table, trials->first, way, sizeof way);
    fprintf(out, "%s%s%s ", group_text(trials, "model"), *way ? " " : "", way);
    int result = write_median(trials, "other_p50_ns", out, error);
    if (result == 0)
        fputs(" and ", out);
    if (result == 0)
        result = write_median(trials, "other_p99_ns", out, error);
    if (result == 0)
        result = count_overloaded(trials, &overloaded, error);
    if (result == 0 && overloaded > 0)
        fprintf(out, ", overloaded in %zu of %zu trials", overloaded, trials->count);
    return result;
}

/* The arms of the setting whose threads are `row->a`: theirs, then each way of the loop. */
static int write_arms(const struct selection *all, const struct summary_row *row, FILE *out,
                      struct error *error)
{
    int result = write_arm(row->a, out, error);
    for (size_t i = 0; result == 0 && i < all->first_way[all->count]; i++)
        if (all->ways[i]->a == row->a) {
            fputs(", ", out);
            result = write_arm(all->ways[i]->b, out, error);
        }
    return result;
}

/* By the work, then the load, which as a text would have 38,000 before 4,400. */
static int compare_settings(const void *left, const void *right)
{
    const struct trial_group *a = (*(const struct summary_row *const *)left)->a;
    const struct trial_group *b = (*(const struct summary_row *const *)right)->a;
    struct load_kind kinds_of[2];
    load_kind_read(&kinds_of[0], a->table, a->first);
    load_kind_read(&kinds_of[1], b->table, b->first);
    int order = load_kind_compare(&kinds_of[0], &kinds_of[1]);
    double rate_a = number(a, "offered_per_second");
    double rate_b = number(b, "offered_per_second");
    return order != 0 ? order : (rate_a > rate_b) - (rate_a < rate_b);
}

/* p50 and p99 of the others for every arm, a statement for each setting. */
static int write_settings(const struct evidence *evidence, FILE *out, struct error *error)
{
    static const struct question every = {
        .experiment = EXPERIMENT_LATENCY,
        .metric = "other_p50",
        .of = CLAIM_OF_BLOCKING,
        .keep = is_asked_alike,
    };
    struct selection all = question_select(&every, evidence);
    int result = 0;
    if (all.count > 0)
        qsort(all.rows, all.count, sizeof *all.rows, compare_settings);
    for (size_t i = 0; result == 0 && i < all.count; i++) {
        const struct trial_group *trials = all.rows[i]->a;
        text_separate(out);
        wording_write_work(trials, out);
        fputs(", at ", out);
        wording_write_load_short(trials, out);
        fprintf(out, ", %.2g calls at once, p50 and p99 of the others: ", calls_at_once(trials));
        result = write_arms(&all, all.rows[i], out, error);
    }
    selection_finish(&all);
    return result;
}

/* Where threads cannot keep up either it is the machine that has run out. */
static bool tells_of_pool(const struct summary_row *row)
{
    return row->comparison.doubts_a.overloaded == 0;
}

/* A pool has run out where requests wait for one of its threads: their queue grows all the time, or
 * the slowest of all take over twice as long as with threads. */
static bool has_run_out(const struct summary_row *row)
{
    const struct comparison *comparison = &row->comparison;
    return comparison->doubts_b.overloaded > 0 ||
           (comparison->verdict == VERDICT_LOWER && comparison->ratio.value < 0.5);
}

/* "the loop's pool of 4 runs out at 3.8 calls at once (38,000/s, ...)"; or "holds up to" the most
 * that it had. */
static void write_pool(const struct selection *pools, size_t at, FILE *out)
{
    const struct trial_group *pool = pools->ways[at]->b;
    const struct summary_row *most = NULL;
    const struct summary_row *least_out = NULL;
    for (size_t i = 0; i < pools->first_way[pools->count]; i++) {
        const struct summary_row *row = pools->ways[i];
        double calls = calls_at_once(row->a);
        if (!tells_of_pool(row) ||
            arm_compare_ways(row->b->table, row->b->first, pool->table, pool->first) != 0)
            continue;
        if (has_run_out(row) && (!least_out || calls < calls_at_once(least_out->a)))
            least_out = row;
        if (!has_run_out(row) && (!most || calls > calls_at_once(most->a)))
            most = row;
    }
    const struct summary_row *told = least_out ? least_out : most;
    if (!told)
        return;
    text_separate(out);
    fprintf(out, "the loop's pool of %s %s ", group_text(pool, "pool_size"),
            least_out ? "runs out at" : "holds up to");
    fprintf(out, "%.2g calls at once (", calls_at_once(told->a));
    wording_write_load_short(told->a, out);
    fputs(", ", out);
    wording_write_work(told->a, out);
    fputc(')', out);
}

static bool is_first_of_pool(const struct selection *pools, size_t at)
{
    const struct trial_group *pool = pools->ways[at]->b;
    for (size_t i = 0; i < at; i++)
        if (arm_compare_ways(pools->ways[i]->b->table, pools->ways[i]->b->first, pool->table,
                             pool->first) == 0)
            return false;
    return true;
}

static void write_pools(const struct evidence *evidence, FILE *out)
{
    struct selection pools = question_select(&pooled_tail, evidence);
    for (size_t i = 0; i < pools.first_way[pools.count]; i++)
        if (is_first_of_pool(&pools, i))
            write_pool(&pools, i, out);
    selection_finish(&pools);
}

static int read_calls(struct tally *tallies, const struct evidence *evidence, struct error *error)
{
    struct tally *const family[] = {&tallies[CALLS], &tallies[LIBRARY]};
    int result = 0;
    for (size_t kind = 0; result == 0 && kind < KINDS; kind++) {
        tallies[kind].factor = HELD_UP;
        result = tally_add(&tallies[kind], evidence, &inline_calls[kind], error);
    }
    if (result == 0)
        tally_control(family, KINDS);
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
        ruling_add_votes(ruling, &tallies[kind], evidence, &inline_calls[kind],
                         kind == CALLS ? "p99 of the others" : "p99, each calls a library");
        tally_write_sides(&tallies[kind], evidence, &inline_calls[kind], ruling->condition);
        tally_write_absences(&tallies[kind], evidence, &inline_calls[kind], "left out",
                             ruling->condition);
    }
    write_pools(evidence, ruling->condition);
    fprintf(ruling->rests_on,
            "latency.csv: other_p99_ns of requests beside such as block, of threads and the loop "
            "that makes the same call itself, a vote for each setting, where a difference is one "
            "by a factor of %g; p99_ns where every request calls a store inline may contradict; "
            "the loop's pool beside it",
            HELD_UP);
    tally_write_test(ruling->rests_on);
}

int judge_compatibility(const struct evidence *evidence, struct ruling *ruling, struct error *error)
{
    struct tally calls[KINDS] = {{0}};
    int result = read_calls(calls, evidence, error);
    bool any = calls[CALLS].count + calls[LIBRARY].count > 0;
    for (size_t kind = 0; result == 0 && kind < KINDS; kind++)
        tally_write(&calls[kind], evidence, &inline_calls[kind], kinds[kind], ruling->figures);
    if (result == 0 && any)
        result = tally_write_beside(evidence, &pooled_calls, "beside, p99 of the others",
                                    ruling->figures, error);
    if (result == 0 && any)
        result = write_settings(evidence, ruling->figures, error);
    if (result == 0 && any)
        rule(calls, evidence, ruling);
    for (size_t kind = 0; kind < KINDS; kind++)
        tally_finish(&calls[kind]);
    return result;
}
