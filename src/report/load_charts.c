/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/load_charts.h"

#include "analysis/alloc.h"
#include "analysis/load_kind.h"
#include "report/arm_rows.h"
#include "report/load_selection.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_keys[] = {
    "requests_per_connection",
    "payload_bytes",
    "work_cache_bytes",
    "work_slow_us",
    "work_slow_every",
    "work_cpu_us",
    "work_stack_bytes",
    "work_heap_bytes",
    "hold_bytes",
    NULL,
};
static const char *const kind_share_keys[] = {
    "requests_per_connection",
    "payload_bytes",
    "work_cache_bytes",
    "work_slow_us",
    "work_slow_every",
    "work_cpu_us",
    "work_stack_bytes",
    "work_heap_bytes",
    "hold_bytes",
    "capacity_share",
    NULL,
};
static const char *const active_keys[] = {"active", NULL};
static const char *const rate_keys[] = {"offered_per_second", NULL};
static const char *const share_keys[] = {"capacity_share", NULL};
static const char *const idle_keys[] = {"idle", NULL};
static const char *const quantile_keys[] = {"quantile", NULL};

static bool differs(double a, double b)
{
    return a < b || a > b;
}

static void name_kind(const struct csv_table *trials, size_t row, char *label)
{
    struct load_kind kind;
    char words[LOAD_KIND_LABEL_BYTES];
    load_kind_read(&kind, trials, row);
    load_kind_label(&kind, words);
    snprintf(label, ARM_LABEL_BYTES, "%s", words);
    /* gnuplot ends a cell at a comma, quoted or not. */
    char *end = label;
    for (const char *at = label; *at; at++)
        if (*at != ',')
            *end++ = *at;
        else if (at[1] == ' ')
            *end++ = ';';
    *end = '\0';
}

/* ---- Throughput ---- */

static const struct chart_value throughput_values[] = {
    {"achieved_per_second", NULL, "achieved", "per_second"},
    {"server_cpu_seconds", "samples", "server_cpu", "seconds_per_request"},
    {"both_cpu_seconds", "samples", "both_cpu", "seconds_per_request"},
    {"charged_bytes", NULL, "charged", "bytes"},
    {"client_bound", NULL, "client_bound", "share"},
    {NULL, NULL, NULL, NULL},
};

static void select_throughput(const struct csv_table *trials, bool *kept)
{
    keep_plain(trials, kept);
    keep_commonest(trials, "idle", kept);
    keep_alike(trials, kept);
}

const struct line_chart chart_throughput = {
    .name = "throughput",
    .source = "throughput.csv",
    .arm_columns = arm_columns,
    .panel_keys = kind_keys,
    .point_keys = active_keys,
    .values = throughput_values,
    .select = select_throughput,
    .name_panel = name_kind,
};

/* Kinds of work are beside each other at the number of connections that most of them have. */
static void keep_shared_active(const struct csv_table *trials, bool *kept)
{
    size_t rows = csv_row_count(trials);
    bool *special = alloc_array(rows, sizeof *special);
    bool *at_shared = alloc_array(rows, sizeof *at_shared);
    bool any = false;
    for (size_t row = 0; row < rows; row++) {
        struct load_kind kind;
        load_kind_read(&kind, trials, row);
        special[row] = kept[row] && !load_kind_is_plain(&kind);
        any |= special[row];
    }
    memcpy(at_shared, any ? special : kept, rows * sizeof *kept);
    keep_commonest(trials, "active", at_shared);
    double active = -1;
    for (size_t row = 0; row < rows; row++)
        if (at_shared[row])
            active = row_number(trials, row, "active");
    for (size_t row = 0; row < rows; row++)
        if (differs(row_number(trials, row, "active"), active))
            kept[row] = false;
    free(at_shared);
    free(special);
}

static void select_throughput_work(const struct csv_table *trials, bool *kept)
{
    keep_commonest(trials, "idle", kept);
    keep_alike(trials, kept);
    keep_shared_active(trials, kept);
    need_kinds(trials, kept);
}

const struct line_chart chart_throughput_work = {
    .name = "throughput-work",
    .source = "throughput.csv",
    .arm_columns = arm_columns,
    .panel_keys = kind_keys,
    .point_keys = active_keys,
    .values = throughput_values,
    .select = select_throughput_work,
    .name_panel = name_kind,
    .nothing = "has one kind of work only",
};

/* ---- Latency ---- */

/* Only where every connection was busy: sleepers have a chart of their own. */
static void keep_awake(const struct csv_table *trials, bool *kept)
{
    keep_zero(trials, "idle", kept);
    keep_commonest(trials, "active", kept);
    keep_alike(trials, kept);
}

static void select_load(const struct csv_table *trials, bool *kept)
{
    keep_equal_rate(trials, kept);
    keep_light(trials, kept);
    keep_awake(trials, kept);
}

static void select_utilisation(const struct csv_table *trials, bool *kept)
{
    keep_equal_utilisation(trials, kept);
    keep_plain(trials, kept);
    keep_awake(trials, kept);
}

/* The rows with sleepers, and those without that are otherwise the same. */
static void select_idle(const struct csv_table *trials, bool *kept)
{
    static const char *const same[] = {"active", "offered_per_second"};
    size_t rows = csv_row_count(trials);
    bool *asleep = alloc_array(rows, sizeof *asleep);
    keep_equal_rate(trials, kept);
    keep_alike(trials, kept);
    for (size_t row = 0; row < rows; row++)
        asleep[row] = kept[row] && row_number(trials, row, "idle") > 0;
    keep_light(trials, asleep);
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        keep_commonest(trials, same[i], asleep);
    size_t one = 0;
    while (one < rows && !asleep[one])
        one++;
    for (size_t row = 0; row < rows; row++) {
        struct load_kind kinds[2];
        if (!kept[row] || one == rows) {
            kept[row] = false;
            continue;
        }
        load_kind_read(&kinds[0], trials, one);
        load_kind_read(&kinds[1], trials, row);
        kept[row] = load_kind_compare(&kinds[0], &kinds[1]) == 0;
        for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
            if (differs(row_number(trials, row, same[i]), row_number(trials, one, same[i])))
                kept[row] = false;
    }
    free(asleep);
}

/* How many different numbers of active connections were offered this row's rate. */
static size_t count_actives(const struct csv_table *trials, const bool *kept, double rate)
{
    double seen[64];
    size_t count = 0;
    for (size_t row = 0; row < csv_row_count(trials); row++) {
        double active = row_number(trials, row, "active");
        size_t i = 0;
        if (!kept[row] || differs(row_number(trials, row, "offered_per_second"), rate))
            continue;
        while (i < count && differs(seen[i], active))
            i++;
        if (i == count && count < sizeof seen / sizeof seen[0])
            seen[count++] = active;
    }
    return count;
}

/* The rate that was offered to the most numbers of connections; nothing where each number had a
 * rate of its own. */
static void select_active(const struct csv_table *trials, bool *kept)
{
    size_t best_count = 1;
    double best = -1;
    double last = -1;
    keep_equal_rate(trials, kept);
    keep_light(trials, kept);
    keep_zero(trials, "idle", kept);
    keep_alike(trials, kept);
    for (size_t row = 0; row < csv_row_count(trials); row++) {
        double rate = row_number(trials, row, "offered_per_second");
        if (!kept[row] || !differs(rate, last))
            continue;
        last = rate;
        size_t count = count_actives(trials, kept, rate);
        if (count > best_count) {
            best_count = count;
            best = rate;
        }
    }
    for (size_t row = 0; row < csv_row_count(trials); row++)
        if (differs(row_number(trials, row, "offered_per_second"), best))
            kept[row] = false;
}

/* Light work has a chart over its rates: here it is the yardstick, at half of what is sustained. */
static void keep_light_at_half(const struct csv_table *trials, bool *kept)
{
    size_t rows = csv_row_count(trials);
    double nearest = INFINITY;
    for (size_t pass = 0; pass < 2; pass++)
        for (size_t row = 0; row < rows; row++) {
            struct load_kind kind;
            load_kind_read(&kind, trials, row);
            double off = fabs(row_number(trials, row, "capacity_share") - 0.5);
            if (!kept[row] || !load_kind_is_light(&kind))
                continue;
            if (pass == 0 && off < nearest)
                nearest = off;
            if (pass == 1 && off > nearest)
                kept[row] = false;
        }
}

static void select_work(const struct csv_table *trials, bool *kept)
{
    keep_equal_rate(trials, kept);
    keep_awake(trials, kept);
    keep_light_at_half(trials, kept);
    need_kinds(trials, kept);
}

static const struct chart_value latency_values[] = {
    {"p50_ns", NULL, "p50", "ns"},
    {"p99_ns", NULL, "p99", "ns"},
    {"p999_ns", NULL, "p999", "ns"},
    {"offered_per_second", NULL, "offered", "per_second"},
    {"other_p50_ns", NULL, "other_p50", "ns"},
    {"other_p99_ns", NULL, "other_p99", "ns"},
    {"excursions_p99", NULL, "excursions_p99", "count"},
    {"excursions_p999", NULL, "excursions_p999", "count"},
    {NULL, NULL, NULL, NULL},
};

const struct line_chart chart_latency_load = {
    .name = "latency-load",
    .source = "latency.csv",
    .arm_columns = arm_columns,
    .point_keys = rate_keys,
    .values = latency_values,
    .is_latency = true,
    .select = select_load,
};

const struct line_chart chart_latency_utilisation = {
    .name = "latency-utilisation",
    .source = "latency.csv",
    .arm_columns = arm_columns,
    .panel_keys = kind_keys,
    .point_keys = share_keys,
    .values = latency_values,
    .is_latency = true,
    .select = select_utilisation,
    .name_panel = name_kind,
    .nothing = "has no valid row at equal utilisation",
};

const struct line_chart chart_latency_idle = {
    .name = "latency-idle",
    .source = "latency.csv",
    .arm_columns = arm_columns,
    .point_keys = idle_keys,
    .values = latency_values,
    .is_latency = true,
    .select = select_idle,
};

const struct line_chart chart_latency_active = {
    .name = "latency-active",
    .source = "latency.csv",
    .arm_columns = arm_columns,
    .point_keys = active_keys,
    .values = latency_values,
    .is_latency = true,
    .select = select_active,
    .nothing = "has no rate that was offered to different numbers of active connections",
};

const struct line_chart chart_latency_work = {
    .name = "latency-work",
    .source = "latency.csv",
    .arm_columns = arm_columns,
    .panel_keys = kind_share_keys,
    .point_keys = rate_keys,
    .values = latency_values,
    .is_latency = true,
    .select = select_work,
    .name_panel = name_kind,
    .nothing = "has one kind of work only",
};

/* ---- Spectrum ---- */

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

/* The unequal work that is farthest from equal: its slow requests are the slowest. */
static void keep_slowest(const struct csv_table *trials, bool *kept)
{
    double slowest = 0;
    for (size_t row = 0; row < csv_row_count(trials); row++)
        if (kept[row] && row_number(trials, row, "work_slow_us") > slowest)
            slowest = row_number(trials, row, "work_slow_us");
    for (size_t row = 0; row < csv_row_count(trials); row++) {
        double slow = row_number(trials, row, "work_slow_us");
        if (slow > 0 && differs(slow, slowest))
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
        while (i < count && differs(rates[i], rate))
            i++;
        if (i == count && count < sizeof rates / sizeof rates[0])
            rates[count++] = rate;
    }
    for (size_t row = 0; row < csv_row_count(trials); row++)
        for (size_t i = 0; i < count; i++)
            if (!differs(row_number(trials, row, "offered_per_second"), rates[i]))
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
        if (kind == SPECTRUM_NONE ||
            (differs(rate, high[kind]) && (kind != SPECTRUM_LIGHT || differs(rate, low))))
            kept[row] = false;
    }
}

static const char *const spectrum_keys[] = {
    "work_slow_us",    "work_slow_every", "work_cpu_us",        "work_stack_bytes",
    "work_heap_bytes", "hold_bytes",      "offered_per_second", NULL,
};
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
    .point_keys = quantile_keys,
    .values = spectrum_values,
    .is_latency = true,
    .select = select_spectrum,
    .name_panel = name_kind,
    .nothing = "has no valid row of a sustained rate",
};

/* ---- What stood still ---- */

static const char *const trust_keys[] = {
    "active", "idle", "capacity_share", "offered_per_second", NULL,
};
static const struct chart_value trust_values[] = {
    {"lateness_p999_ns", NULL, "lateness_p999", "ns"},
    {"reply_delay_p99_ns", NULL, "reply_delay_p99", "ns"},
    {"longest_stall_ns", NULL, "longest_stall", "ns"},
    {"generator_longest_stall_ns", NULL, "generator_longest_stall", "ns"},
    {"server_run_delay_seconds", "duration_seconds", "server_run_delay", "share"},
    {"client_run_delay_seconds", "duration_seconds", "client_run_delay", "share"},
    {"client_bound", NULL, "loaded", "share"},
    {"excursions_p99", NULL, "excursions_p99", "count"},
    {"excursions_p999", NULL, "excursions_p999", "count"},
    {"utilisation", NULL, "utilisation", "share"},
    {NULL, NULL, NULL, NULL},
};

const struct line_chart table_latency_trust = {
    .name = "latency-trust",
    .source = "latency.csv",
    .arm_columns = arm_columns,
    .panel_keys = kind_keys,
    .point_keys = trust_keys,
    .values = trust_values,
    .is_latency = true,
    .name_panel = name_kind,
};
