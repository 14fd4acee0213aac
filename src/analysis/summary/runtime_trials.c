/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/summary/runtime_trials.h"

#include "analysis/words/load_kind.h"
#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where a connection waits for its turn often enough, and few servers are at their limit yet. */
#define MANY_ACTIVE 100

static double number(const struct csv_table *table, size_t row, const char *column)
{
    return strtod(csv_cell(table, row, csv_column(table, column)), NULL);
}

static const char *cell(const struct csv_table *table, size_t row, const char *column)
{
    return csv_cell(table, row, csv_column(table, column));
}

static bool differ(double a, double b)
{
    return a < b || a > b;
}

/* A figure of trials: a column, divided by another's number unless that is NULL, and by a unit. */
struct figure {
    const char *column;
    const char *per;
    double unit;
    bool may_be_withheld; /* a quantile that over one trial in ten lacks is no median of the rest */
};

/* Returns 1 with the value, 0 where the trial has none, or -EBADMSG. */
static int read_figure(const struct csv_table *table, size_t row, const struct figure *figure,
                       double *value, struct error *error)
{
    double divisor = 1;
    int got = csv_number(table, row, csv_column(table, figure->column), value, error);
    if (got == 1 && figure->per)
        got = csv_number(table, row, csv_column(table, figure->per), &divisor, error);
    if (got == 1 && !(divisor > 0))
        return 0;
    *value /= divisor * figure->unit;
    return got;
}

/* The median of the arm's trials among the kept ones. */
static int estimate_arm(const struct runtime_trials *file, const bool *kept,
                        const struct runtime_arm *arm, const struct figure *figure,
                        struct estimate *estimate, struct error *error)
{
    size_t rows = csv_row_count(file->table);
    double *values = alloc_array(rows, sizeof *values);
    size_t trials = 0;
    size_t count = 0;
    int got = 0;
    for (size_t row = 0; row < rows && got >= 0; row++) {
        if (!kept[row] || !runtime_arm_has(arm, file->table, row))
            continue;
        trials++;
        got = read_figure(file->table, row, figure, &values[count], error);
        count += got == 1;
    }
    if (got >= 0 && count > 0 && !(figure->may_be_withheld && 10 * count < 9 * trials))
        *estimate = statistics_median_estimate(values, count);
    free(values);
    return got < 0 ? got : 0;
}

/* The valid rows; of load without work and idle connections, which is the only kind that runtimes
 * are asked for. */
static bool *keep_valid(const struct runtime_trials *file, bool is_load)
{
    const struct csv_table *table = file->table;
    bool *kept = alloc_array(csv_row_count(table), sizeof *kept);
    for (size_t row = 0; row < csv_row_count(table); row++) {
        struct load_kind kind;
        kept[row] = file->usual[row] && strcmp(cell(table, row, "valid"), "1") == 0;
        load_kind_read(&kind, table, row);
        if (is_load && (!load_kind_is_light(&kind) || number(table, row, "idle") > 0))
            kept[row] = false;
    }
    return kept;
}

static void keep_equal(const struct csv_table *table, const char *column, double value, bool *kept)
{
    for (size_t row = 0; row < csv_row_count(table); row++)
        if (kept[row] && differ(number(table, row, column), value))
            kept[row] = false;
}

/* How many arms have a kept row in which the columns are as in that one; none that was overloaded
 * in any. */
static size_t count_arms(const struct runtime_figures *runtimes, const struct runtime_trials *file,
                         const bool *kept, const char *const columns[2], size_t like)
{
    const struct csv_table *table = file->table;
    size_t count = 0;
    for (size_t i = 0; i < runtimes->count; i++) {
        bool any = false;
        bool overloaded = false;
        for (size_t row = 0; row < csv_row_count(table); row++) {
            if (!kept[row] ||
                differ(number(table, row, columns[0]), number(table, like, columns[0])) ||
                differ(number(table, row, columns[1]), number(table, like, columns[1])) ||
                !runtime_arm_has(&runtimes->arms[i], table, row))
                continue;
            any = true;
            overloaded |= number(table, row, "overloaded") > 0;
        }
        count += any && !overloaded;
    }
    return count;
}

/* Whether no row before it is kept and has the same two numbers. */
static bool is_first(const struct csv_table *table, const bool *kept, const char *const columns[2],
                     size_t row)
{
    for (size_t i = 0; i < row; i++)
        if (kept[i] && !differ(number(table, i, columns[0]), number(table, row, columns[0])) &&
            !differ(number(table, i, columns[1]), number(table, row, columns[1])))
            return false;
    return kept[row];
}

/* The row of the setting that most arms share; of several the one that `better` likes. Returns the
 * number of rows where none is kept. */
static size_t choose(const struct runtime_figures *runtimes, const struct runtime_trials *file,
                     const bool *kept, const char *const columns[2],
                     bool (*better)(const struct csv_table *table, size_t a, size_t b))
{
    size_t rows = csv_row_count(file->table);
    size_t best = rows;
    size_t most = 0;
    for (size_t row = 0; row < rows; row++) {
        if (!is_first(file->table, kept, columns, row))
            continue;
        size_t count = count_arms(runtimes, file, kept, columns, row);
        if (best == rows || count > most || (count == most && better(file->table, row, best))) {
            best = row;
            most = count;
        }
    }
    return best;
}

static bool has_more_waiters(const struct csv_table *table, size_t a, size_t b)
{
    return number(table, a, "waiters_requested") > number(table, b, "waiters_requested");
}

int runtime_figures_read_spawn(struct runtime_figures *runtimes, const struct runtime_trials *file,
                               struct error *error)
{
    static const char *const columns[2] = {"waiters_requested", "warm"};
    static const struct figure spawn = {"spawn_seconds", "waiters", 1e-9, false};
    bool *kept = keep_valid(file, false);
    size_t row = choose(runtimes, file, kept, columns, has_more_waiters);
    int result = 0;
    if (row < csv_row_count(file->table)) {
        runtimes->spawn_waiters = number(file->table, row, columns[0]);
        keep_equal(file->table, columns[0], runtimes->spawn_waiters, kept);
    }
    for (size_t i = 0; result == 0 && i < runtimes->count; i++)
        result = estimate_arm(file, kept, &runtimes->arms[i], &spawn, &runtimes->arms[i].spawn_ns,
                              error);
    free(kept);
    return result;
}

/* The number of active connections nearest to `wanted`, by ratio; NAN where there is none but
 * `other`. */
static double nearest_active(const struct csv_table *table, const bool *kept, double wanted,
                             double other)
{
    double nearest = NAN;
    for (size_t row = 0; row < csv_row_count(table); row++) {
        double active = number(table, row, "active");
        if (kept[row] && active > 0 && (isnan(other) || differ(active, other)) &&
            (isnan(nearest) || fabs(log(active / wanted)) < fabs(log(nearest / wanted))))
            nearest = active;
    }
    return nearest;
}

static bool is_client_bound(const struct runtime_arm *arm, const struct csv_table *table,
                            const bool *kept)
{
    size_t trials = 0;
    size_t bound = 0;
    for (size_t row = 0; row < csv_row_count(table); row++)
        if (kept[row] && runtime_arm_has(arm, table, row)) {
            trials++;
            bound += number(table, row, "client_bound") > 0;
        }
    return bound > 0 && 2 * bound >= trials;
}

static int read_load(struct runtime_figures *runtimes, const struct runtime_trials *file,
                     bool *kept, int load, struct error *error)
{
    static const struct figure rate = {"achieved_per_second", NULL, 1, false};
    static const struct figure cpu = {"server_cpu_seconds", "samples", 1, false};
    int result = 0;
    keep_equal(file->table, "active", runtimes->active[load], kept);
    for (size_t i = 0; result == 0 && i < runtimes->count; i++) {
        struct runtime_arm *arm = &runtimes->arms[i];
        result = estimate_arm(file, kept, arm, &rate, &arm->per_second[load], error);
        if (result == 0)
            result = estimate_arm(file, kept, arm, &cpu, &arm->cpu_seconds[load], error);
        arm->client_bound[load] = is_client_bound(arm, file->table, kept);
    }
    return result;
}

int runtime_figures_read_throughput(struct runtime_figures *runtimes,
                                    const struct runtime_trials *file, struct error *error)
{
    static const double wanted[RUNTIMES_LOADS] = {1, MANY_ACTIVE};
    int result = 0;
    if (!file->table)
        return 0;
    for (int load = RUNTIMES_LOADS - 1; result == 0 && load >= 0; load--) {
        bool *kept = keep_valid(file, true);
        double other = load == RUNTIMES_ONE ? runtimes->active[RUNTIMES_MANY] : NAN;
        runtimes->active[load] = nearest_active(file->table, kept, wanted[load], other);
        if (!isnan(runtimes->active[load]))
            result = read_load(runtimes, file, kept, load, error);
        free(kept);
    }
    return result;
}

/* Nearer to half of what is sustained; then the higher rate. */
static bool has_better_rate(const struct csv_table *table, size_t a, size_t b)
{
    double off_a = fabs(number(table, a, "capacity_share") - 0.5);
    double off_b = fabs(number(table, b, "capacity_share") - 0.5);
    if (fabs(off_a - off_b) > 1e-9)
        return off_a < off_b;
    return number(table, a, "offered_per_second") > number(table, b, "offered_per_second");
}

static void count_trials(struct runtime_arm *arm, const struct csv_table *table, const bool *kept)
{
    for (size_t row = 0; row < csv_row_count(table); row++)
        if (kept[row] && runtime_arm_has(arm, table, row)) {
            arm->latency_trials++;
            arm->overloaded_trials += number(table, row, "overloaded") > 0;
        }
}

static int read_quantiles(struct runtime_figures *runtimes, const struct runtime_trials *file,
                          const bool *kept, struct error *error)
{
    static const struct figure p50 = {"p50_ns", NULL, 1, true};
    static const struct figure p99 = {"p99_ns", NULL, 1, true};
    int result = 0;
    for (size_t i = 0; result == 0 && i < runtimes->count; i++) {
        struct runtime_arm *arm = &runtimes->arms[i];
        count_trials(arm, file->table, kept);
        result = estimate_arm(file, kept, arm, &p50, &arm->p50_ns, error);
        if (result == 0)
            result = estimate_arm(file, kept, arm, &p99, &arm->p99_ns, error);
    }
    return result;
}

int runtime_figures_read_latency(struct runtime_figures *runtimes,
                                 const struct runtime_trials *file, struct error *error)
{
    static const char *const columns[2] = {"offered_per_second", "active"};
    int result = 0;
    if (!file->table)
        return 0;
    bool *kept = keep_valid(file, true);
    for (size_t row = 0; row < csv_row_count(file->table); row++)
        if (strcmp(cell(file->table, row, "rate_basis"), "equal_utilisation") == 0)
            kept[row] = false;
    size_t row = choose(runtimes, file, kept, columns, has_better_rate);
    if (row < csv_row_count(file->table)) {
        runtimes->offered_per_second = number(file->table, row, columns[0]);
        runtimes->latency_active = number(file->table, row, columns[1]);
        keep_equal(file->table, columns[0], runtimes->offered_per_second, kept);
        keep_equal(file->table, columns[1], runtimes->latency_active, kept);
        result = read_quantiles(runtimes, file, kept, error);
    }
    free(kept);
    return result;
}
