/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/summary/derived.h"
#include "analysis/summary/summary.h"
#include "analysis/words/arm.h"
#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void set_arm(struct csv_writer *csv, const char *column, const struct trial_group *arm)
{
    char name[ARM_NAME_SIZE];
    arm_name(arm->table, arm->first, name, sizeof name);
    csv_set_text(csv, column, name);
}

static int write_row(const struct summary_row *row, struct csv_writer *csv, struct error *error)
{
    const struct comparison *comparison = &row->comparison;
    csv_set_text(csv, "experiment", row->experiment->name);
    csv_set_text(csv, "scenario", group_text(row->a, "scenario"));
    csv_set_text(csv, "metric", row->metric.name);
    csv_set_text(csv, "unit", row->metric.unit);
    csv_set_text(csv, "parameters", row->parameters);
    set_arm(csv, "arm_a", row->a);
    set_arm(csv, "arm_b", row->b);
    csv_set_double(csv, "median_a", comparison->median_a);
    csv_set_double(csv, "median_b", comparison->median_b);
    csv_set_double(csv, "ratio", comparison->ratio.value);
    csv_set_double(csv, "ci_low", comparison->ratio.interval.low);
    csv_set_double(csv, "ci_high", comparison->ratio.interval.high);
    csv_set_int64(csv, "blocks", (int64_t)comparison->ratio.blocks);
    csv_set_text(csv, "verdict", verdict_text(comparison->verdict, row->metric.kind));
    csv_set_int64(csv, "outliers", (int64_t)comparison->outliers);
    csv_set_int64(csv, "client_bound",
                  (int64_t)(comparison->doubts_a.client_bound + comparison->doubts_b.client_bound));
    csv_set_int64(csv, "late", (int64_t)comparison->late);
    csv_set_text(csv, "model_a", group_text(row->a, "model"));
    csv_set_text(csv, "model_b", group_text(row->b, "model"));
    return csv_end_row(csv, error);
}

int summary_write(const struct summary *summary, const char *run_dir, struct error *error)
{
    return summary_write_as(summary, run_dir, "summary.csv", error);
}

int summary_write_as(const struct summary *summary, const char *run_dir, const char *name,
                     struct error *error)
{
    static const char *const columns[] = {
        "experiment", "scenario",     "metric", "unit",    "parameters", "arm_a",  "arm_b",
        "median_a",   "median_b",     "ratio",  "ci_low",  "ci_high",    "blocks", "verdict",
        "outliers",   "client_bound", "late",   "model_a", "model_b",
    };
    struct derived file;
    int result =
        derived_begin(&file, run_dir, name, columns, sizeof columns / sizeof *columns, error);
    if (result < 0)
        return result;
    for (size_t i = 0; result == 0 && i < summary->count; i++)
        result = write_row(&summary->rows[i], file.csv, error);
    return derived_end(&file, result, error);
}
