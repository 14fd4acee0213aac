/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/load_charts.h"

#include "analysis/words/load_kind.h"
#include "base/alloc.h"
#include "report/charts/arm_rows.h"
#include "report/charts/load_selection.h"

#include <stdlib.h>
#include <string.h>

static const char *const active_keys[] = {"active", NULL};

static const struct chart_value throughput_values[] = {
    {"achieved_per_second", NULL, "achieved", "per_second"},
    {"server_cpu_seconds", "samples", "server_cpu", "seconds_per_request"},
    {"both_cpu_seconds", "samples", "both_cpu", "seconds_per_request"},
    {"charged_bytes", NULL, "charged", "bytes"},
    {"client_bound", NULL, "client_bound", "share"},
    {CHART_STORE_BOUND, NULL, "store_bound", "share"},
    {NULL, NULL, NULL, NULL},
};

/* Where no work is alike for all, its kinds stand beside each other in the chart by kind of work:
 * of one of them there is a curve over connections, or nothing to add. */
static void select_throughput(const struct csv_table *trials, bool *kept)
{
    size_t rows = csv_row_count(trials);
    bool *varied = alloc_array(rows, sizeof *varied);
    bool plain = has_plain(trials, kept);
    memcpy(varied, kept, rows * sizeof *varied);
    need_kinds(trials, varied);
    bool has_kinds = memchr(varied, true, rows) != NULL;
    keep_plain(trials, kept);
    keep_commonest(trials, "idle", kept);
    keep_alike(trials, kept);
    if (!plain && has_kinds && !has_many(trials, "active", kept))
        memset(kept, 0, rows * sizeof *kept);
    free(varied);
}

const struct line_chart chart_throughput = {
    .name = "throughput",
    .source = "throughput.csv",
    .arm_columns = arm_columns,
    .panel_keys = load_kind_columns,
    .option_keys = load_kind_option_columns,
    .point_keys = active_keys,
    .values = throughput_values,
    .select = select_throughput,
    .name_panel = name_work,
};

/* Kinds of work are beside each other at the number of connections that most of them have. */
static void keep_shared_active(const struct csv_table *trials, bool *kept)
{
    size_t rows = csv_row_count(trials);
    bool *special = alloc_array(rows, sizeof *special);
    bool any = false;
    for (size_t row = 0; row < rows; row++) {
        struct load_kind kind;
        load_kind_read(&kind, trials, row);
        special[row] = kept[row] && !load_kind_is_plain(&kind);
        any |= special[row];
    }
    keep_commonest_of(trials, "active", any ? special : kept, kept);
    free(special);
}

static void select_throughput_work(const struct csv_table *trials, bool *kept)
{
    keep_undelayed(trials, kept);
    keep_commonest(trials, "idle", kept);
    keep_alike(trials, kept);
    keep_shared_active(trials, kept);
    need_kinds(trials, kept);
}

const struct line_chart chart_throughput_work = {
    .name = "throughput-work",
    .source = "throughput.csv",
    .arm_columns = arm_columns,
    .panel_keys = load_kind_columns,
    .option_keys = load_kind_option_columns,
    .point_keys = active_keys,
    .values = throughput_values,
    .select = select_throughput_work,
    .name_panel = name_work,
    .nothing = "has one kind of work only",
};

static const char *const delay_keys[] = {"store_delay_us", "active", "store_connections", NULL};

static const struct chart_value delay_values[] = {
    {"achieved_per_second", NULL, "achieved", "per_second"},
    {"server_cpu_seconds", "samples", "server_cpu", "seconds_per_request"},
    {"both_cpu_seconds", "samples", "both_cpu", "seconds_per_request"},
    {"store_cpu_seconds", "samples", "store_cpu", "seconds_per_request"},
    {"client_bound", NULL, "client_bound", "share"},
    {CHART_STORE_BOUND, NULL, "store_bound", "share"},
    {NULL, NULL, NULL, NULL},
};

const struct line_chart chart_throughput_delay = {
    .name = "throughput-delay",
    .source = "throughput.csv",
    .arm_columns = arm_columns,
    .point_keys = delay_keys,
    .values = delay_values,
    .tells_equal = true,
    .select = keep_by_delay,
    .nothing = "has no store that takes its time",
};
