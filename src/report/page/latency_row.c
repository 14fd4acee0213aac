/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/run_files.h"
#include "report/page/figure_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EVENTS_MIN 10
/* Beyond a quantile; a rounding of the share takes none. */
#define SAMPLES_MIN 99.99

static double cell_number(const struct csv_table *table, size_t row, const char *name,
                          const char *statistic, const char *unit)
{
    char column[96];
    snprintf(column, sizeof column, "%s_%s%s%s", name, statistic, *unit ? "_" : "", unit);
    const char *cell = run_cell(table, row, column);
    return *cell ? strtod(cell, NULL) : NAN;
}

/* Trials of that row's point whose backlog grew. */
static double overloaded(const struct csv_table *table, size_t row)
{
    return strtod(run_cell(table, row, "overloaded_trials"), NULL);
}

static void write_overloaded(FILE *out, const struct csv_table *table, size_t row)
{
    double blocks = strtod(run_cell(table, row, "blocks"), NULL);
    if (overloaded(table, row) < blocks)
        fprintf(out, "<td class=\"n none\">overloaded in %.0f of %.0f</td>", overloaded(table, row),
                blocks);
    else
        fputs("<td class=\"n none\">overloaded</td>", out);
}

/* What share of the samples is beyond the quantile: "p99", "p999", "other_p50". */
static double share_beyond(const char *quantile)
{
    const char *digits = strrchr(quantile, 'p') + 1;
    double percent = strtod(digits, NULL) / (strlen(digits) > 2 ? 10 : 1);
    return 1 - percent / 100;
}

/* Why a quantile of that row is empty in all trials. Rows of older versions do not count events. So
 * few samples as have no hundred beyond it need no look at the events. */
static const char *why_empty(const struct csv_table *table, size_t row, const char *quantile)
{
    char name[32];
    snprintf(name, sizeof name, "excursions_%s", quantile);
    double samples = cell_number(table, row, "samples", "median", "count");
    if (samples * share_beyond(quantile) < SAMPLES_MIN)
        return "too few samples";
    return cell_number(table, row, name, "median", "count") < EVENTS_MIN ? "too few events"
                                                                         : "too few samples";
}

/* A quantile in us, with its interval, and how many trials have it where not all do. */
static void write_quantile(FILE *out, const struct csv_table *table, size_t row,
                           const char *quantile)
{
    double value = cell_number(table, row, quantile, "median", "ns") / 1e3;
    double low = cell_number(table, row, quantile, "ci_low", "ns") / 1e3;
    double high = cell_number(table, row, quantile, "ci_high", "ns") / 1e3;
    double trials = cell_number(table, row, quantile, "trials", "");
    double blocks = strtod(run_cell(table, row, "blocks"), NULL);
    if (isnan(value) && trials > 0) {
        fprintf(out, "<td class=\"n none\">withheld in %.0f of %.0f</td>", blocks - trials, blocks);
        return;
    }
    if (isnan(value)) {
        fprintf(out, "<td class=\"n none\">%s</td>", why_empty(table, row, quantile));
        return;
    }
    fputs("<td class=\"n\">", out);
    html_number(out, value, 0);
    if (!isnan(low) && !isnan(high)) {
        fputs(" <span class=\"ci\">(", out);
        html_number(out, low, 0);
        fputs(" to ", out);
        html_number(out, high, 0);
        fputs(")</span>", out);
    } else if (trials < blocks) {
        fprintf(out, " <span class=\"ci\">(of %.0f trials)</span>", trials);
    }
    fputs("</td>", out);
}

/* The quantile that a column shows, or NULL; `tail` says whether an overloaded row has none. */
static const char *quantile_of(const struct html_column *column, bool *tail)
{
    static const char *const quantiles[] = {"p50",       "p99",       "p999",
                                            "other_p50", "other_p90", "other_p99"};
    for (size_t i = 0; i < sizeof quantiles / sizeof quantiles[0]; i++) {
        size_t length = strlen(quantiles[i]);
        if (strncmp(column->column, quantiles[i], length) == 0 &&
            strcmp(column->column + length, "_median_ns") == 0) {
            *tail = strstr(quantiles[i], "p50") == NULL;
            return quantiles[i];
        }
    }
    return NULL;
}

void latency_row_write(FILE *out, const struct figure_table *figure_table,
                       const struct csv_table *table, size_t row)
{
    for (size_t i = 1; i < figure_table->count; i++) {
        const struct html_column *column = &figure_table->columns[i];
        bool tail = false;
        const char *quantile = quantile_of(column, &tail);
        bool is_others = quantile && strncmp(quantile, "other", 5) == 0;
        if (!quantile)
            html_cells(out, column, 1, table, row);
        else if (is_others && !*run_cell(table, row, column->column))
            html_cell(out, "");
        else if (tail && overloaded(table, row) > 0)
            write_overloaded(out, table, row);
        else
            write_quantile(out, table, row, quantile);
    }
}
