/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/statistics/statistics.h"
#include "base/alloc.h"
#include "report/export/export_parts.h"
#include "run/machine_json.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* Raised where a key changes its meaning; new keys are only ever added. */
#define EXPORT_VERSION 1

/* Digits of our files. */
#define DIGITS 9

/* Takes over `value`; jansson's only failure is that memory is out. */
static void set(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) < 0)
        alloc_checked(NULL);
}

/* Takes over `text`. */
static void set_own_text(json_t *object, const char *key, char *text)
{
    set(object, key, json_string(text));
    free(text);
}

static void set_text(json_t *object, const char *key, const char *text)
{
    set_own_text(object, key, export_text(text));
}

static void set_number(json_t *object, const char *key, double value)
{
    set(object, key, isfinite(value) ? json_real(value) : json_null());
}

static void set_count(json_t *object, const char *key, size_t count)
{
    set(object, key, json_integer((json_int_t)count));
}

static json_t *add_object(json_t *array)
{
    json_t *object = json_object();
    if (json_array_append_new(array, object) < 0)
        alloc_checked(NULL);
    return object;
}

static json_t *machine_of(const struct analysis *analysis)
{
    json_t *machine = json_object();
    for (const struct export_field *field = export_fields; field->name; field++) {
        const char *text = machine_find_text(analysis->run->machine, field->path);
        if (text)
            set_text(machine, field->name, text);
    }
    set_own_text(machine, "disturbed_by", export_disturbances(analysis));
    set(machine, "measurement_version",
        json_integer(machine_measurement_version(analysis->run->machine)));
    return machine;
}

static json_t *claims_of(const struct analysis *analysis)
{
    json_t *array = json_array();
    for (size_t i = 0; i < analysis->claims.count; i++) {
        const struct claim *claim = &analysis->claims.claims[i];
        json_t *object = add_object(array);
        set_text(object, "id", claim->id);
        set_text(object, "pair", claim->pair);
        set_text(object, "claim", claim->text);
        set_text(object, "verdict", claim_verdict_text(claim->verdict));
        set_text(object, "answer", claim->answer);
        set_text(object, "answer_setting", claim_shown_setting(claim));
        set_text(object, "figures", claim->figures);
        set_text(object, "condition", claim->condition);
        set_count(object, "settings", claim->settings);
        set_count(object, "resolved", claim->resolved);
    }
    return array;
}

static json_t *comparisons_of(const struct analysis *analysis)
{
    json_t *array = json_array();
    for (size_t i = 0; i < analysis->summary.count; i++) {
        const struct summary_row *row = &analysis->summary.rows[i];
        const struct comparison *comparison = &row->comparison;
        json_t *object = add_object(array);
        set_text(object, "experiment", row->experiment->name);
        set_text(object, "scenario", group_text(row->a, "scenario"));
        set_text(object, "metric", row->metric.name);
        set_text(object, "unit", row->metric.unit);
        set_text(object, "parameters", row->parameters);
        set_own_text(object, "arm_a", export_arm(row->a));
        set_own_text(object, "arm_b", export_arm(row->b));
        set_text(object, "model_a", group_text(row->a, "model"));
        set_text(object, "model_b", group_text(row->b, "model"));
        set_number(object, "median_a", comparison->median_a);
        set_number(object, "median_b", comparison->median_b);
        set_number(object, "ratio", comparison->ratio.value);
        set_number(object, "ci_low", comparison->ratio.interval.low);
        set_number(object, "ci_high", comparison->ratio.interval.high);
        set_count(object, "blocks", comparison->ratio.blocks);
        set_text(object, "verdict", verdict_text(comparison->verdict, row->metric.kind));
        set_text(object, "doubt", export_doubt(row));
    }
    return array;
}

static void add_slope(json_t *array, const struct bill_arm *arm, enum component component)
{
    const struct slope *slope = &arm->components[component];
    if (!export_has_slope(slope))
        return;
    json_t *object = add_object(array);
    set_text(object, "scenario", group_text(&arm->trials, "scenario"));
    set_own_text(object, "arm", export_arm(&arm->trials));
    set_text(object, "model", group_text(&arm->trials, "model"));
    set_text(object, "allocator", group_text(&arm->trials, "allocator"));
    set_own_text(object, "parameters", export_conditions(&arm->trials));
    set_text(object, "component", component_name(component));
    set_number(object, "bytes_per_waiter", slope->slope.value);
    set_number(object, "ci_low", slope->slope.interval.low);
    set_number(object, "ci_high", slope->slope.interval.high);
    set_count(object, "blocks", slope->slope.blocks);
}

static json_t *memory_of(const struct analysis *analysis)
{
    json_t *array = json_array();
    for (size_t i = 0; i < analysis->bill.count; i++)
        for (int component = 0; component < COMPONENT_COUNT; component++)
            add_slope(array, &analysis->bill.bills[i], (enum component)component);
    return array;
}

int export_json(const struct analysis *analysis, FILE *out, struct error *error)
{
    json_t *whole = json_object();
    set(whole, "waitbench_export", json_integer(EXPORT_VERSION));
    set(whole, "machine", machine_of(analysis));
    set(whole, "claims", claims_of(analysis));
    set(whole, "comparisons", comparisons_of(analysis));
    set(whole, "memory_per_waiter", memory_of(analysis));
    int result = json_dumpf(whole, out, JSON_INDENT(1) | JSON_REAL_PRECISION(DIGITS));
    json_decref(whole);
    fputc('\n', out);
    return result < 0 && !ferror(out) ? error_set(error, -ENOMEM, "out of memory") : 0;
}
