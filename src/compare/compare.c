/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/compare.h"

#include "analysis/words/units.h"
#include "base/alloc.h"
#include "compare/entry_text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Offered rates that differ by more are another question: latency rises with load. */
#define RATE_MARGIN 0.05

/* Two arms of one machine answer the same question on another machine at another rate, if it keeps
 * them as busy: within this factor. (A share is one of what the slowest arm sustains, so that the
 * same share of two runs may leave an arm idle in one of them.) */
#define LOAD_FACTOR 2.0

/* What is left of a figure's kind when the two runs differ as `guard` found. */
static enum guard_level level_of(const struct guard *guard, const struct entry *entry)
{
    enum guard_level level = entry->is_memory ? guard->memory : guard->time;
    if (level == GUARD_RATIOS_ONLY && entry->against)
        return GUARD_COMPARABLE;
    return level;
}

/* Rates or shares; what one of the two does not have does not differ. */
static double times_apart(double a, double b)
{
    return a > 0 && b > 0 ? fmax(a / b, b / a) : 1;
}

static double rates_apart(const struct entry *a, const struct entry *b)
{
    return fmax(times_apart(a->offered_per_second, b->offered_per_second),
                times_apart(a->offered_against, b->offered_against));
}

bool compare_rates_differ(const struct entry *first, const struct entry *other)
{
    return rates_apart(first, other) > 1 + RATE_MARGIN;
}

static bool has_utilisation(const struct entry *pair)
{
    return pair->utilisation > 0 && pair->utilisation_against > 0;
}

bool compare_is_other_load(const struct entry *entry, const struct entry *first)
{
    if (!entry->against || !compare_rates_differ(first, entry))
        return compare_rates_differ(first, entry);
    if (!has_utilisation(entry) || !has_utilisation(first))
        return rates_apart(entry, first) > LOAD_FACTOR;
    return times_apart(entry->utilisation, first->utilisation) > LOAD_FACTOR ||
           times_apart(entry->utilisation_against, first->utilisation_against) > LOAD_FACTOR;
}

/* How far from 1 the interval reaches, either way. */
static double factor_of(const struct interval *interval)
{
    return interval->low > 0 ? fmax(interval->high, 1 / interval->low) : NAN;
}

static enum telling tell(const struct compared *compared, const struct entry *first)
{
    if (entry_is_overloaded(compared->entry) || entry_is_overloaded(first))
        return TELLS_OVERLOADED;
    if (compared->entry->withheld || first->withheld)
        return TELLS_WITHHELD;
    if (compare_is_other_load(compared->entry, first))
        return TELLS_OTHER_LOAD;
    if (isnan(compared->ratio.interval.low))
        return compared->ratio.blocks < STATISTICS_BLOCKS_MIN ? TELLS_TOO_FEW : TELLS_NO_INTERVAL;
    switch (compared->verdict) {
    case VERDICT_LOWER:
        return TELLS_LOWER;
    case VERDICT_HIGHER:
        return TELLS_HIGHER;
    case VERDICT_NO_DIFFERENCE:
        return compared->factor <= COMPARE_FACTOR_MAX ? TELLS_WITHIN : TELLS_CANNOT_TELL;
    default:
        return TELLS_NOTHING;
    }
}

static void compare_entry(struct compared *compared, const struct entry *first,
                          const struct guard *guard)
{
    const struct entry *entry = compared->entry;
    compared->ratio = figure_ratio(&entry->figure, &first->figure);
    compared->guard = level_of(guard, entry);
    if (compared->guard == GUARD_COMPARABLE && compare_is_other_load(entry, first))
        compared->guard = entry->against ? GUARD_NOT_COMPARABLE : GUARD_RATIOS_ONLY;
    if (compared->guard == GUARD_COMPARABLE && entry_has_figure(entry) && entry_has_figure(first))
        compared->verdict =
            statistics_verdict(&compared->ratio, fmax(entry->resolution, first->resolution));
    compared->factor = factor_of(&compared->ratio.interval);
    compared->telling = tell(compared, first);
}

static void fill_row(struct comparison_of_runs *comparison, struct compared_row *row)
{
    const char *key = row->entry->key;
    for (size_t i = 0; i < comparison->machines.count; i++) {
        struct compared *compared = &row->machines[i];
        compared->entry = entries_find(&comparison->entries[i], key);
        compared->ratio = (struct estimate){NAN, INTERVAL_NONE, 0};
        compared->factor = NAN;
        const struct entry *first = row->machines[0].entry;
        if (i == 0 && first)
            compared->ratio = (struct estimate){1, INTERVAL_NONE, first->figure.estimate.blocks};
        else if (compared->entry && first && compare_is_one_run(comparison, i))
            compared->telling = TELLS_ONE_RUN;
        else if (compared->entry && first)
            compare_entry(compared, first, &comparison->guards[i]);
    }
}

static bool has_row(const struct comparison_of_runs *comparison, const char *key)
{
    for (size_t i = 0; i < comparison->count; i++)
        if (strcmp(comparison->rows[i].entry->key, key) == 0)
            return true;
    return false;
}

static void add_rows(struct comparison_of_runs *comparison, const struct entries *entries,
                     int experiment, size_t *capacity)
{
    for (size_t i = 0; i < entries->count; i++) {
        const struct entry *entry = &entries->entries[i];
        if (entry->experiment != experiment || has_row(comparison, entry->key))
            continue;
        comparison->rows =
            alloc_grow(comparison->rows, comparison->count, capacity, sizeof *comparison->rows);
        struct compared_row *row = &comparison->rows[comparison->count++];
        *row = (struct compared_row){.entry = entry};
        fill_row(comparison, row);
    }
}

/* By experiment; within one in the order of the first run, and what only others have at its end. */
static void make_rows(struct comparison_of_runs *comparison)
{
    size_t capacity = 0;
    for (int experiment = 0; experiment < EXPERIMENT_COUNT; experiment++)
        for (size_t i = 0; i < comparison->machines.count; i++)
            add_rows(comparison, &comparison->entries[i], experiment, &capacity);
}

int compare_read(struct comparison_of_runs *comparison, const struct recorded_run *const *runs,
                 size_t count, struct error *error)
{
    *comparison = (struct comparison_of_runs){.count = 0};
    int result = machines_read(&comparison->machines, runs, count, error);
    const struct compared_machine *machines = comparison->machines.machines;
    bool by_share = true;
    for (size_t i = 0; result == 0 && i < count; i++) {
        int shares = entries_have_shares(runs[i], error);
        by_share = by_share && shares == 1;
        result = shares < 0 ? shares : 0;
    }
    for (size_t i = 0; result == 0 && i < count; i++) {
        guard_judge(&comparison->guards[i], machines[0].json, machines[i].json);
        /* A seed of its own, so that the runs' resamples are independent. */
        result = entries_read(&comparison->entries[i], runs[i], i + 1, by_share, error);
    }
    if (result < 0) {
        compare_finish(comparison);
        return result;
    }
    make_rows(comparison);
    verdicts_read(&comparison->verdicts, &comparison->machines);
    return 0;
}

enum guard_level compare_overall(const struct comparison_of_runs *comparison)
{
    enum guard_level worst = GUARD_COMPARABLE;
    for (size_t i = 1; i < comparison->machines.count; i++) {
        enum guard_level level = guard_overall(&comparison->guards[i]);
        worst = level > worst ? level : worst;
    }
    return worst;
}

bool compare_is_one_run(const struct comparison_of_runs *comparison, size_t number)
{
    return comparison->machines.machines[number].repeats == 0;
}

const char *compare_overall_text(const struct comparison_of_runs *comparison)
{
    for (size_t i = 1; i < comparison->machines.count; i++)
        if (!compare_is_one_run(comparison, i))
            return guard_level_text(compare_overall(comparison));
    return "one run";
}

size_t compare_other_loads(const struct comparison_of_runs *comparison, size_t number, bool pairs,
                           char *first, char *other)
{
    size_t count = 0;
    double most = 0;
    for (size_t i = 0; i < comparison->count; i++) {
        const struct compared_row *row = &comparison->rows[i];
        if (row->machines[number].telling != TELLS_OTHER_LOAD ||
            pairs != (row->entry->against != NULL))
            continue;
        const struct entry *of_first = row->machines[0].entry;
        const struct entry *of_other = row->machines[number].entry;
        count++;
        if (rates_apart(of_first, of_other) <= most)
            continue;
        most = rates_apart(of_first, of_other);
        units_format_count(of_first->offered_per_second, first);
        units_format_count(of_other->offered_per_second, other);
    }
    return count;
}

bool compare_has_ratio(const struct compared *compared)
{
    return !isnan(compared->ratio.interval.low) && compared->telling != TELLS_OVERLOADED &&
           compared->telling != TELLS_WITHHELD;
}

bool compare_tells_workload(const struct comparison_of_runs *comparison, const struct entry *entry)
{
    if (entry->experiment == EXPERIMENT_FLOW)
        return true;
    for (size_t i = 0; i < comparison->count; i++) {
        const struct entry *other = comparison->rows[i].entry;
        if (other->experiment != EXPERIMENT_FLOW && strcmp(other->workload, entry->workload) != 0)
            return true;
    }
    return false;
}

const char *compare_word(const struct compared *compared, char *text)
{
    static const char *const words[] = {
        [TELLS_NOTHING] = "",
        [TELLS_LOWER] = "lower",
        [TELLS_HIGHER] = "higher",
        [TELLS_WITHIN] = "within",
        [TELLS_CANNOT_TELL] = "cannot tell",
        [TELLS_TOO_FEW] = "too few blocks",
        [TELLS_NO_INTERVAL] = "no interval",
        [TELLS_OVERLOADED] = "overloaded",
        [TELLS_WITHHELD] = "withheld",
        [TELLS_OTHER_LOAD] = "other load",
        [TELLS_ONE_RUN] = "one run",
    };
    const char *word = words[compared->telling];
    /* Upwards, so that the interval lies within what is said. */
    double steps = compared->factor < 1.1 ? 100 : 10;
    if (compared->telling == TELLS_WITHIN)
        snprintf(text, COMPARE_WORD_SIZE, "%s %.3g", word,
                 fmax(ceil(steps * compared->factor) / steps, 1.01));
    else
        snprintf(text, COMPARE_WORD_SIZE, "%s", word);
    return text;
}

void compare_finish(struct comparison_of_runs *comparison)
{
    for (size_t i = 0; i < MACHINES_MAX; i++)
        entries_finish(&comparison->entries[i]);
    verdicts_finish(&comparison->verdicts);
    free(comparison->rows);
    comparison->rows = NULL;
    comparison->count = 0;
}
