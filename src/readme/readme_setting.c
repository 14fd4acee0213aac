/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "readme/readme_setting.h"

#include "analysis/words/units.h"
#include "base/alloc.h"
#include "run/experiment.h"
#include "run/model.h"
#include "run/scenario.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define USUAL_ACTIVE        100
#define USUAL_PAYLOAD_BYTES 64

/* By these a line is told from another, and lines are ordered; the rate of an equal utilisation is
 * each arm's own. */
static const char *const line_columns[] = {
    "work_slow_every",    "work_slow_us", "work_cache_bytes", "requests_per_connection",
    "payload_bytes",      "work_cpu_us",  "work_stack_bytes", "work_heap_bytes",
    "hold_bytes",         "idle",         "active",           "capacity_share",
    "offered_per_second",
};
#define LINE_COLUMNS (sizeof line_columns / sizeof *line_columns)

static const char *const other_columns[] = {
    "scenario", "protocol", "rate_basis", "idle_wait", "model", "subject", "server_cpus",
};
#define OTHER_COLUMNS (sizeof other_columns / sizeof *other_columns)

const char *setting_model_name(size_t model)
{
    return model_name((enum model)model);
}

static double number(const struct trial_group *group, const char *column)
{
    return strtod(group_text(group, column), NULL);
}

static bool has_own_rates(const struct trial_group *group)
{
    return strcmp(group_text(group, "rate_basis"), "equal_utilisation") == 0;
}

static int compare_lines(const struct trial_group *a, const struct trial_group *b)
{
    if (has_own_rates(a) != has_own_rates(b))
        return has_own_rates(a) ? 1 : -1;
    for (size_t i = 0; i < LINE_COLUMNS; i++) {
        double x = number(a, line_columns[i]);
        double y = number(b, line_columns[i]);
        if (has_own_rates(a) && strcmp(line_columns[i], "offered_per_second") == 0)
            continue;
        if (x < y || x > y)
            return x < y ? -1 : 1;
    }
    return 0;
}

static int compare_groups(const void *a, const void *b)
{
    return compare_lines(a, b);
}

/* The model's number, or SETTING_MODELS for what has no place in a table: other programs, other
 * protocols, and more than one loop on a single CPU. */
static size_t model_of(const struct trial_group *group)
{
    const char *model = group_text(group, "model");
    const char *protocol = group_text(group, "protocol");
    const struct scenario *plain = scenario_plain_server();
    if (strcmp(group_text(group, "scenario"), plain->name) != 0 ||
        !experiment_is_ours(plain->name, group_text(group, "subject"), model) ||
        (*protocol && strcmp(protocol, plain->protocol) != 0))
        return SETTING_MODELS;
    for (size_t i = 0; i < SETTING_MODELS; i++)
        if (model_is(model, (enum model)i))
            return i < 2 || strpbrk(group_text(group, "server_cpus"), ",-") ? i : SETTING_MODELS;
    return SETTING_MODELS;
}

static void make_settings(struct settings *settings)
{
    const struct trial_groups *groups = &settings->groups;
    settings->settings = alloc_array(groups->count, sizeof *settings->settings);
    settings->models = 2;
    for (size_t i = 0; i < groups->count; i++) {
        const struct trial_group *group = &groups->groups[i];
        size_t model = model_of(group);
        if (model == SETTING_MODELS)
            continue;
        struct readme_setting *last =
            settings->count > 0 ? &settings->settings[settings->count - 1] : NULL;
        if (!last || compare_lines(last->any, group) != 0) {
            last = &settings->settings[settings->count++];
            last->any = group;
        }
        last->models[model] = group;
        settings->models = model == 2 ? 3 : settings->models;
    }
}

int settings_read(struct settings *settings, const struct recorded_run *run, const char *file,
                  struct error *error)
{
    const char *columns[LINE_COLUMNS + OTHER_COLUMNS];
    struct settings read = {0};
    memcpy(columns, line_columns, sizeof line_columns);
    memcpy(columns + LINE_COLUMNS, other_columns, sizeof other_columns);
    int result = recorded_run_table(run, file, &read.table, error);
    if (result < 0)
        return result;
    if (result == 0)
        return error_set(error, -ENODATA, "%s has no %s", run->folder, file);
    result =
        trial_groups_gather(&read.groups, read.table, columns, LINE_COLUMNS + OTHER_COLUMNS, error);
    if (result < 0)
        return result;
    if (read.groups.count > 0)
        qsort(read.groups.groups, read.groups.count, sizeof *read.groups.groups, compare_groups);
    make_settings(&read);
    *settings = read;
    return 0;
}

void settings_finish(struct settings *settings)
{
    free(settings->settings);
    trial_groups_finish(&settings->groups);
    *settings = (struct settings){0};
}

double setting_number(const struct readme_setting *setting, const char *column)
{
    return number(setting->any, column);
}

bool setting_has_own_rates(const struct readme_setting *setting)
{
    return has_own_rates(setting->any);
}

static bool has_no_work(const struct readme_setting *setting)
{
    static const char *const columns[] = {
        "work_slow_us",
        "work_cache_bytes",
        "requests_per_connection",
        "work_cpu_us",
        "work_stack_bytes",
        "work_heap_bytes",
        "hold_bytes",
        NULL,
    };
    for (const char *const *column = columns; *column; column++)
        if (setting_number(setting, *column) > 0)
            return false;
    return setting_number(setting, "payload_bytes") <= USUAL_PAYLOAD_BYTES;
}

enum setting_kind setting_kind(const struct readme_setting *setting)
{
    if (!has_no_work(setting))
        return SETTING_WORK;
    if (setting_number(setting, "idle") > 0)
        return SETTING_IDLE;
    if ((int64_t)setting_number(setting, "active") != USUAL_ACTIVE)
        return SETTING_ACTIVE;
    return setting_has_own_rates(setting) ? SETTING_UTILISATION : SETTING_RATES;
}

/* Begins a further part of the text. */
static FILE *part(FILE *out, long *begun)
{
    fputs((*begun)++ > 0 ? ", " : "", out);
    return out;
}

void setting_write_work(const struct readme_setting *setting, FILE *out)
{
    char text[README_TEXT_SIZE];
    long parts = 0;
    double cpu_us = setting_number(setting, "work_cpu_us");
    double slow_us = setting_number(setting, "work_slow_us");
    double cache = setting_number(setting, "work_cache_bytes");
    double payload = setting_number(setting, "payload_bytes");
    double per_connection = setting_number(setting, "requests_per_connection");
    if (cpu_us > 0)
        fprintf(part(out, &parts), "%g us of work", cpu_us);
    if (slow_us > 0) {
        fputs("1 in ", part(out, &parts));
        units_write_whole(setting_number(setting, "work_slow_every"), out);
        fprintf(out, " takes %s more", readme_time(1e3 * slow_us, text));
    }
    if (cache > 0)
        fprintf(part(out, &parts), "%g KiB of cache touched", cache / 1024);
    if (payload > USUAL_PAYLOAD_BYTES)
        fprintf(part(out, &parts), "%g KiB there and back", payload / 1024);
    if (per_connection > 0)
        fprintf(part(out, &parts),
                per_connection > 1 ? "a new connection every %g requests"
                                   : "a new connection for each request",
                per_connection);
}
