/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/trial_charts.h"

#include "report/arm_rows.h"
#include "report/run_files.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Not measured counts as 0 here; a cell that is no number is found when its figure is read. */
static double number(const struct csv_table *trials, size_t row, const char *column)
{
    return strtod(run_cell(trials, row, column), NULL);
}

static bool differs(double a, double b)
{
    return a < b || a > b;
}

/* Clears `kept` where the column is not the one value that most kept rows have. */
static void keep_commonest(const struct csv_table *trials, const char *column, bool *kept)
{
    size_t rows = csv_row_count(trials);
    size_t best_count = 0;
    double best = 0;
    for (size_t row = 0; row < rows; row++) {
        double value = number(trials, row, column);
        size_t count = 0;
        for (size_t other = row; kept[row] && other < rows; other++)
            count += kept[other] && !differs(number(trials, other, column), value);
        if (count > best_count) {
            best_count = count;
            best = value;
        }
    }
    for (size_t row = 0; row < rows; row++)
        if (differs(number(trials, row, column), best))
            kept[row] = false;
}

/* One line per model and stack size reads well, twenty do not: waiters that never spoke, with
 * jemalloc, or with libc's malloc where it is the only one. The bill has all the others. */
static void select_growth(const struct csv_table *trials, bool *kept)
{
    size_t rows = csv_row_count(trials);
    bool has_jemalloc = false;
    for (size_t row = 0; row < rows; row++)
        has_jemalloc |= kept[row] && strcmp(run_cell(trials, row, "allocator"), "jemalloc") == 0;
    for (size_t row = 0; row < rows; row++) {
        bool libc = strcmp(run_cell(trials, row, "allocator"), "libc") == 0;
        if ((has_jemalloc && libc && arm_is_ours(trials, row)) || number(trials, row, "warm") > 0 ||
            number(trials, row, "hold_bytes") > 0)
            kept[row] = false;
    }
}

static const char *const waiter_keys[] = {"waiters_requested", NULL};
static const struct chart_value growth_values[] = {
    {"total_bytes", NULL, "total", "bytes"},
    {"rss_bytes", NULL, "resident", "bytes"},
    {NULL, NULL, NULL, NULL},
};

const struct line_chart chart_memory_growth = {
    .name = "memory-growth",
    .source = "memory.csv",
    .arm_columns = arm_columns,
    .point_keys = waiter_keys,
    .values = growth_values,
    .select = select_growth,
};

static const char *const work_keys[] = {
    "work_cpu_us",
    "work_stack_bytes",
    "work_heap_bytes",
    NULL,
};
static const char *const active_keys[] = {"active", NULL};
static const struct chart_value throughput_values[] = {
    {"achieved_per_second", NULL, "achieved", "per_second"},
    {"server_cpu_seconds", "samples", "server_cpu", "seconds_per_request"},
    {"client_bound", NULL, "client_bound", "share"},
    {NULL, NULL, NULL, NULL},
};

const struct line_chart chart_throughput = {
    .name = "throughput",
    .source = "throughput.csv",
    .arm_columns = arm_columns,
    .panel_keys = work_keys,
    .point_keys = active_keys,
    .values = throughput_values,
};

static bool does_work(const struct csv_table *trials, size_t row)
{
    return number(trials, row, "work_cpu_us") > 0;
}

/* Only where every connection was busy: sleepers have a chart of their own. */
static void select_awake(const struct csv_table *trials, bool *kept)
{
    for (size_t row = 0; row < csv_row_count(trials); row++)
        if (number(trials, row, "idle") > 0)
            kept[row] = false;
    keep_commonest(trials, "active", kept);
}

static void select_load(const struct csv_table *trials, bool *kept)
{
    select_awake(trials, kept);
    keep_commonest(trials, "work_cpu_us", kept);
}

/* The lowest and the highest rate, the tail at ease and in haste, and the highest with work, whose
 * rates are others. */
static void select_spectrum(const struct csv_table *trials, bool *kept)
{
    select_awake(trials, kept);
    size_t rows = csv_row_count(trials);
    double low = INFINITY;
    double high[2] = {0, 0}; /* without and with work */
    for (size_t row = 0; row < rows; row++) {
        double rate = number(trials, row, "offered_per_second");
        bool works = does_work(trials, row);
        if (kept[row] && rate > high[works])
            high[works] = rate;
        if (kept[row] && !works && rate < low)
            low = rate;
    }
    for (size_t row = 0; row < rows; row++) {
        double rate = number(trials, row, "offered_per_second");
        bool works = does_work(trials, row);
        if (differs(rate, high[works]) && (works || differs(rate, low)))
            kept[row] = false;
    }
}

static const char *const rate_keys[] = {"offered_per_second", NULL};
static const char *const rate_work_keys[] = {
    "work_cpu_us", "work_stack_bytes", "work_heap_bytes", "offered_per_second", NULL,
};
static const char *const quantile_keys[] = {"quantile", NULL};
static const struct chart_value spectrum_values[] = {
    {"latency_ns", NULL, "latency", "ns"},
    {NULL, NULL, NULL, NULL},
};

const struct line_chart chart_latency_spectrum = {
    .name = "latency-spectrum",
    .source = "latency-spectrum.csv",
    .arm_columns = arm_columns,
    .panel_keys = rate_work_keys,
    .point_keys = quantile_keys,
    .values = spectrum_values,
    .has_floor = true,
    .select = select_spectrum,
};

static const struct chart_value latency_values[] = {
    {"p50_ns", NULL, "p50", "ns"},
    {"p99_ns", NULL, "p99", "ns"},
    {"p999_ns", NULL, "p999", "ns"},
    {NULL, NULL, NULL, NULL},
};

const struct line_chart chart_latency_load = {
    .name = "latency-load",
    .source = "latency.csv",
    .arm_columns = arm_columns,
    .point_keys = rate_keys,
    .values = latency_values,
    .has_floor = true,
    .select = select_load,
};

/* The rows with sleepers, and those without that are otherwise the same. */
static void select_idle(const struct csv_table *trials, bool *kept)
{
    size_t rows = csv_row_count(trials);
    const char *const same[] = {"active", "offered_per_second", "work_cpu_us"};
    double values[sizeof same / sizeof same[0]];
    bool has_idle = false;
    for (size_t row = 0; row < rows; row++)
        if (kept[row] && number(trials, row, "idle") > 0) {
            has_idle = true;
            for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
                values[i] = number(trials, row, same[i]);
        }
    for (size_t row = 0; row < rows; row++)
        for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
            if (!has_idle || differs(number(trials, row, same[i]), values[i]))
                kept[row] = false;
}

static const char *const idle_keys[] = {"idle", NULL};

const struct line_chart chart_latency_idle = {
    .name = "latency-idle",
    .source = "latency.csv",
    .arm_columns = arm_columns,
    .point_keys = idle_keys,
    .values = latency_values,
    .has_floor = true,
    .select = select_idle,
};
