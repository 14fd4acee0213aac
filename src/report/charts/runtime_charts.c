/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/runtime_charts.h"

#include "analysis/summary/runtimes.h"
#include "base/alloc.h"
#include "base/utf8.h"
#include "report/charts/arm_rows.h"
#include "report/charts/run_files.h"
#include "run/model.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARM_COLUMNS "position", "label", "subject", "model", "color"
#define ESTIMATE_COLUMNS(name, unit) \
    name "_" unit, name "_ci_low_" unit, name "_ci_high_" unit, name "_blocks"

/* What a chart shows of the arms: what it has of one, by what they stand in order, and what of the
 * run is the same in every row. */
struct view {
    const char *name;
    const char *nothing;
    const char *const *columns; /* ended by NULL */
    /* Less is further up; NAN: the arm is not in the chart, INFINITY: it stands last. */
    double (*rank)(const struct runtime_arm *arm);
    void (*set)(struct csv_writer *writer, const struct runtime_figures *runtimes,
                const struct runtime_arm *arm);
};

/* "total_bytes", "total_ci_low_bytes", "total_ci_high_bytes", "total_blocks". */
static void set_estimate(struct csv_writer *writer, const char *name, const char *unit,
                         const struct estimate *estimate)
{
    const struct {
        const char *part;
        double value;
    } parts[] = {
        {"", estimate->value},
        {"ci_low_", estimate->interval.low},
        {"ci_high_", estimate->interval.high},
    };
    char column[96];
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        snprintf(column, sizeof column, "%s_%s%s", name, parts[i].part, unit);
        csv_set_double(writer, column, parts[i].value);
    }
    snprintf(column, sizeof column, "%s_blocks", name);
    csv_set_int64(writer, column, (int64_t)estimate->blocks);
}

/* The model's name in plots/style.gp, or nothing of one that it does not know. */
static const char *known_model(const char *model)
{
    if (model_is(model, MODEL_THREADS))
        return "threads";
    if (model_is(model, MODEL_POOL))
        return "pool";
    return model_is(model, MODEL_LOOPS) ? "loops" : model_is_loop(model) ? "loop" : "";
}

static void set_arm(struct csv_writer *writer, const struct runtime_arm *arm, size_t position)
{
    char label[ARM_LABEL_BYTES];
    char color[32];
    const char *model = known_model(arm->model);
    utf8_printable(label, sizeof label, arm->name);
    for (char *at = label; *at; at++) /* gnuplot's reader of CSV would stumble over them */
        if (*at == ',' || *at == '"')
            *at = ' ';
    snprintf(color, sizeof color, "%s%s%s", arm->is_ours ? "" : "other",
             arm->is_ours || !*model ? "" : "-", model);
    csv_set_int64(writer, "position", (int64_t)position);
    csv_set_text(writer, "label", label);
    csv_set_text(writer, "subject", arm->subject);
    csv_set_text(writer, "model", arm->model);
    csv_set_text(writer, "color", color);
}

struct ranked {
    const struct runtime_arm *arm;
    double rank;
};

static int compare_ranks(const void *a, const void *b)
{
    const struct ranked *first = a;
    const struct ranked *second = b;
    if (first->rank < second->rank || first->rank > second->rank)
        return first->rank < second->rank ? -1 : 1;
    return strcmp(first->arm->name, second->arm->name);
}

static int write_arms(const struct view *view, const struct runtime_figures *runtimes,
                      const struct ranked *ranked, size_t count, const char *folder,
                      struct error *error)
{
    struct csv_writer *writer = NULL;
    size_t columns = 0;
    while (view->columns[columns])
        columns++;
    int result = run_create_chart_csv(&writer, folder, view->name, view->columns, columns, error);
    for (size_t i = 0; result == 0 && i < count; i++) {
        set_arm(writer, ranked[i].arm, i + 1);
        view->set(writer, runtimes, ranked[i].arm);
        result = csv_end_row(writer, error);
    }
    csv_destroy(writer);
    return result;
}

static int write_view(const struct view *view, const struct chart_source *source,
                      struct error *error)
{
    const struct runtime_figures *runtimes = source->runtimes;
    if (!runtimes || !runtime_figures_are_many(runtimes))
        return error_set(error, -ENODATA, "it takes %d foreign programs beside ours", RUNTIMES_MIN);
    struct ranked *ranked = alloc_array(runtimes->count, sizeof *ranked);
    size_t count = 0;
    for (size_t i = 0; i < runtimes->count; i++) {
        double rank = view->rank(&runtimes->arms[i]);
        if (!isnan(rank))
            ranked[count++] = (struct ranked){&runtimes->arms[i], rank};
    }
    int result = 0;
    if (count == 0)
        result = error_set(error, -ENODATA, "%s", view->nothing);
    else {
        qsort(ranked, count, sizeof *ranked, compare_ranks);
        result = write_arms(view, runtimes, ranked, count, source->folder, error);
    }
    free(ranked);
    return result;
}

static double rank_memory(const struct runtime_arm *arm)
{
    return arm->bytes[COMPONENT_TOTAL].value;
}

static void set_memory(struct csv_writer *writer, const struct runtime_figures *runtimes,
                       const struct runtime_arm *arm)
{
    static const struct {
        enum component component;
        const char *name;
    } parts[] = {
        {COMPONENT_TOTAL, "total"},
        {COMPONENT_USER, "user"},
        {COMPONENT_KERNEL_STACK, "kernel_stack"},
        {COMPONENT_PAGE_TABLE, "page_table"},
        {COMPONENT_KERNEL_OTHER, "kernel_other"},
        {COMPONENT_CHARGED, "charged"},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        set_estimate(writer, parts[i].name, "bytes", &arm->bytes[parts[i].component]);
    csv_set_double(writer, "connection_bytes", runtimes->connection_bytes);
    csv_set_int64(writer, "warm", runtimes->is_warm);
}

int runtime_memory_write(const struct chart_source *source, struct error *error)
{
    static const char *const columns[] = {
        ARM_COLUMNS,
        ESTIMATE_COLUMNS("total", "bytes"),
        ESTIMATE_COLUMNS("user", "bytes"),
        ESTIMATE_COLUMNS("kernel_stack", "bytes"),
        ESTIMATE_COLUMNS("page_table", "bytes"),
        ESTIMATE_COLUMNS("kernel_other", "bytes"),
        ESTIMATE_COLUMNS("charged", "bytes"),
        "connection_bytes",
        "warm",
        NULL,
    };
    static const struct view view = {
        "runtimes-memory", "no program has memory at four numbers of waiters or more",
        columns,           rank_memory,
        set_memory,
    };
    return write_view(&view, source, error);
}

/* Beyond any p99 there is. */
#define WITHHELD_NS 1e15

/* By p99; behind all that have one those whose p99 was withheld, which a single long pause does,
 * and at the end those that were overloaded. */
static double rank_latency(const struct runtime_arm *arm)
{
    if (arm->overloaded_trials > 0)
        return INFINITY;
    return isnan(arm->p99_ns.value) ? WITHHELD_NS + arm->p50_ns.value : arm->p99_ns.value;
}

static void set_latency(struct csv_writer *writer, const struct runtime_figures *runtimes,
                        const struct runtime_arm *arm)
{
    set_estimate(writer, "p50", "ns", &arm->p50_ns);
    set_estimate(writer, "p99", "ns", &arm->p99_ns);
    csv_set_int64(writer, "trials", (int64_t)arm->latency_trials);
    csv_set_int64(writer, "overloaded_trials", (int64_t)arm->overloaded_trials);
    csv_set_double(writer, "offered_per_second", runtimes->offered_per_second);
    csv_set_double(writer, "active", runtimes->latency_active);
}

int runtime_latency_write(const struct chart_source *source, struct error *error)
{
    static const char *const columns[] = {
        ARM_COLUMNS,
        ESTIMATE_COLUMNS("p50", "ns"),
        ESTIMATE_COLUMNS("p99", "ns"),
        "trials",
        "overloaded_trials",
        "offered_per_second",
        "active",
        NULL,
    };
    static const struct view view = {
        "runtimes-latency",
        "no program has latency at a rate that all were offered",
        columns,
        rank_latency,
        set_latency,
    };
    return write_view(&view, source, error);
}

/* The most first. */
static double rank_throughput(const struct runtime_arm *arm)
{
    const struct estimate *many = &arm->per_second[RUNTIMES_MANY];
    const struct estimate *one = &arm->per_second[RUNTIMES_ONE];
    return isnan(many->value) && !isnan(one->value) ? INFINITY : -many->value;
}

static void set_throughput(struct csv_writer *writer, const struct runtime_figures *runtimes,
                           const struct runtime_arm *arm)
{
    set_estimate(writer, "many", "per_second", &arm->per_second[RUNTIMES_MANY]);
    set_estimate(writer, "one", "per_second", &arm->per_second[RUNTIMES_ONE]);
    set_estimate(writer, "many_cpu", "seconds_per_request", &arm->cpu_seconds[RUNTIMES_MANY]);
    set_estimate(writer, "one_cpu", "seconds_per_request", &arm->cpu_seconds[RUNTIMES_ONE]);
    csv_set_int64(writer, "many_client_bound", arm->client_bound[RUNTIMES_MANY]);
    csv_set_int64(writer, "one_client_bound", arm->client_bound[RUNTIMES_ONE]);
    csv_set_double(writer, "many_active", runtimes->active[RUNTIMES_MANY]);
    csv_set_double(writer, "one_active", runtimes->active[RUNTIMES_ONE]);
}

int runtime_throughput_write(const struct chart_source *source, struct error *error)
{
    static const char *const columns[] = {
        ARM_COLUMNS,
        ESTIMATE_COLUMNS("many", "per_second"),
        ESTIMATE_COLUMNS("one", "per_second"),
        ESTIMATE_COLUMNS("many_cpu", "seconds_per_request"),
        ESTIMATE_COLUMNS("one_cpu", "seconds_per_request"),
        "many_client_bound",
        "one_client_bound",
        "many_active",
        "one_active",
        NULL,
    };
    static const struct view view = {
        "runtimes-throughput", "no program has throughput without work", columns, rank_throughput,
        set_throughput,
    };
    return write_view(&view, source, error);
}

static double rank_spawn(const struct runtime_arm *arm)
{
    return arm->spawn_ns.value;
}

static void set_spawn(struct csv_writer *writer, const struct runtime_figures *runtimes,
                      const struct runtime_arm *arm)
{
    set_estimate(writer, "spawn", "ns", &arm->spawn_ns);
    csv_set_double(writer, "waiters", runtimes->spawn_waiters);
}

int runtime_spawn_write(const struct chart_source *source, struct error *error)
{
    static const char *const columns[] = {
        ARM_COLUMNS,
        ESTIMATE_COLUMNS("spawn", "ns"),
        "waiters",
        NULL,
    };
    static const struct view view = {
        "runtimes-spawn", "no program has a time until all waiters wait", columns, rank_spawn,
        set_spawn,
    };
    return write_view(&view, source, error);
}
