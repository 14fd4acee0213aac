/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/summary/store_bound.h"

#include "base/cpu_list.h"

/* Of the time that connections or CPUs have. With 16 connections and 10 ms a query nobody gets more
 * than 1,600 replies a second, and whoever gets 1,440 has a connection waiting for him now and then
 * at most. */
#define STORE_BUSY 0.9

/* 1 with the cell's number; 0 where it is empty or there is no such column, which leaves 0. */
static int read_cell(const struct csv_table *trials, size_t row, const char *column, double *number,
                     struct error *error)
{
    *number = 0;
    return csv_number(trials, row, csv_column(trials, column), number, error);
}

/* By Little's law: queries at once, of those that the connections allow. */
static int are_connections_busy(const struct csv_table *trials, size_t row, struct error *error)
{
    double connections;
    double delay_us;
    double rate;
    int result = read_cell(trials, row, "store_connections", &connections, error);
    if (result > 0)
        result = read_cell(trials, row, "store_delay_us", &delay_us, error);
    if (result > 0)
        result = read_cell(trials, row, "achieved_per_second", &rate, error);
    if (result <= 0)
        return result;
    return connections > 0 && rate * delay_us * 1e-6 >= STORE_BUSY * connections;
}

size_t store_shared_cpus(const struct csv_table *trials, size_t row)
{
    const char *cpus = csv_cell(trials, row, csv_column(trials, "store_cpus"));
    const char *servers = csv_cell(trials, row, csv_column(trials, "server_cpus"));
    return cpu_list_overlap(cpus, servers) ? cpu_list_count(servers) : 0;
}

/* CPUs that it shares with the server tell nothing: a server that takes less leaves it more. */
static int are_cpus_busy(const struct csv_table *trials, size_t row, struct error *error)
{
    const char *cpus = csv_cell(trials, row, csv_column(trials, "store_cpus"));
    const char *servers = csv_cell(trials, row, csv_column(trials, "server_cpus"));
    size_t count = cpu_list_count(cpus);
    double used;
    double duration;
    if (count == 0 || cpu_list_count(servers) == 0 || store_shared_cpus(trials, row) > 0)
        return 0;
    int result = read_cell(trials, row, "store_cpu_seconds", &used, error);
    if (result > 0)
        result = read_cell(trials, row, "duration_seconds", &duration, error);
    if (result <= 0)
        return result;
    return duration > 0 && used >= STORE_BUSY * duration * (double)count;
}

int store_bound_is(const struct csv_table *trials, size_t row, struct error *error)
{
    int result = are_connections_busy(trials, row, error);
    return result != 0 ? result : are_cpus_busy(trials, row, error);
}

int store_bound_count(const struct trial_group *group, size_t *bound, struct error *error)
{
    size_t count = 0;
    for (size_t i = 0; i < group->count; i++) {
        int result = store_bound_is(group->table, group->rows[i], error);
        if (result < 0)
            return result;
        count += result > 0;
    }
    *bound += count;
    return 0;
}
