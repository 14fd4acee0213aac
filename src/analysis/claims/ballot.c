/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/claims/tally.h"

#include "analysis/summary/doubt.h"
#include "base/alloc.h"
#include "run/pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_open_loop(const struct summary_row *row)
{
    const char *arrivals = group_text(row->a, "arrivals");
    return arrivals[0] != '\0' && strcmp(arrivals, "closed") != 0;
}

static bool exceeds(size_t trials, size_t all, double share)
{
    return (double)trials > share * (double)all;
}

/* In any trial: to drop those alone would keep an arm's good blocks and forget its bad ones. */
static bool is_overloaded(const struct comparison *comparison)
{
    return comparison->doubts_a.overloaded > 0 || comparison->doubts_b.overloaded > 0;
}

static bool has_loaded_generator(const struct comparison *comparison)
{
    const struct doubts *a = &comparison->doubts_a;
    const struct doubts *b = &comparison->doubts_b;
    return exceeds(a->client_bound, a->trials, 0.5) || exceeds(b->client_bound, b->trials, 0.5);
}

/* The arm that looks slower may have been held back. */
static bool is_bound(const struct comparison *comparison)
{
    const struct doubts *slower =
        comparison->ratio.value < 1 ? &comparison->doubts_a : &comparison->doubts_b;
    return exceeds(slower->client_bound, slower->trials, 0.5);
}

/* Both arms did what the database does, whoever asks it: that they are alike says nothing of them.
 * What a request costs the server is not the database's. */
static bool is_store_bound(const struct summary_row *row)
{
    const struct doubts *a = &row->comparison.doubts_a;
    const struct doubts *b = &row->comparison.doubts_b;
    return (row->metric.kind == METRIC_RATE || doubt_is_quantile(&row->metric)) &&
           exceeds(a->store_bound, a->trials, 0.5) && exceeds(b->store_bound, b->trials, 0.5);
}

/* Rates for all are what ours sustain a share of. That both halves of another pair fall behind at
 * them says nothing of the two. */
static bool is_beyond_both(const struct summary_row *row)
{
    const struct doubts *a = &row->comparison.doubts_a;
    const struct doubts *b = &row->comparison.doubts_b;
    return exceeds(a->overloaded, a->trials, 0.5) && exceeds(b->overloaded, b->trials, 0.5) &&
           !pair_is_ours(pair_of_row(row->a->table, row->a->first));
}

/* Times of control flow are of waking each other up, which takes another time where a CPU is never
 * idle: threads win then what they lose on a quiet machine. A generator that others keep from its
 * CPU fails its trial; here there is none. */
static bool is_contended(const struct summary_row *row)
{
    const struct doubts *a = &row->comparison.doubts_a;
    const struct doubts *b = &row->comparison.doubts_b;
    return row->experiment == &experiment_list[EXPERIMENT_FLOW] &&
           (exceeds(a->contended, a->trials, 0.5) || exceeds(b->contended, b->trials, 0.5));
}

/* A trial fails where connections hang or the machine was not there: in bad blocks, and rarely of
 * both arms alike. A few may be left out; of many nobody knows what the rest stands for. */
static bool has_failed(const struct trial_group *trials)
{
    return exceeds(trials->failed, trials->count + trials->failed, DOUBT_FAILED_SHARE);
}

enum absence comparison_absence(const struct summary_row *row)
{
    const struct comparison *comparison = &row->comparison;
    bool tail = row->metric.kind == METRIC_TIME && is_open_loop(row);
    if (is_store_bound(row))
        return ABSENCE_STORE;
    if (tail && is_beyond_both(row))
        return ABSENCE_BEYOND;
    if (tail && is_overloaded(comparison))
        return ABSENCE_OVERLOADED;
    if (tail && has_loaded_generator(comparison))
        return ABSENCE_LOADED;
    if (comparison_is_withheld(comparison))
        return ABSENCE_FEW_EVENTS;
    if (has_failed(row->a) || has_failed(row->b))
        return ABSENCE_FAILED;
    if (comparison->ratio.blocks < STATISTICS_BLOCKS_MIN)
        return ABSENCE_FEW_BLOCKS;
    if (is_contended(row))
        return ABSENCE_CONTENDED;
    if (row->metric.kind == METRIC_RATE && is_bound(comparison))
        return ABSENCE_BOUND;
    return ABSENCE_NONE;
}

/* The same percentile from the actual send; NULL where there is none. */
static const struct metric *service_of(const struct summary_row *row)
{
    char name[64];
    snprintf(name, sizeof name, "service_%s", row->metric.name);
    return row->experiment->metrics ? experiment_metric(row->experiment, name) : NULL;
}

/* Lets service times have their say, or leaves the setting out where there are none. */
static int hear_service(struct evidence_of_way *way, const struct summary_row *row, double factor,
                        struct error *error)
{
    const struct metric *service = service_of(row);
    struct paired pairs = {0};
    way->in_doubt = true;
    int result = service ? paired_read(&pairs, row->a, row->b, service, error) : 0;
    if (result == 0 && pairs.count < STATISTICS_BLOCKS_MIN && way->absence == ABSENCE_NONE)
        way->absence = ABSENCE_LATE;
    if (result == 0)
        way->service =
            shift_test(pairs.a, pairs.b, pairs.count, factor, service ? service->resolution : 0);
    paired_finish(&pairs);
    return result;
}

/* Reads what the row's blocks say, with `pairs` for the caller to finish. */
static int read_way(struct evidence_of_way *way, const struct summary_row *row, double factor,
                    struct paired *pairs, struct error *error)
{
    int result = paired_read(pairs, row->a, row->b, &row->metric, error);
    if (result < 0)
        return result;
    *way = (struct evidence_of_way){.absence = comparison_absence(row)};
    way->own = shift_test(pairs->a, pairs->b, pairs->count, factor, row->metric.resolution);
    /* `late` counts the trials of both arms: more than half of them. */
    if (row->comparison.late > row->comparison.ratio.blocks)
        result = hear_service(way, row, factor, error);
    return result;
}

static int read_others(struct ballot *ballot, const struct summary_row *const *others, size_t count,
                       double factor, struct error *error)
{
    int result = 0;
    ballot->others = alloc_array(count, sizeof *ballot->others);
    for (size_t i = 0; result == 0 && i < count; i++) {
        struct paired pairs = {0};
        result = read_way(&ballot->others[i], others[i], factor, &pairs, error);
        paired_finish(&pairs);
        ballot->other_count++;
    }
    return result;
}

int ballot_read(struct ballot *ballot, const struct summary_row *row,
                const struct summary_row *const *others, size_t other_count, double factor,
                struct error *error)
{
    struct evidence_of_way best;
    struct ballot read = {
        .row = row,
        .loses = row->metric.kind == METRIC_RATE ? SIDE_LOWER : SIDE_HIGHER,
    };
    int result = read_way(&best, row, factor, &read.pairs, error);
    if (result == 0) {
        read.absence = best.absence;
        read.in_doubt = best.in_doubt;
        read.own = best.own;
        read.service = best.service;
    }
    if (result == 0 && other_count > 0)
        result = read_others(&read, others, other_count, factor, error);
    if (result < 0)
        ballot_finish(&read);
    else
        *ballot = read;
    return result;
}

/* Of one way, where both its figures must say so. */
static struct shift weigh_way(const struct shift *own, const struct shift *service, bool in_doubt,
                              double common, double common_service)
{
    struct shift weighed = *own;
    struct shift weighed_service = *service;
    shift_moderate(&weighed, common);
    shift_moderate(&weighed_service, common_service);
    return in_doubt ? shift_weaker(&weighed, &weighed_service) : weighed;
}

/* A way whose queue grew all the time is not the best one. Of another way that has no vote nobody
 * knows: then threads may be worse than the loop, and not better. */
static struct shift weigh_ways(const struct ballot *ballot, double common, double common_service)
{
    struct shift *ways = alloc_array(1 + ballot->other_count, sizeof *ways);
    bool is_open = false;
    size_t count = 1;
    ways[0] = weigh_way(&ballot->own, &ballot->service, ballot->in_doubt, common, common_service);
    for (size_t i = 0; i < ballot->other_count; i++) {
        const struct evidence_of_way *way = &ballot->others[i];
        if (way->absence == ABSENCE_NONE)
            ways[count++] =
                weigh_way(&way->own, &way->service, way->in_doubt, common, common_service);
        is_open |= way->absence != ABSENCE_NONE && way->absence != ABSENCE_OVERLOADED;
    }
    struct shift best = shift_of_best(ways, count, ballot->loses);
    if (is_open)
        best.p[ballot->loses == SIDE_LOWER ? SIDE_HIGHER : SIDE_LOWER] = best.p[SIDE_EQUAL] = 1;
    free(ways);
    return best;
}

void ballot_weigh(struct ballot *ballot, double common, double common_service)
{
    if (ballot->other_count > 0) {
        ballot->shift = weigh_ways(ballot, common, common_service);
        ballot->alone = weigh_ways(ballot, 0, 0);
        return;
    }
    ballot->shift =
        weigh_way(&ballot->own, &ballot->service, ballot->in_doubt, common, common_service);
    ballot->alone = weigh_way(&ballot->own, &ballot->service, ballot->in_doubt, 0, 0);
}

void ballot_finish(struct ballot *ballot)
{
    paired_finish(&ballot->pairs);
    free(ballot->others);
    *ballot = (struct ballot){0};
}
