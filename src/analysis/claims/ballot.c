/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/claims/tally.h"

#include <stdio.h>
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

static enum absence find_absence(const struct ballot *ballot)
{
    const struct comparison *comparison = &ballot->row->comparison;
    bool tail = ballot->row->metric.kind == METRIC_TIME && is_open_loop(ballot->row);
    if (tail && is_overloaded(comparison))
        return ABSENCE_OVERLOADED;
    if (tail && has_loaded_generator(comparison))
        return ABSENCE_LOADED;
    if (comparison_is_withheld(comparison))
        return ABSENCE_FEW_EVENTS;
    if (ballot->pairs.count < STATISTICS_BLOCKS_MIN)
        return ABSENCE_FEW_BLOCKS;
    if (ballot->row->metric.kind == METRIC_RATE && is_bound(comparison))
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
static int hear_service(struct ballot *ballot, double factor, struct error *error)
{
    const struct metric *service = service_of(ballot->row);
    struct paired pairs = {0};
    ballot->in_doubt = true;
    int result = service ? paired_read(&pairs, ballot->row->a, ballot->row->b, service, error) : 0;
    if (result == 0 && pairs.count < STATISTICS_BLOCKS_MIN && ballot->absence == ABSENCE_NONE)
        ballot->absence = ABSENCE_LATE;
    if (result == 0)
        ballot->service =
            shift_test(pairs.a, pairs.b, pairs.count, factor, service ? service->resolution : 0);
    paired_finish(&pairs);
    return result;
}

int ballot_read(struct ballot *ballot, const struct summary_row *row, double factor,
                struct error *error)
{
    struct ballot read = {.row = row};
    int result = paired_read(&read.pairs, row->a, row->b, &row->metric, error);
    if (result < 0)
        return result;
    read.absence = find_absence(&read);
    read.own =
        shift_test(read.pairs.a, read.pairs.b, read.pairs.count, factor, row->metric.resolution);
    /* `late` counts the trials of both arms: more than half of them. */
    if (row->comparison.late > row->comparison.ratio.blocks)
        result = hear_service(&read, factor, error);
    if (result < 0)
        ballot_finish(&read);
    else
        *ballot = read;
    return result;
}

void ballot_finish(struct ballot *ballot)
{
    paired_finish(&ballot->pairs);
    *ballot = (struct ballot){0};
}
