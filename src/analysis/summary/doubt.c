/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/summary/doubt.h"

#include <stdlib.h>
#include <string.h>

/* A stall of the generator adds up to its own length to every request that was due in it: of what
 * lies beyond a quantile it may have made no more than this. */
#define STALL_SHARE 0.2

#define LATE_SHARE 0.1

/* What such a note has (measure/disturbance/contention.c); control flow has no column for it. */
#define CONTENDED "others used "

/* The generator prints no quantile with fewer beyond it (src/load). */
#define SAMPLES_MIN 100
#define EVENTS_MIN  10

/* A quantile, and the columns of the lateness and the service time nearest to it. */
struct level {
    const char *metric;
    double quantile;
    const char *lateness; /* NULL: of the others alone nobody counts it, and stalls have to say */
    const char *service;
    const char *excursions; /* NULL: not counted */
};

static const struct level levels[] = {
    {"p50", 0.5, "lateness_p99_ns", "service_p99_ns", NULL},
    {"p90", 0.9, "lateness_p99_ns", "service_p99_ns", NULL},
    {"p99", 0.99, "lateness_p99_ns", "service_p99_ns", "excursions_p99"},
    {"p999", 0.999, "lateness_p999_ns", "service_p999_ns", "excursions_p999"},
    {"p9999", 0.9999, "lateness_p999_ns", "service_p999_ns", NULL},
    {"other_p50", 0.5, NULL, NULL, NULL},
    {"other_p90", 0.9, NULL, NULL, NULL},
    {"other_p99", 0.99, NULL, NULL, NULL},
};

/* The level of a metric that is a quantile, else NULL. */
static const struct level *find_level(const struct metric *metric)
{
    static const char service[] = "service_";
    const char *name = metric->name;
    if (strncmp(name, service, sizeof service - 1) == 0)
        name += sizeof service - 1;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (strcmp(levels[i].metric, name) == 0)
            return &levels[i];
    return NULL;
}

bool doubt_is_quantile(const struct metric *metric)
{
    return find_level(metric);
}

/* Why the row's quantile was withheld. Returns 0 or -EBADMSG. */
static int add_reason(const struct csv_table *table, size_t row, const struct level *level,
                      struct withheld *withheld, struct error *error)
{
    double samples;
    double events;
    int events_column = level->excursions ? csv_column(table, level->excursions) : -1;
    int result = csv_number(table, row, csv_column(table, "samples"), &samples, error);
    if (result < 0)
        return result;
    if (result == 1 && samples * (1 - level->quantile) < SAMPLES_MIN) {
        withheld->few_samples++;
        return 0;
    }
    result = csv_number(table, row, events_column, &events, error);
    if (result == 1)
        withheld->few_events += events < EVENTS_MIN;
    return result < 0 ? result : 0;
}

int doubt_count_withheld(const struct trial_group *group, const struct metric *metric,
                         struct withheld *withheld, struct error *error)
{
    const struct level *level = find_level(metric);
    int column = csv_column(group->table, metric->column);
    *withheld = (struct withheld){0};
    for (size_t i = 0; level && column >= 0 && i < group->count; i++) {
        double value;
        int result = csv_number(group->table, group->rows[i], column, &value, error);
        if (result == 0) {
            withheld->trials++;
            result = add_reason(group->table, group->rows[i], level, withheld, error);
        }
        if (result < 0)
            return result;
    }
    return 0;
}

size_t doubt_count_contended(const struct trial_group *group)
{
    int column = csv_column(group->table, "note");
    size_t count = 0;
    for (size_t i = 0; i < group->count; i++)
        count += strstr(csv_cell(group->table, group->rows[i], column), CONTENDED) != NULL;
    return count;
}

int doubt_count_beyond(const struct trial_group *group, const char *column, const char *per,
                       double limit, size_t *count, struct error *error)
{
    struct observation *observations = NULL;
    int64_t found = group_observations(group, column, per, &observations, error);
    for (int64_t i = 0; i < found; i++)
        *count += observations[i].value > limit;
    free(observations);
    return found < 0 ? (int)found : 0;
}

/* Whether the row's `column` is more than `share` of its `per`; not where either is empty. Returns
 * 1 or 0, or -EBADMSG. */
static int exceeds(const struct trial_group *group, size_t row, const char *column, const char *per,
                   double share, struct error *error)
{
    double value;
    double whole;
    int result = csv_number(group->table, row, csv_column(group->table, column), &value, error);
    if (result == 1)
        result = csv_number(group->table, row, csv_column(group->table, per), &whole, error);
    return result == 1 ? value > share * whole : result;
}

/* Of a trial: a stall of one of several generators delays its own share of the requests. */
static double generators_of(const struct trial_group *group)
{
    int column = csv_column(group->table, "clients");
    double clients = column < 0 ? 0 : strtod(csv_cell(group->table, group->first, column), NULL);
    return clients > 1 ? clients : 1;
}

int doubt_count_late(const struct trial_group *group, const struct metric *metric, size_t *late,
                     struct error *error)
{
    const struct level *level = find_level(metric);
    bool closed = strcmp(group_text(group, "arrivals"), "closed") == 0;
    bool is_tail_of_others = level && !level->lateness && level->quantile >= 0.99;
    if (!level || is_tail_of_others || closed ||
        csv_column(group->table, "generator_stalled_seconds") < 0)
        return doubt_count_beyond(group, "lateness_p99_ns", "p99_ns", LATE_SHARE, late, error);
    for (size_t i = 0; i < group->count; i++) {
        int result = exceeds(group, group->rows[i], "generator_stalled_seconds", "duration_seconds",
                             STALL_SHARE * (1 - level->quantile) * generators_of(group), error);
        if (result == 0 && level->lateness)
            result =
                exceeds(group, group->rows[i], level->lateness, level->service, LATE_SHARE, error);
        if (result < 0)
            return result;
        *late += result == 1;
    }
    return 0;
}
