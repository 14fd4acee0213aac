/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/claims/blocking_words.h"

#include "analysis/claims/judge.h"
#include "analysis/words/arm.h"
#include "analysis/words/load_kind.h"
#include "analysis/words/units.h"
#include "analysis/words/wording.h"
#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double number(const struct trial_group *group, const char *column)
{
    return strtod(group_text(group, column), NULL);
}

bool blocking_is_asked_alike(const struct summary_row *row)
{
    return strcmp(group_text(row->a, "arrivals"), "closed") != 0 &&
           !summary_at_equal_utilisation(row->a) && number(row->a, "idle") <= 0;
}

bool blocking_is_pooled(const struct summary_row *row)
{
    return blocking_is_asked_alike(row) && strcmp(group_text(row->b, "block_call"), "pool") == 0;
}

static const struct question pooled_tail = {
    .experiment = EXPERIMENT_LATENCY,
    .metric = "p999",
    .of = CLAIM_OF_BLOCKING,
    .keep = blocking_is_pooled,
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

/* Runs from before it was measured have none. Returns 1, 0 or -EBADMSG. */
static int has_p90(const struct trial_group *trials, struct error *error)
{
    struct observation *observations = NULL;
    if (csv_column(trials->table, "other_p90_ns") < 0)
        return 0;
    int64_t count = group_observations(trials, "other_p90_ns", NULL, &observations, error);
    if (count >= 0)
        free(observations);
    return count < 0 ? (int)count : count > 0;
}

/* "loop calling inline 3.53 ms (...) and 21.4 ms (...)"; ", overloaded in 6 of 6 trials" */
static int write_arm(const struct trial_group *trials, bool with_p90, FILE *out,
                     struct error *error)
{
    char way[ARM_WORDS_SIZE];
    size_t overloaded;
    arm_way_in_words(trials->table, trials->first, way, sizeof way);
    fprintf(out, "%s%s%s ", group_text(trials, "model"), *way ? " " : "", way);
    int result = write_median(trials, "other_p50_ns", out, error);
    if (result == 0 && with_p90) {
        fputs(", ", out);
        result = write_median(trials, "other_p90_ns", out, error);
    }
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
static int write_arms(const struct selection *all, const struct summary_row *row, bool with_p90,
                      FILE *out, struct error *error)
{
    int result = write_arm(row->a, with_p90, out, error);
    for (size_t i = 0; result == 0 && i < all->first_way[all->count]; i++)
        if (all->ways[i]->a == row->a) {
            fputs(", ", out);
            result = write_arm(all->ways[i]->b, with_p90, out, error);
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

int blocking_write_settings(const struct evidence *evidence, FILE *out, struct error *error)
{
    static const struct question every = {
        .experiment = EXPERIMENT_LATENCY,
        .metric = "other_p50",
        .of = CLAIM_OF_BLOCKING,
        .keep = blocking_is_asked_alike,
    };
    struct selection all = question_select(&every, evidence);
    int result = 0;
    if (all.count > 0)
        qsort(all.rows, all.count, sizeof *all.rows, compare_settings);
    for (size_t i = 0; result == 0 && i < all.count; i++) {
        const struct trial_group *trials = all.rows[i]->a;
        int with_p90 = has_p90(trials, error);
        if (with_p90 < 0) {
            result = with_p90;
            break;
        }
        text_separate(out);
        wording_write_work(trials, out);
        fputs(", at ", out);
        wording_write_load_short(trials, out);
        fprintf(out, ", %.2g calls at once, p50%s and p99 of the others: ", calls_at_once(trials),
                with_p90 ? ", p90" : "");
        result = write_arms(&all, all.rows[i], with_p90 > 0, out, error);
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

void blocking_write_pools(const struct evidence *evidence, FILE *out)
{
    struct selection pools = question_select(&pooled_tail, evidence);
    for (size_t i = 0; i < pools.first_way[pools.count]; i++)
        if (is_first_of_pool(&pools, i))
            write_pool(&pools, i, out);
    selection_finish(&pools);
}
