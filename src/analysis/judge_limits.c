/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims about how many waiters there can be. */
#include "analysis/judge.h"
#include "analysis/machine_limits.h"
#include "analysis/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* "More than a few hundred." */
#define MANY 1000

/* Threads are impractical where they are worse than the loop by this factor: less is a price one
 * may choose to pay. */
#define IMPRACTICAL 4.0

/* How far a model got. */
struct reach {
    double largest;   /* waiters in a valid trial; 0 without any */
    double failed;    /* the fewest with which every trial failed; INFINITY when there are none */
    const char *note; /* why, as the trial says */
    const struct trial_group *at_largest; /* in memory.csv; NULL when reached elsewhere */
};

static int count_group(struct reach *reach, size_t experiment, const struct trial_group *group,
                       struct error *error)
{
    const char *column = experiment == EXPERIMENT_MEMORY ? "waiters_requested" : "connections";
    double waiters;
    int result =
        csv_number(group->table, group->first, csv_column(group->table, column), &waiters, error);
    if (result <= 0)
        return result;
    if (group->count > 0 && waiters > reach->largest) {
        reach->largest = waiters;
        reach->at_largest = experiment == EXPERIMENT_MEMORY ? group : NULL;
    }
    if (group->count == 0 && waiters < reach->failed) {
        reach->failed = waiters;
        reach->note = group_text(group, "note");
    }
    return 0;
}

static int find_reach(struct reach *reach, const struct evidence *evidence, const char *model,
                      struct error *error)
{
    *reach = (struct reach){.failed = INFINITY};
    int result = 0;
    for (size_t i = 0; i < EXPERIMENT_FLOW; i++) {
        const struct trial_groups *groups = &evidence->summary->sources[i].groups;
        for (size_t j = 0; result >= 0 && j < groups->count; j++)
            if (strcmp(group_text(&groups->groups[j], "model"), model) == 0 &&
                !summary_is_foreign(&groups->groups[j]))
                result = count_group(reach, i, &groups->groups[j], error);
    }
    return result;
}

static int write_reach(const struct reach *reach, const char *what, FILE *out, struct error *error)
{
    char text[UNITS_TEXT_SIZE];
    double spawn = NAN;
    text_separate(out);
    fprintf(out, "%s: largest count reached ", what);
    units_write_whole(reach->largest, out);
    if (reach->at_largest) {
        int result = group_median(reach->at_largest, "spawn_seconds", &spawn, error);
        if (result < 0)
            return result;
    }
    if (!isnan(spawn))
        fprintf(out, ", all there after %s", units_format_ns(spawn * 1e9, text));
    if (reach->failed < INFINITY) {
        fputs(", failed at ", out);
        units_write_whole(reach->failed, out);
        fprintf(out, " (%.120s)", reach->note);
    }
    return 0;
}

static bool has_many(const struct summary_row *row)
{
    return strtod(group_text(row->a, "connections"), NULL) >= MANY;
}

/* Of the comparisons at many connections: whether some are certainly beyond the factor, and whether
 * all are certainly within, none left out. */
struct many {
    size_t count;
    bool beyond;
    bool within;
};

static int compare_many(struct many *many, const struct evidence *evidence,
                        const struct question *question, bool lower_is_worse, struct error *error)
{
    struct selection selection = question_select(question, evidence);
    int result = 0;
    for (size_t i = 0; result >= 0 && i < selection.count; i++) {
        struct interval ratio;
        result = row_interval(selection.rows[i], evidence, 0.95, &ratio, error);
        many->within &= result > 0;
        if (result <= 0)
            continue;
        many->count++;
        many->beyond |= lower_is_worse ? ratio.high < 1 / IMPRACTICAL : ratio.low > IMPRACTICAL;
        many->within &= lower_is_worse ? ratio.low > 1 / IMPRACTICAL : ratio.high < IMPRACTICAL;
    }
    selection_finish(&selection);
    return result < 0 ? result : 0;
}

static enum claim_verdict decide_few_hundred(const struct many *many, const struct reach *threads)
{
    if (many->beyond || (threads->largest < MANY && threads->failed <= MANY))
        return CLAIM_REPRODUCED;
    return threads->largest >= MANY && many->count > 0 && many->within ? CLAIM_REFUTED
                                                                       : CLAIM_UNDECIDED;
}

int judge_threads_few_hundred(const struct evidence *evidence, struct ruling *ruling,
                              struct error *error)
{
    static const struct question rate = {EXPERIMENT_THROUGHPUT, "achieved", "echo", has_many};
    static const struct question p99 = {EXPERIMENT_LATENCY, "p99", "echo", has_many};
    struct reach threads;
    struct tally rates = {0};
    struct tally tails = {0};
    struct many many = {.within = true};
    int result = find_reach(&threads, evidence, "threads", error);
    if (result < 0 || (threads.largest == 0 && threads.failed == INFINITY))
        return result;
    result = write_reach(&threads, "threads", ruling->figures, error);
    if (result == 0)
        result = tally_add(&rates, evidence, &rate, error);
    if (result == 0)
        result = tally_add(&tails, evidence, &p99, error);
    if (result == 0)
        result = compare_many(&many, evidence, &rate, true, error);
    if (result == 0)
        result = compare_many(&many, evidence, &p99, false, error);
    if (result < 0)
        return result;
    tally_write(&rates, evidence, &rate, "requests/s at 1,000 connections and more",
                ruling->figures);
    tally_write(&tails, evidence, &p99, "p99 at 1,000 connections and more", ruling->figures);
    if (rates.total + tails.total == 0)
        fputs("; throughput and tail at 1,000 connections and more: not run", ruling->figures);
    ruling->verdict = decide_few_hundred(&many, &threads);
    fprintf(ruling->condition,
            "counted as impractical: failing below %d, or worse than the loop by a factor of %g",
            MANY, IMPRACTICAL);
    fputs("memory.csv: waiters and spawn_seconds; throughput.csv, latency.csv: echo-threads and "
          "echo-loop at 1,000 connections and more",
          ruling->rests_on);
    return 0;
}

/* No measurement shows that there is no bound. What it can show is that the loop goes as far as the
 * machine's limits on connections allow, and at least as far as threads. */
int judge_loop_unbounded(const struct evidence *evidence, struct ruling *ruling,
                         struct error *error)
{
    struct reach loop;
    struct reach threads;
    struct machine_limit limit;
    int result = find_reach(&loop, evidence, "loop", error);
    if (result == 0)
        result = find_reach(&threads, evidence, "threads", error);
    if (result < 0 || (loop.largest == 0 && loop.failed == INFINITY))
        return result;
    result = write_reach(&loop, "loop", ruling->figures, error);
    if (result == 0 && threads.largest > 0)
        result = write_reach(&threads, "threads", ruling->figures, error);
    if (result < 0)
        return result;
    if (loop.failed < INFINITY)
        ruling->verdict = threads.largest >= loop.failed ? CLAIM_REFUTED : CLAIM_UNDECIDED;
    else if (loop.largest >= 10 * MANY && loop.largest >= threads.largest)
        ruling->verdict = CLAIM_REPRODUCED;
    if (machine_limit_find(&limit, evidence->run_dir, "loop") == 1) {
        fprintf(ruling->condition, "bound here by %s, at ", limit.name);
        units_write_whole(limit.largest_waiters, ruling->condition);
        fputs(" connections", ruling->condition);
    }
    fputs("memory.csv, throughput.csv, latency.csv: largest valid count of echo-loop; "
          "machine.json: limits",
          ruling->rests_on);
    return 0;
}
