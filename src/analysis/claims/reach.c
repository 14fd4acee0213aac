/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a model got. */
#include "analysis/claims/judge.h"
#include "analysis/words/units.h"
#include "base/alloc.h"
#include "run/model.h"

#include <math.h>
#include <stdlib.h>

static int waiters_of(size_t experiment, const struct trial_group *group, double *waiters,
                      struct error *error)
{
    const char *column = experiment == EXPERIMENT_MEMORY ? "waiters_requested" : "connections";
    return csv_number(group->table, group->first, csv_column(group->table, column), waiters, error);
}

typedef void count_group(struct reach *reach, size_t experiment, const struct trial_group *group,
                         double waiters);

static void count_reached(struct reach *reach, size_t experiment, const struct trial_group *group,
                          double waiters)
{
    if (group->count == 0 || waiters <= reach->largest)
        return;
    reach->largest = waiters;
    reach->at_largest = experiment == EXPERIMENT_MEMORY ? group : NULL;
}

/* Trials with fewer than it had elsewhere did not fail for being so many. */
static void count_failed(struct reach *reach, size_t experiment, const struct trial_group *group,
                         double waiters)
{
    (void)experiment;
    if (group->count > 0 || waiters <= reach->largest || waiters >= reach->failed)
        return;
    reach->failed = waiters;
    reach->note = group_text(group, "note");
}

static int count_groups(struct reach *reach, const struct evidence *evidence, enum model model,
                        count_group *count, struct error *error)
{
    int result = 0;
    for (size_t i = 0; i < EXPERIMENT_FLOW; i++) {
        const struct trial_groups *groups = &evidence->summary->sources[i].groups;
        for (size_t j = 0; result >= 0 && j < groups->count; j++) {
            const struct trial_group *group = &groups->groups[j];
            double waiters = 0;
            if (!model_is(group_text(group, "model"), model) ||
                !trials_are_of(group, CLAIM_OF_WAITING) || !trials_are_of_pair(group, evidence))
                continue;
            result = waiters_of(i, group, &waiters, error);
            if (result > 0)
                count(reach, i, group, waiters);
        }
    }
    return result < 0 ? result : 0;
}

int reach_find(struct reach *reach, const struct evidence *evidence, enum model model,
               struct error *error)
{
    *reach = (struct reach){.failed = INFINITY};
    int result = count_groups(reach, evidence, model, count_reached, error);
    return result == 0 ? count_groups(reach, evidence, model, count_failed, error) : result;
}

bool reach_is_known(const struct reach *reach)
{
    return reach->largest > 0 || reach->failed < INFINITY;
}

int group_median(const struct trial_group *group, const char *column, double *median,
                 struct error *error)
{
    struct observation *observations;
    int64_t count = group_observations(group, column, NULL, &observations, error);
    if (count < 0)
        return (int)count;
    double *values = alloc_array((size_t)count, sizeof *values);
    for (int64_t i = 0; i < count; i++)
        values[i] = observations[i].value;
    *median = statistics_median(values, (size_t)count);
    free(values);
    free(observations);
    return 0;
}

int reach_write(const struct reach *reach, const char *what, FILE *out, struct error *error)
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
