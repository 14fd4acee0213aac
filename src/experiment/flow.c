/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/flow.h"

#include "base/clock.h"
#include "base/text.h"
#include "measure/disturbance/contention.h"
#include "measure/process/program.h"
#include "run/scenario.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a program may take; the default variants take a few seconds on a busy machine. */
#define PROGRAM_SECONDS 120
#define FIGURES_MAX     128

static const char *const units[] = {"_per_second", "_seconds", "_bytes", "_count", "_ratio", "_ns"};

/* A `key value` line, split. */
struct flow_figure {
    char key[64];
    double value;
};

struct flow_figures {
    struct flow_figure list[FIGURES_MAX];
    size_t count;
    char runtime[ARM_NAME_MAX]; /* as a server's `stats` say it; empty: not said */
    double runtime_threads;     /* likewise; below 0 */
    bool ended;
};

/* What is no figure, but says what the program is written in. Returns 1, 0 where it is none of
 * that, or -errno with `error` set. */
static int keep_runtime(struct flow_figures *figures, const char *key, const char *value,
                        struct error *error)
{
    if (strcmp(key, "runtime") == 0) {
        snprintf(figures->runtime, sizeof figures->runtime, "%s", value);
        return 1;
    }
    if (strcmp(key, "runtime_threads") != 0)
        return 0;
    if (text_parse_double(value, &figures->runtime_threads) == 0 && figures->runtime_threads >= 0)
        return 1;
    return error_set(error, -EPROTO, "subject said '%.60s' of %s, which is not a number of threads",
                     value, key);
}

static int keep_line(void *data, char *line, struct error *error)
{
    struct flow_figures *figures = data;
    char *space = strchr(line, ' ');
    if (strcmp(line, "end") == 0) {
        figures->ended = true;
        return 0;
    }
    if (!space || figures->count == FIGURES_MAX)
        return error_set(error, -EPROTO, "subject said '%.80s' instead of `key value`", line);
    *space = '\0';
    int result = keep_runtime(figures, line, space + 1, error);
    if (result != 0)
        return result < 0 ? result : 0;
    struct flow_figure *figure = &figures->list[figures->count++];
    snprintf(figure->key, sizeof figure->key, "%s", line);
    if (text_parse_double(space + 1, &figure->value) < 0)
        return error_set(error, -EPROTO, "subject said '%.60s' of %.60s, which is not a number",
                         space + 1, figure->key);
    return 0;
}

static bool is_parameter(const struct flow_figure *figure)
{
    return strncmp(figure->key, "parameter_", strlen("parameter_")) == 0;
}

/* The unit that ends a key, or NULL. */
static const char *unit_of(const char *key)
{
    size_t length = strlen(key);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t unit_length = strlen(units[i]);
        if (length > unit_length && strcmp(key + length - unit_length, units[i]) == 0)
            return key + length - unit_length;
    }
    return NULL;
}

/* The seed has a column among the common ones. */
static void set_parameters(const struct flow_figures *figures, struct csv_writer *csv)
{
    for (size_t i = 0; i < figures->count; i++) {
        const struct flow_figure *figure = &figures->list[i];
        const char *name = figure->key + strlen("parameter_");
        if (is_parameter(figure) && strcmp(name, "seed") != 0)
            csv_set_double(csv, name, figure->value);
    }
}

static int check_figures(const struct flow_figures *figures, struct error *error)
{
    for (size_t i = 0; i < figures->count; i++) {
        const char *key = figures->list[i].key;
        const char *name = key + strlen("parameter_");
        if (is_parameter(&figures->list[i]) && strcmp(name, "seed") != 0 &&
            !experiment_has_column(&experiment_list[EXPERIMENT_FLOW], name))
            return error_set(error, -EPROTO, "flow.csv has no column for %s", key);
        if (!is_parameter(&figures->list[i]) && !unit_of(key))
            return error_set(error, -EPROTO, "the figure %s does not end in a unit", key);
    }
    return figures->ended ? 0 : error_set(error, -EPROTO, "subject ended without saying `end`");
}

/* What others took stands in the note: a column of its own would be a condition here. */
static int write_rows(struct rows *rows, const struct flow_figures *figures,
                      const struct contention *contention, struct error *error)
{
    int result = 0;
    char note[256];
    contention_note(contention, note, sizeof note);
    snprintf(rows->runtime, sizeof rows->runtime, "%s", figures->runtime);
    rows->runtime_threads = (int64_t)figures->runtime_threads;
    for (size_t i = 0; result == 0 && i < figures->count; i++) {
        const struct flow_figure *figure = &figures->list[i];
        char metric[64];
        if (is_parameter(figure))
            continue;
        const char *unit = unit_of(figure->key);
        snprintf(metric, sizeof metric, "%.*s", (int)(unit - figure->key), figure->key);
        set_parameters(figures, rows->csv);
        csv_set_text(rows->csv, "metric", metric);
        csv_set_text(rows->csv, "unit", unit + 1);
        csv_set_double(rows->csv, "value", figure->value);
        result = rows_end(rows, rows->csv, true, note, error);
    }
    return result;
}

/* The block's seed makes each block another sample. */
static int program_arm(struct arm *arm, const struct rows *rows)
{
    char seed[32];
    const char *const words[] = {"--seed", seed, NULL};
    snprintf(seed, sizeof seed, "%u", (unsigned)(rows->seed & 0x7fffffff) + 1);
    int result = arm_copy(arm, &rows->trial->arm);
    if (result == 0 && scenario_find(arm->scenario)->takes_seed)
        result = arm_add_words(arm, words);
    return result;
}

/* Runs the program on all the measured CPUs, and looks what others took of them. All of it is
 * reaped in the end, and counts as ours. */
static int run_program(struct run *run, const struct program *program, pid_t *pid,
                       struct contention *contention, struct error *error)
{
    struct placement all = {run->all_cpus, run->all_cpus, true};
    struct contention_mark before;
    struct contention_mark after;
    contention_take(&before, &all, NULL);
    int result = program_run(program, pid, error);
    contention_take(&after, &all, NULL);
    before.subject_ns = after.subject_ns = 0;
    contention_between(&before, &after, after.at_ns - before.at_ns, true, contention);
    watch_window(&run->watch, contention, false);
    return result;
}

static int measure_flow(struct rows *rows, char *note, size_t note_size, struct error *error)
{
    struct arm arm = {0};
    struct contention contention;
    struct flow_figures *figures = calloc(1, sizeof *figures);
    int result = figures ? program_arm(&arm, rows) : -ENOMEM;
    if (result < 0)
        error_set(error, result, "out of memory");
    else
        figures->runtime_threads = -1;
    struct program program = {
        .argv = arm.command,
        .cgroup_home = &rows->run->cgroup_home,
        .sequence = rows->run->trial_number,
        .cpus = rows->run->all_cpus,
        .seconds = PROGRAM_SECONDS,
        .line = keep_line,
        .data = figures,
    };
    if (result == 0)
        result = run_program(rows->run, &program, &rows->pid, &contention, error);
    if (result == 0)
        result = check_figures(figures, error);
    if (result == 0)
        result = write_rows(rows, figures, &contention, error);
    snprintf(note, note_size, "%s", "");
    arm_finish(&arm);
    free(figures);
    return result;
}

static void describe_flow(const struct trial *trial, char *text, size_t size)
{
    int length = snprintf(text, size, "flow: %s", trial->arm.subject);
    for (char **word = trial->arm.command + 1; *word && length > 0 && (size_t)length < size; word++)
        length += snprintf(text + length, size - (size_t)length, " %s", *word);
}

const struct method flow_method = {
    .experiment = &experiment_list[EXPERIMENT_FLOW],
    .writes_rows = true,
    .plan = flow_plan,
    .measure = measure_flow,
    .describe = describe_flow,
};
