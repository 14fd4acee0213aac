/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/regressions.h"

#include "analysis/summary/doubt.h"
#include "analysis/summary/shift.h"
#include "analysis/words/arm.h"
#include "base/alloc.h"
#include "compare/entry_text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is left may be its good trials: a server that hangs in bad blocks looks no slower for it. */
static bool has_failed(const struct entry *entry)
{
    return (double)entry->failed >
           DOUBT_FAILED_SHARE * (double)(entry->failed + entry->client_trials);
}

/* Whether a failed row was to be that figure's, by what it says: some is known in the end only. */
static bool is_trial_of(const struct csv_table *trials, size_t row, const struct entry *entry)
{
    char name[ARM_NAME_SIZE];
    const char *at = entry->parameters;
    arm_name(trials, row, name, sizeof name);
    bool is = strcmp(name, entry->arm) == 0;
    while (is && *at) {
        char condition[128];
        size_t length = strcspn(at, " ");
        snprintf(condition, sizeof condition, "%.*s", (int)length, at);
        char *value = condition;
        const char *column = strsep(&value, "=");
        const char *cell = csv_cell(trials, row, csv_column(trials, column));
        is = *cell == '\0' || !value || strcmp(cell, value) == 0;
        at += length;
        at += strspn(at, " ");
    }
    return is;
}

/* Whether the run has trials of the figure, all of which failed: then it has no such figure. */
static bool has_only_failed(const struct recorded_run *run, const struct entry *entry)
{
    const struct csv_table *trials = NULL;
    if (recorded_run_table(run, experiment_list[entry->experiment].file, &trials, NULL) != 1)
        return false;
    for (size_t row = 0; row < csv_row_count(trials); row++)
        if (strcmp(csv_cell(trials, row, csv_column(trials, "valid")), "0") == 0 &&
            is_trial_of(trials, row, entry))
            return true;
    return false;
}

/* Whether trials fail of which the first run's did not. */
static bool is_broken(const struct watched *watched, const struct recorded_run *run)
{
    const struct entry *base = watched->base;
    if (!base || base->failed > 0)
        return false;
    return watched->now ? has_failed(watched->now) : has_only_failed(run, base);
}

/* Whether the run does not keep up with what the first one did. */
static bool is_behind(const struct entry *now, const struct entry *base)
{
    return base->overloaded == 0 && !base->withheld && 2 * now->overloaded > now->client_trials &&
           !compare_is_other_load(now, base);
}

/* Of what keeps a figure from a verdict, what stands first counts. */
static enum watched_state state_of(const struct watched *watched, const struct recorded_run *run)
{
    const struct entry *base = watched->base;
    const struct entry *now = watched->now;
    if (is_broken(watched, run))
        return WATCHED_BROKEN;
    if (!base || !now)
        return base ? WATCHED_GONE : WATCHED_NEW;
    if (entry_is_overloaded(base) || entry_is_overloaded(now))
        return is_behind(now, base) ? WATCHED_BEHIND : WATCHED_OVERLOADED;
    if (base->withheld || now->withheld)
        return WATCHED_WITHHELD;
    if (compare_is_other_load(now, base))
        return WATCHED_OTHER_LOAD;
    if (watched->ratio.blocks < STATISTICS_BLOCKS_MIN)
        return WATCHED_TOO_FEW;
    if (has_failed(base) || has_failed(now))
        return WATCHED_FAILED;
    if (!(watched->ratio.interval.low > 0))
        return WATCHED_NO_INTERVAL;
    /* Who looks worse may have been held back. */
    return !now->is_memory && entry_is_bound(now) ? WATCHED_BOUND : WATCHED_HOLDS;
}

static bool has_verdict(const struct watched *watched)
{
    return watched->state == WATCHED_HOLDS || watched->state == WATCHED_WORSE;
}

static double resolution_of(const struct watched *watched)
{
    return fmax(watched->base->resolution, watched->now->resolution);
}

/* Whether the interval lies beyond what is allowed, by more than the instrument resolves. */
static bool interval_is_beyond(const struct watched *watched, double allowed)
{
    double limit = allowed * (1 + resolution_of(watched));
    const struct interval *interval = &watched->ratio.interval;
    return watch_is_rate(watched->now) ? interval->high < 1 / limit : interval->low > limit;
}

static void watch_figure(struct watched *watched, const struct recorded_run *run, double allowed)
{
    watched->ratio = (struct estimate){NAN, INTERVAL_NONE, 0};
    watched->chance = 1;
    if (watched->base && watched->now)
        watched->ratio = figure_ratio(&watched->now->figure, &watched->base->figure);
    watched->state = state_of(watched, run);
    if (!has_verdict(watched))
        return;
    const struct figure *now = &watched->now->figure;
    const struct figure *base = &watched->base->figure;
    bool is_rate = watch_is_rate(watched->now);
    watched->chance = figure_beyond_chance(is_rate ? base : now, is_rate ? now : base, allowed,
                                           resolution_of(watched));
}

static void add_run(struct regressions *regressions, const struct comparison_of_runs *comparison,
                    const struct fail_on *fail_on, size_t machine)
{
    for (size_t i = 0; i < comparison->count; i++) {
        const struct compared_row *row = &comparison->rows[i];
        struct watched watched = {
            .watch = watch_of(row->entry),
            .machine = machine,
            .base = row->machines[0].entry,
            .now = row->machines[machine].entry,
        };
        if (watched.watch == WATCH_NONE || !(fail_on->allowed[watched.watch] > 0) ||
            (!watched.base && !watched.now))
            continue;
        watch_figure(&watched, comparison->machines.machines[machine].run,
                     fail_on->allowed[watched.watch]);
        regressions->list[regressions->count++] = watched;
    }
}

/* All figures with a verdict share one level of error; those without ask nothing. */
static void judge(struct regressions *regressions, const struct fail_on *fail_on)
{
    struct shift *shifts = alloc_array(regressions->count, sizeof *shifts);
    enum side *sides = alloc_array(regressions->count, sizeof *sides);
    size_t asked = 0;
    for (size_t i = 0; i < regressions->count; i++)
        if (has_verdict(&regressions->list[i]))
            shifts[asked++] = (struct shift){.p = {
                                                 [SIDE_LOWER] = 1,
                                                 [SIDE_HIGHER] = regressions->list[i].chance,
                                                 [SIDE_EQUAL] = 1,
                                             }};
    shift_control(shifts, asked, 1, sides);
    asked = 0;
    for (size_t i = 0; i < regressions->count; i++) {
        struct watched *watched = &regressions->list[i];
        if (has_verdict(watched) && sides[asked++] == SIDE_HIGHER &&
            interval_is_beyond(watched, fail_on->allowed[watched->watch]))
            watched->state = WATCHED_WORSE;
        regressions->states[watched->state]++;
    }
    free(shifts);
    free(sides);
}

void regressions_read(struct regressions *regressions, const struct comparison_of_runs *comparison,
                      const struct fail_on *fail_on)
{
    size_t room = comparison->count * comparison->machines.count;
    *regressions = (struct regressions){.list = alloc_array(room, sizeof *regressions->list)};
    for (size_t i = 1; i < comparison->machines.count; i++)
        add_run(regressions, comparison, fail_on, i);
    judge(regressions, fail_on);
}

enum watch regressions_unjudged(const struct regressions *regressions,
                                const struct comparison_of_runs *comparison,
                                const struct fail_on *fail_on, size_t *machine)
{
    for (size_t number = 1; number < comparison->machines.count; number++)
        for (enum watch watch = 0; watch < WATCH_COUNT; watch++) {
            bool judged = !(fail_on->allowed[watch] > 0);
            for (size_t i = 0; !judged && i < regressions->count; i++) {
                const struct watched *watched = &regressions->list[i];
                judged =
                    watched->machine == number && watched->watch == watch && has_verdict(watched);
            }
            *machine = number;
            if (!judged)
                return watch;
        }
    return WATCH_NONE;
}

const struct watched *regressions_first(const struct regressions *regressions,
                                        enum watched_state state)
{
    for (size_t i = 0; i < regressions->count; i++)
        if (regressions->list[i].state == state)
            return &regressions->list[i];
    return NULL;
}

void regressions_finish(struct regressions *regressions)
{
    free(regressions->list);
    *regressions = (struct regressions){.count = 0};
}

/* The worst that the guard leaves of the watched kinds. Flow's sizes are memory, too. */
static enum guard_level left_of(const struct guard *guard, const struct fail_on *fail_on)
{
    enum guard_level level = GUARD_COMPARABLE;
    if (fail_on->allowed[WATCH_LARGER] > 0)
        level = guard->memory;
    if ((fail_on->allowed[WATCH_SLOWER] > 0 || fail_on->allowed[WATCH_LATER] > 0) &&
        guard->time > level)
        level = guard->time;
    return level;
}

/* "kernel (6.1 | 6.6) and 2 more": the fields that take it. */
static void write_takers(const struct guard *guard, const struct fail_on *fail_on, char *text,
                         size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < guard->count; i++) {
        const struct guard_finding *finding = &guard->findings[i];
        struct guard alone = {.memory = finding->field->memory, .time = finding->field->time};
        if (left_of(&alone, fail_on) == GUARD_COMPARABLE)
            continue;
        if (count++ == 0)
            snprintf(text, size, "%s (%.40s | %.40s)", finding->field->name, finding->first,
                     finding->other);
    }
    size_t used = strlen(text);
    if (count > 1)
        snprintf(text + used, size - used, " and %zu more", count - 1);
}

int regressions_refuse(const struct comparison_of_runs *comparison, const struct fail_on *fail_on,
                       bool anyway, struct error *error)
{
    const struct compared_machine *machines = comparison->machines.machines;
    for (size_t i = 1; i < comparison->machines.count; i++) {
        const struct guard *guard = &comparison->guards[i];
        char takers[2 * GUARD_TEXT_SIZE] = "";
        if (compare_is_one_run(comparison, i))
            return error_set(error, -EINVAL, "%.200s is the run that it is held against",
                             machines[i].run->folder);
        if (anyway || left_of(guard, fail_on) == GUARD_COMPARABLE)
            continue;
        write_takers(guard, fail_on, takers, sizeof takers);
        return error_set(
            error, -EINVAL,
            "%.200s is not to be held against %.200s: they differ in %s; --anyway does "
            "so all the same",
            machines[i].run->folder, machines[0].run->folder, takers);
    }
    return 0;
}
