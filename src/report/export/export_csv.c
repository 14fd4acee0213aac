/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One table of all of it, a row per claim, comparison and slope, as spreadsheets like it. */
#include "analysis/statistics/statistics.h"
#include "base/csv.h"
#include "report/export/export_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

/* Takes over `text`. */
static void set_own_text(struct csv_writer *csv, const char *column, char *text)
{
    csv_set_text(csv, column, text);
    free(text);
}

static void set_text(struct csv_writer *csv, const char *column, const char *text)
{
    set_own_text(csv, column, export_text(text));
}

static void set_estimate(struct csv_writer *csv, const struct estimate *estimate)
{
    csv_set_double(csv, "value", estimate->value);
    csv_set_double(csv, "ci_low", estimate->interval.low);
    csv_set_double(csv, "ci_high", estimate->interval.high);
    csv_set_int64(csv, "blocks", (int64_t)estimate->blocks);
}

static int write_claim(struct csv_writer *csv, const struct claim *claim, struct error *error)
{
    set_text(csv, "record", "claim");
    set_text(csv, "metric", claim->id);
    set_text(csv, "verdict", claim_verdict_text(claim->verdict));
    set_own_text(csv, "text", export_claim(claim));
    set_text(csv, "answer", claim->answer);
    set_text(csv, "answer_setting", claim_shown_setting(claim));
    if (claim->settings > 0) {
        csv_set_int64(csv, "settings", (int64_t)claim->settings);
        csv_set_int64(csv, "resolved", (int64_t)claim->resolved);
    }
    return csv_end_row(csv, error);
}

static int write_comparison(struct csv_writer *csv, const struct summary_row *row,
                            struct error *error)
{
    const struct comparison *comparison = &row->comparison;
    set_text(csv, "record", "comparison");
    set_text(csv, "experiment", row->experiment->name);
    set_text(csv, "scenario", group_text(row->a, "scenario"));
    set_text(csv, "metric", row->metric.name);
    set_text(csv, "unit", row->metric.unit);
    set_text(csv, "parameters", row->parameters);
    set_own_text(csv, "arm", export_arm(row->a));
    set_text(csv, "model", group_text(row->a, "model"));
    set_own_text(csv, "against", export_arm(row->b));
    set_text(csv, "against_model", group_text(row->b, "model"));
    csv_set_double(csv, "median", comparison->median_a);
    csv_set_double(csv, "median_against", comparison->median_b);
    set_estimate(csv, &comparison->ratio);
    set_text(csv, "verdict", verdict_text(comparison->verdict, row->metric.kind));
    set_text(csv, "doubt", export_doubt(row));
    return csv_end_row(csv, error);
}

static int write_slope(struct csv_writer *csv, const struct bill_arm *arm, enum component component,
                       struct error *error)
{
    const struct slope *slope = &arm->components[component];
    if (!export_has_slope(slope))
        return 0;
    set_text(csv, "record", "memory_per_waiter");
    set_text(csv, "experiment", "memory");
    set_text(csv, "scenario", group_text(&arm->trials, "scenario"));
    set_text(csv, "metric", component_name(component));
    set_text(csv, "unit", "bytes");
    set_own_text(csv, "parameters", export_conditions(&arm->trials));
    set_own_text(csv, "arm", export_arm(&arm->trials));
    set_text(csv, "model", group_text(&arm->trials, "model"));
    set_estimate(csv, &slope->slope);
    return csv_end_row(csv, error);
}

static int write_rows(struct csv_writer *csv, const struct analysis *analysis, struct error *error)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < analysis->claims.count; i++)
        result = write_claim(csv, &analysis->claims.claims[i], error);
    for (size_t i = 0; result == 0 && i < analysis->bill.count; i++)
        for (int component = 0; result == 0 && component < COMPONENT_COUNT; component++)
            result = write_slope(csv, &analysis->bill.bills[i], (enum component)component, error);
    for (size_t i = 0; result == 0 && i < analysis->summary.count; i++)
        result = write_comparison(csv, &analysis->summary.rows[i], error);
    return result;
}

int export_csv(const struct analysis *analysis, FILE *out, struct error *error)
{
    static const char *const columns[] = {
        "record", "experiment",     "scenario", "metric",        "unit",    "parameters",
        "arm",    "model",          "against",  "against_model", "median",  "median_against",
        "value",  "ci_low",         "ci_high",  "blocks",        "verdict", "text",
        "answer", "answer_setting", "settings", "resolved",      "doubt",
    };
    struct csv_writer *csv = NULL;
    fflush(out);
    int fd = fcntl(fileno(out), F_DUPFD_CLOEXEC, 0);
    if (fd < 0)
        return error_set(error, -errno, "cannot write the CSV: %s", strerror(errno));
    int result = csv_create_on(&csv, fd, "standard output", columns,
                               sizeof columns / sizeof *columns, error);
    if (result == 0)
        result = write_rows(csv, analysis, error);
    csv_destroy(csv);
    return result;
}
