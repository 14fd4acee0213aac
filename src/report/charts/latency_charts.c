/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/load_charts.h"

#include "analysis/words/load_kind.h"
#include "base/alloc.h"
#include "report/charts/arm_rows.h"
#include "report/charts/load_selection.h"

#include <math.h>
#include <stdlib.h>

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

static void select_load(const struct csv_table *trials, bool *kept)
{
    keep_one_rate(trials, kept);
    keep_light(trials, kept);
    keep_awake(trials, kept);
}

static void select_utilisation(const struct csv_table *trials, bool *kept)
{
    keep_equal_utilisation(trials, kept);
    keep_plain(trials, kept);
    keep_awake(trials, kept);
}

/* The rows with idle connections, and those without that are otherwise the same. */
static void select_idle(const struct csv_table *trials, bool *kept)
{
    static const char *const same[] = {"active", "offered_per_second"};
    size_t rows = csv_row_count(trials);
    bool *has_idle = alloc_array(rows, sizeof *has_idle);
    keep_equal_rate(trials, kept);
    keep_alike(trials, kept);
    for (size_t row = 0; row < rows; row++)
        has_idle[row] = kept[row] && row_number(trials, row, "idle") > 0;
    keep_light(trials, has_idle);
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        keep_commonest(trials, same[i], has_idle);
    size_t one = 0;
    while (one < rows && !has_idle[one])
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
            if (numbers_differ(row_number(trials, row, same[i]), row_number(trials, one, same[i])))
                kept[row] = false;
    }
    free(has_idle);
}

/* How many different numbers of active connections were offered this row's rate. */
static size_t count_actives(const struct csv_table *trials, const bool *kept, double rate)
{
    double seen[64];
    size_t count = 0;
    for (size_t row = 0; row < csv_row_count(trials); row++) {
        double active = row_number(trials, row, "active");
        size_t i = 0;
        if (!kept[row] || numbers_differ(row_number(trials, row, "offered_per_second"), rate))
            continue;
        while (i < count && numbers_differ(seen[i], active))
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
        if (!kept[row] || !numbers_differ(rate, last))
            continue;
        last = rate;
        size_t count = count_actives(trials, kept, rate);
        if (count > best_count) {
            best_count = count;
            best = rate;
        }
    }
    for (size_t row = 0; row < csv_row_count(trials); row++)
        if (numbers_differ(row_number(trials, row, "offered_per_second"), best))
            kept[row] = false;
}

/* No work has a chart over its rates: here it is the yardstick, at half of what is sustained. */
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
    keep_undelayed(trials, kept);
    keep_equal_rate(trials, kept);
    keep_awake(trials, kept);
    keep_light_at_half(trials, kept);
    need_kinds(trials, kept);
}

/* Of the rows with this row's delay, the share that is nearest to the wanted one; of two the lower.
 */
static double nearest_share(const struct csv_table *trials, const bool *kept, size_t row,
                            double wanted)
{
    double delay = row_number(trials, row, "store_delay_us");
    double nearest = INFINITY;
    for (size_t i = 0; i < csv_row_count(trials); i++) {
        double share = row_number(trials, i, "capacity_share");
        double off = fabs(share - wanted) - fabs(nearest - wanted);
        if (kept[i] && !numbers_differ(row_number(trials, i, "store_delay_us"), delay) &&
            (off < -1e-9 || (off < 1e-9 && share < nearest)))
            nearest = share;
    }
    return nearest;
}

/* Of rates that a plan named, which are no shares, the lowest with each delay: a point of several
 * would be no figure of any. */
static void keep_lowest_named(const struct csv_table *trials, bool *kept)
{
    size_t rows = csv_row_count(trials);
    double *lowest = alloc_array(rows, sizeof *lowest);
    for (size_t row = 0; row < rows; row++) {
        lowest[row] = INFINITY;
        for (size_t i = 0; i < rows; i++)
            if (kept[i] && !numbers_differ(row_number(trials, i, "store_delay_us"),
                                           row_number(trials, row, "store_delay_us")))
                lowest[row] = fmin(lowest[row], row_number(trials, i, "offered_per_second"));
    }
    for (size_t row = 0; row < rows; row++)
        if (kept[row] && !(row_number(trials, row, "capacity_share") > 0) &&
            row_number(trials, row, "offered_per_second") > lowest[row])
            kept[row] = false;
    free(lowest);
}

/* At one share of the rate that is sustained, which is another rate with each delay: the share that
 * most delays have, or the nearest to it. */
static void select_delay(const struct csv_table *trials, bool *kept)
{
    size_t rows = csv_row_count(trials);
    bool *common = alloc_array(rows, sizeof *common);
    double *shares = alloc_array(rows, sizeof *shares);
    keep_equal_rate(trials, kept);
    keep_by_delay(trials, kept);
    for (size_t row = 0; row < rows; row++)
        common[row] = kept[row] && row_number(trials, row, "store_delay_us") > 0;
    keep_commonest(trials, "capacity_share", common);
    size_t one = 0;
    while (one < rows && !common[one])
        one++;
    for (size_t row = 0; one < rows && row < rows; row++)
        shares[row] = nearest_share(trials, kept, row, row_number(trials, one, "capacity_share"));
    for (size_t row = 0; row < rows; row++)
        if (kept[row] && numbers_differ(row_number(trials, row, "capacity_share"), shares[row]))
            kept[row] = false;
    keep_lowest_named(trials, kept);
    free(shares);
    free(common);
}

static void select_others(const struct csv_table *trials, bool *kept)
{
    keep_blocking(trials, kept);
    keep_equal_rate(trials, kept);
    keep_awake(trials, kept);
}

static const struct chart_value latency_values[] = {
    {"p50_ns", NULL, "p50", "ns"},
    {"p99_ns", NULL, "p99", "ns"},
    {"p999_ns", NULL, "p999", "ns"},
    {"offered_per_second", NULL, "offered", "per_second"},
    {"other_p50_ns", NULL, "other_p50", "ns"},
    {"other_p90_ns", NULL, "other_p90", "ns"},
    {"other_p99_ns", NULL, "other_p99", "ns"},
    {"excursions_p99", NULL, "excursions_p99", "count"},
    {"excursions_p999", NULL, "excursions_p999", "count"},
    {"samples", NULL, "samples", "count"},
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
    .panel_keys = load_kind_columns,
    .option_keys = load_kind_option_columns,
    .point_keys = share_keys,
    .values = latency_values,
    .is_latency = true,
    .select = select_utilisation,
    .name_panel = name_work,
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
    .option_keys = load_kind_option_columns,
    .point_keys = rate_keys,
    .values = latency_values,
    .is_latency = true,
    .select = select_work,
    .name_panel = name_work,
    .nothing = "has one kind of work only",
};

static const char *const delay_keys[] = {"store_delay_us", "active", "store_connections", NULL};

const struct line_chart chart_latency_delay = {
    .name = "latency-delay",
    .source = "latency.csv",
    .arm_columns = arm_columns,
    .point_keys = delay_keys,
    .values = latency_values,
    .is_latency = true,
    .select = select_delay,
    .nothing = "has no store that takes its time",
};

const struct line_chart chart_latency_others = {
    .name = "latency-others",
    .source = "latency.csv",
    .arm_columns = arm_columns,
    .panel_keys = kind_share_keys,
    .option_keys = load_kind_option_columns,
    .point_keys = rate_keys,
    .values = latency_values,
    .is_latency = true,
    .select = select_others,
    .name_panel = name_work,
    .nothing = "has no request that blocks",
};

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
    .panel_keys = load_kind_columns,
    .option_keys = load_kind_option_columns,
    .point_keys = trust_keys,
    .values = trust_values,
    .is_latency = true,
    .name_panel = name_work,
};
