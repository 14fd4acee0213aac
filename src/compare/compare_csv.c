/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare.csv: a row for each figure and machine. */
#include "compare/compare.h"
#include "compare/entry_text.h"

#include "analysis/summary/derived.h"

static const char *const columns[] = {
    "experiment",
    "scenario",
    "metric",
    "unit",
    "parameters",
    "arm",
    "against",
    "machine",
    "run",
    "started_utc",
    "value",
    "ci_low",
    "ci_high",
    "blocks",
    "ratio_to_first",
    "ratio_ci_low",
    "ratio_ci_high",
    "comparable",
    "verdict",
    "client_bound",
    "failed_trials",
    "offered_per_second",
    "round_trip_p50_ns",
    "clock_read_ns",
    "gap_p999_ns",
    "tells",
    "factor_at_most",
    "overloaded",
    "offered_against_per_second",
    "utilisation",
    "utilisation_against",
};

/* The verdict about this machine's figure against the first one's. A ratio is neither good nor bad.
 */
static const char *verdict_of(const struct compared *compared)
{
    const struct entry *entry = compared->entry;
    if (entry->against && compared->verdict == VERDICT_LOWER)
        return "lower";
    if (entry->against && compared->verdict == VERDICT_HIGHER)
        return "higher";
    return verdict_text(compared->verdict, entry->kind);
}

/* In a sentence's words, for readers of the file alone. */
static const char *tells_text(const struct compared *compared)
{
    static const char *const texts[] = {
        [TELLS_NOTHING] = "",
        [TELLS_LOWER] = "lower",
        [TELLS_HIGHER] = "higher",
        [TELLS_WITHIN] = "differs by less than factor_at_most either way",
        [TELLS_CANNOT_TELL] = "cannot tell",
        [TELLS_TOO_FEW] = "too few blocks",
        [TELLS_NO_INTERVAL] = "no interval",
        [TELLS_OVERLOADED] = "overloaded",
        [TELLS_WITHHELD] = "withheld",
        [TELLS_OTHER_LOAD] = "other load",
        [TELLS_ONE_RUN] = "one run",
    };
    return texts[compared->telling];
}

static void set_machine(struct csv_writer *csv, const struct compared_machine *machine)
{
    csv_set_text(csv, "machine", machine->name);
    csv_set_text(csv, "run", machine->run->folder);
    csv_set_text(csv, "started_utc", machine->started);
    csv_set_double(csv, "round_trip_p50_ns",
                   machines_number(machine, "calibration.round_trip_p50_ns"));
    csv_set_double(csv, "clock_read_ns", machines_number(machine, "calibration.clock_read_ns"));
    csv_set_double(csv, "gap_p999_ns", machines_number(machine, "calibration.gap_p999_ns"));
}

static void set_entry(struct csv_writer *csv, const struct entry *entry)
{
    const struct estimate *figure = &entry->figure.estimate;
    csv_set_text(csv, "experiment", experiment_list[entry->experiment].name);
    csv_set_text(csv, "scenario", entry->scenario);
    csv_set_text(csv, "metric", entry->metric);
    csv_set_text(csv, "unit", entry->unit);
    csv_set_text(csv, "parameters", entry->parameters);
    csv_set_text(csv, "arm", entry->arm);
    csv_set_text(csv, "against", entry->against ? entry->against : "");
    if (entry_has_figure(entry)) {
        csv_set_double(csv, "value", figure->value);
        csv_set_double(csv, "ci_low", figure->interval.low);
        csv_set_double(csv, "ci_high", figure->interval.high);
    }
    csv_set_int64(csv, "blocks", (int64_t)figure->blocks);
    csv_set_int64(csv, "client_bound", (int64_t)entry->client_bound);
    csv_set_int64(csv, "failed_trials", (int64_t)entry->failed);
    csv_set_int64(csv, "overloaded", (int64_t)entry->overloaded);
    csv_set_double(csv, "offered_per_second", entry->offered_per_second);
    csv_set_double(csv, "offered_against_per_second", entry->offered_against);
    csv_set_double(csv, "utilisation", entry->utilisation);
    csv_set_double(csv, "utilisation_against", entry->utilisation_against);
}

static int write_compared(struct csv_writer *csv, const struct compared *compared,
                          const struct compared_machine *machine, bool is_first,
                          struct error *error)
{
    set_machine(csv, machine);
    set_entry(csv, compared->entry);
    if (is_first || compare_has_ratio(compared)) {
        csv_set_double(csv, "ratio_to_first", compared->ratio.value);
        csv_set_double(csv, "ratio_ci_low", compared->ratio.interval.low);
        csv_set_double(csv, "ratio_ci_high", compared->ratio.interval.high);
    }
    if (!is_first) {
        csv_set_text(csv, "tells", tells_text(compared));
        if (compare_has_ratio(compared))
            csv_set_double(csv, "factor_at_most", compared->factor);
        csv_set_text(csv, "comparable",
                     compared->telling == TELLS_ONE_RUN ? "one run"
                                                        : guard_level_text(compared->guard));
        csv_set_text(csv, "verdict", verdict_of(compared));
    }
    return csv_end_row(csv, error);
}

int compare_write(const struct comparison_of_runs *comparison, const char *folder,
                  struct error *error)
{
    struct derived file;
    int result = derived_begin(&file, folder, "compare.csv", columns,
                               sizeof columns / sizeof *columns, error);
    if (result < 0)
        return result;
    for (size_t i = 0; i < comparison->count; i++)
        for (size_t k = 0; result == 0 && k < comparison->machines.count; k++) {
            const struct compared *compared = &comparison->rows[i].machines[k];
            if (compared->entry)
                result = write_compared(file.csv, compared, &comparison->machines.machines[k],
                                        k == 0, error);
        }
    return derived_end(&file, result, error);
}
