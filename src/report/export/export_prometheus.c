/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prometheus' text format 0.0.4: a family of samples after another, each with its type. */
#include "analysis/statistics/statistics.h"
#include "report/export/export_parts.h"
#include "run/machine_json.h"

#include <math.h>
#include <stdlib.h>

static void begin_family(FILE *out, const char *name, const char *help)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void write_label(FILE *out, const char *before, const char *name, const char *value)
{
    char *text = export_text(value);
    fprintf(out, "%s%s=\"", before, name);
    for (const char *at = text; *at; at++) {
        if (*at == '\\' || *at == '"')
            fputc('\\', out);
        fputc(*at, out);
    }
    fputc('"', out);
    free(text);
}

/* Takes over `value`. */
static void write_own_label(FILE *out, const char *name, char *value)
{
    write_label(out, ",", name, value);
    free(value);
}

/* Samples of several machines stay apart, of which two may have one host name, if they are named.
 */
static void begin_sample(FILE *out, const char *name, const struct analysis *analysis)
{
    const json_t *machine = analysis->run->machine;
    const char *label = machine_find_text(machine, "label");
    fputs(name, out);
    write_label(out, "{", "machine",
                label && *label ? label : machine_find_text(machine, "hostname"));
}

static void write_run(FILE *out, const struct analysis *analysis)
{
    begin_family(out, "waitbench_run_info", "The run and its machine.");
    begin_sample(out, "waitbench_run_info", analysis);
    for (const struct export_field *field = export_fields; field->name; field++)
        write_label(out, ",", field->name, machine_find_text(analysis->run->machine, field->path));
    fputs("} 1\n", out);
}

static void write_claims(FILE *out, const struct analysis *analysis)
{
    begin_family(out, "waitbench_claim_verdict", "1 for the verdict that the claim has.");
    for (size_t i = 0; i < analysis->claims.count; i++) {
        const struct claim *claim = &analysis->claims.claims[i];
        begin_sample(out, "waitbench_claim_verdict", analysis);
        write_label(out, ",", "claim", claim->id);
        write_label(out, ",", "pair", claim->pair);
        write_label(out, ",", "verdict", claim_verdict_text(claim->verdict));
        fputs("} 1\n", out);
    }
}

/* Which of an estimate's three figures a family is of. */
typedef double figure_of(const struct estimate *estimate);

static double value_of(const struct estimate *estimate)
{
    return estimate->value;
}

static double low_of(const struct estimate *estimate)
{
    return estimate->interval.low;
}

static double high_of(const struct estimate *estimate)
{
    return estimate->interval.high;
}

static void write_slopes(FILE *out, const struct analysis *analysis, const char *name,
                         const char *help, figure_of *figure)
{
    begin_family(out, name, help);
    for (size_t i = 0; i < analysis->bill.count; i++)
        for (int component = 0; component < COMPONENT_COUNT; component++) {
            const struct bill_arm *arm = &analysis->bill.bills[i];
            double value = figure(&arm->components[component].slope);
            if (!isfinite(value))
                continue;
            begin_sample(out, name, analysis);
            write_label(out, ",", "scenario", group_text(&arm->trials, "scenario"));
            write_own_label(out, "arm", export_arm(&arm->trials));
            write_label(out, ",", "model", group_text(&arm->trials, "model"));
            write_label(out, ",", "allocator", group_text(&arm->trials, "allocator"));
            write_own_label(out, "parameters", export_conditions(&arm->trials));
            write_label(out, ",", "component", component_name((enum component)component));
            fprintf(out, "} %.9g\n", value);
        }
}

static void write_ratios(FILE *out, const struct analysis *analysis, const char *name,
                         const char *help, figure_of *figure)
{
    begin_family(out, name, help);
    for (size_t i = 0; i < analysis->summary.count; i++) {
        const struct summary_row *row = &analysis->summary.rows[i];
        double value = figure(&row->comparison.ratio);
        if (!isfinite(value))
            continue;
        begin_sample(out, name, analysis);
        write_label(out, ",", "experiment", row->experiment->name);
        write_label(out, ",", "scenario", group_text(row->a, "scenario"));
        write_label(out, ",", "metric", row->metric.name);
        write_label(out, ",", "unit", row->metric.unit);
        write_label(out, ",", "parameters", row->parameters);
        write_own_label(out, "arm", export_arm(row->a));
        write_label(out, ",", "model", group_text(row->a, "model"));
        write_own_label(out, "against", export_arm(row->b));
        write_label(out, ",", "against_model", group_text(row->b, "model"));
        /* What has no stacks of a known size is set against threads with each. */
        write_label(out, ",", "against_stack_bytes", group_text(row->b, "stack_bytes"));
        write_label(out, ",", "doubt", export_doubt(row));
        fprintf(out, "} %.9g\n", value);
    }
}

int export_prometheus(const struct analysis *analysis, FILE *out, struct error *error)
{
    (void)error;
    write_run(out, analysis);
    write_claims(out, analysis);
    write_slopes(out, analysis, "waitbench_memory_per_waiter_bytes",
                 "Memory of one more waiter, by component.", value_of);
    write_slopes(out, analysis, "waitbench_memory_per_waiter_ci_low_bytes",
                 "Where its 95 % interval begins.", low_of);
    write_slopes(out, analysis, "waitbench_memory_per_waiter_ci_high_bytes",
                 "Where its 95 % interval ends.", high_of);
    write_ratios(out, analysis, "waitbench_comparison_ratio",
                 "The metric's median of the arm over that of the one it is set against.",
                 value_of);
    write_ratios(out, analysis, "waitbench_comparison_ratio_ci_low",
                 "Where the ratio's 95 % interval begins.", low_of);
    write_ratios(out, analysis, "waitbench_comparison_ratio_ci_high",
                 "Where the ratio's 95 % interval ends.", high_of);
    return 0;
}
