/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/tables/load_view.h"

#include "analysis/tables/load_cells.h"
#include "analysis/words/load_kind.h"
#include "analysis/words/units.h"

#include <stdlib.h>
#include <string.h>

/* Everything that tells settings apart; what tells arms apart comes last. */
static const char *const group_columns[] = {
    "scenario",
    "store",
    "protocol",
    "arrivals",
    "idle_wait",
    "rate_basis",
    "requests_per_connection",
    "payload_bytes",
    "work_cache_bytes",
    "work_slow_us",
    "work_slow_every",
    "work_cpu_us",
    "work_stack_bytes",
    "work_heap_bytes",
    "hold_bytes",
    "block_us",
    "block_every",
    "store_delay_us",
    "store_connections",
    "idle",
    "offered_per_second",
    "capacity_share",
    "active",
    "model",
    "loops",
    "subject",
    "store_call",
    "block_call",
    "pool_size",
};
#define GROUP_COLUMNS (sizeof group_columns / sizeof *group_columns)

int load_view_gather(struct trial_groups *groups, const struct csv_table *table,
                     struct error *error)
{
    return trial_groups_gather(groups, table, group_columns, GROUP_COLUMNS, error);
}

static double number(const struct trial_group *group, const char *column)
{
    return strtod(group_text(group, column), NULL);
}

static int compare_numbers(double a, double b)
{
    return (a > b) - (a < b);
}

int load_view_compare_kinds(const struct trial_group *a, const struct trial_group *b)
{
    struct load_kind kinds[2];
    load_kind_read(&kinds[0], a->table, a->first);
    load_kind_read(&kinds[1], b->table, b->first);
    return load_kind_compare(&kinds[0], &kinds[1]);
}

const char *load_view_more(const struct load_view *view, const struct trial_group *line)
{
    struct load_kind kind;
    load_kind_read(&kind, line->table, line->first);
    return load_kind_is_blocking(&kind) ? "the others" : view->more;
}

/* A trial that failed does not say how its load came and how the generator waited, which its line
 * is told by: as the first trial that did not fail. */
static const char *way_of(const struct trial_group *group, const char *column)
{
    const char *way = group_text(group, column);
    int valid = csv_column(group->table, "valid");
    for (size_t row = 0; group->count == 0 && !*way && row < csv_row_count(group->table); row++)
        if (strcmp(csv_cell(group->table, row, valid), "1") == 0)
            way = csv_cell(group->table, row, csv_column(group->table, column));
    return way;
}

int load_view_compare_lines(const struct load_view *view, const struct trial_group *a,
                            const struct trial_group *b)
{
    static const char *const ways[] = {"protocol", "arrivals", "idle_wait"};
    int order = load_view_compare_kinds(a, b);
    for (size_t i = 0; order == 0 && i < sizeof ways / sizeof *ways; i++)
        order = strcmp(way_of(a, ways[i]), way_of(b, ways[i]));
    for (size_t i = 0; order == 0 && view->line_columns[i]; i++)
        order = compare_numbers(number(a, view->line_columns[i]), number(b, view->line_columns[i]));
    return order;
}

static void print_active(const struct trial_group *group, FILE *out)
{
    fprintf(out, "%*s", LOAD_LINE_WIDTH, group_text(group, "active"));
}

static void print_rate(const struct trial_group *group, FILE *out)
{
    char rate[UNITS_TEXT_SIZE];
    fprintf(out, "%9s %7s %7s", units_format_count(number(group, "offered_per_second"), rate),
            group_text(group, "active"), group_text(group, "idle"));
}

static void print_share(const struct trial_group *group, FILE *out)
{
    fprintf(out, "%8.0f%% %7s %7s", 100 * number(group, "capacity_share"),
            group_text(group, "active"), group_text(group, "idle"));
}

static bool is_any(const struct trial_group *group)
{
    return group->count + group->failed > 0;
}

static bool is_charged(const struct trial_group *group)
{
    for (size_t i = 0; i < group->count; i++)
        if (*csv_cell(group->table, group->rows[i], csv_column(group->table, "charged_bytes")))
            return true;
    return false;
}

static bool is_equal_utilisation(const struct trial_group *group)
{
    return strcmp(group_text(group, "rate_basis"), "equal_utilisation") == 0;
}

static bool is_equal_rate(const struct trial_group *group)
{
    return !is_equal_utilisation(group);
}

const struct load_view load_views[LOAD_VIEWS] = {
    {"throughput.csv",
     "Throughput of a closed loop: requests/s, and CPU per request of the server, and\n"
     "of server and client where both were measured (* the generator was the limit,\n"
     "the server was not)",
     "active connections",
     {"idle", "active", NULL},
     is_any,
     print_active,
     load_cell_throughput,
     NULL,
     NULL,
     false},
    {"throughput.csv",
     "Memory under load, as the kernel charged it",
     "active connections",
     {"idle", "active", NULL},
     is_charged,
     print_active,
     load_cell_memory,
     NULL,
     NULL,
     true},
    {"latency.csv",
     "Latency from the intended send, all offered the same rate: p50, p99, p99.9",
     "offered/s  active    idle",
     {"idle", "offered_per_second", "active", NULL},
     is_equal_rate,
     print_rate,
     load_cell_latency,
     load_cell_others,
     "without the slow ones",
     false},
    {"latency.csv",
     "Latency, each offered that share of its own sustainable rate: p50, p99, p99.9",
     "its rate  active    idle",
     {"idle", "capacity_share", "active", NULL},
     is_equal_utilisation,
     print_share,
     load_cell_latency,
     load_cell_others,
     "without the slow ones",
     false},
};
