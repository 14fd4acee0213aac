/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/load_charts.h"

#include "analysis/words/load_kind.h"
#include "report/charts/arm_rows.h"
#include "report/charts/load_selection.h"

#include <math.h>

enum { SPECTRUM_LIGHT, SPECTRUM_WORK, SPECTRUM_UNEQUAL, SPECTRUM_KINDS, SPECTRUM_NONE };

static int spectrum_kind(const struct csv_table *trials, size_t row)
{
    struct load_kind kind;
    load_kind_read(&kind, trials, row);
    if (load_kind_is_light(&kind))
        return SPECTRUM_LIGHT;
    if (load_kind_is_plain(&kind))
        return SPECTRUM_WORK;
    return load_kind_is_unequal(&kind) ? SPECTRUM_UNEQUAL : SPECTRUM_NONE;
}

static double slow_us(const struct csv_table *trials, size_t row)
{
    struct load_kind kind;
    load_kind_read(&kind, trials, row);
    return load_kind_slow_us(&kind);
}

/* The unequal work that is farthest from equal: its slow requests are the slowest. */
static void keep_slowest(const struct csv_table *trials, bool *kept)
{
    double slowest = 0;
    for (size_t row = 0; row < csv_row_count(trials); row++)
        if (kept[row] && slow_us(trials, row) > slowest)
            slowest = slow_us(trials, row);
    for (size_t row = 0; row < csv_row_count(trials); row++) {
        double slow = slow_us(trials, row);
        if (slow > 0 && numbers_differ(slow, slowest))
            kept[row] = false;
    }
}

/* Rates at which a trial of some arm was overloaded are no tail. */
static void drop_overloaded_rates(const struct csv_table *trials, bool *kept)
{
    double rates[64];
    size_t count = 0;
    for (size_t row = 0; row < csv_row_count(trials); row++) {
        double rate = row_number(trials, row, "offered_per_second");
        if (!kept[row] || !(row_number(trials, row, "overloaded") > 0))
            continue;
        size_t i = 0;
        while (i < count && numbers_differ(rates[i], rate))
            i++;
        if (i == count && count < sizeof rates / sizeof rates[0])
            rates[count++] = rate;
    }
    for (size_t row = 0; row < csv_row_count(trials); row++)
        for (size_t i = 0; i < count; i++)
            if (!numbers_differ(row_number(trials, row, "offered_per_second"), rates[i]))
                kept[row] = false;
}

/* The lowest and the highest sustained rate, the tail at ease and in haste, and the highest with
 * work, whose rates are others. */
static void select_spectrum(const struct csv_table *trials, bool *kept)
{
    keep_equal_rate(trials, kept);
    keep_awake(trials, kept);
    keep_slowest(trials, kept);
    drop_overloaded_rates(trials, kept);
    double low = INFINITY;
    double high[SPECTRUM_KINDS] = {0};
    for (size_t row = 0; row < csv_row_count(trials); row++) {
        double rate = row_number(trials, row, "offered_per_second");
        int kind = spectrum_kind(trials, row);
        if (kept[row] && kind < SPECTRUM_KINDS && rate > high[kind])
            high[kind] = rate;
        if (kept[row] && kind == SPECTRUM_LIGHT && rate < low)
            low = rate;
    }
    for (size_t row = 0; row < csv_row_count(trials); row++) {
        double rate = row_number(trials, row, "offered_per_second");
        int kind = spectrum_kind(trials, row);
        if (kind == SPECTRUM_NONE || (numbers_differ(rate, high[kind]) &&
                                      (kind != SPECTRUM_LIGHT || numbers_differ(rate, low))))
            kept[row] = false;
    }
}

static const char *const spectrum_keys[] = {
    "work_slow_us",    "work_slow_every", "work_cpu_us",        "work_stack_bytes",
    "work_heap_bytes", "hold_bytes",      "offered_per_second", NULL,
};
static const char *const quantile_keys[] = {"quantile", NULL};
static const struct chart_value spectrum_values[] = {
    {"latency_ns", NULL, "latency", "ns"},
    {NULL, NULL, NULL, NULL},
};

const struct line_chart chart_latency_spectrum = {
    .name = "latency-spectrum",
    .source = "latency-spectrum.csv",
    .conditions = "latency.csv",
    .arm_columns = arm_columns,
    .panel_keys = spectrum_keys,
    .option_keys = load_kind_option_columns,
    .point_keys = quantile_keys,
    .values = spectrum_values,
    .is_latency = true,
    .select = select_spectrum,
    .name_panel = name_work,
    .nothing = "has no valid row of a sustained rate",
};
