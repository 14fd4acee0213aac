/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a plan. A setting of the file is read key by key into a draft, whose lists are then
 * spread into settings. */
#include "run/plan/draft.h"
#include "run/plan/work.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CALIBRATION_SECONDS_MAX 60.0
#define FILE_BYTES_MAX          (INT64_C(1) << 20)
#define CAPACITY_STEPS_MAX      20

static int read_beyond_limits(struct plan_reading *reading, const config_setting_t *value)
{
    const char *text = "";
    int result = plan_read_text(reading, value, &text);
    reading->plan->leaves_out = strcmp(text, "leave out") == 0;
    if (result == 0 && !reading->plan->leaves_out && strcmp(text, "refuse") != 0)
        return plan_refuse(reading, value, "beyond_limits takes \"refuse\" or \"leave out\"");
    return result;
}

/* Text of at least one character, as far as `size` reaches. */
static int read_words(struct plan_reading *reading, const config_setting_t *value, char *words,
                      size_t size)
{
    const char *text = "";
    int result = plan_read_text(reading, value, &text);
    if (result == 0 && (*text == '\0' || strlen(text) >= size))
        return plan_refuse(reading, value, "%s takes 1 to %zu characters",
                           config_setting_name(value), size - 1);
    if (result == 0)
        snprintf(words, size, "%s", text);
    return result;
}

static int read_name(struct plan_reading *reading, const config_setting_t *value)
{
    return read_words(reading, value, reading->plan->name, sizeof reading->plan->name);
}

static int read_omits(struct plan_reading *reading, const config_setting_t *value)
{
    return read_words(reading, value, reading->plan->omits, sizeof reading->plan->omits);
}

static int read_calibration(struct plan_reading *reading, const config_setting_t *value)
{
    return plan_read_double(reading, value, CALIBRATION_SECONDS_MAX,
                            &reading->plan->calibration_seconds);
}

static int read_capacity_steps(struct plan_reading *reading, const config_setting_t *value)
{
    return plan_read_integer(reading, value, 1, CAPACITY_STEPS_MAX, &reading->plan->capacity_steps);
}

static int read_subject_seconds(struct plan_reading *reading, const config_setting_t *value)
{
    return plan_read_double(reading, value, PLAN_SECONDS_MAX, &reading->plan->subject_seconds);
}

static int read_more_blocks(struct plan_reading *reading, const config_setting_t *value)
{
    return plan_read_integer(reading, value, 0, PLAN_BLOCKS_MAX, &reading->plan->more_blocks);
}

static int read_more_seconds(struct plan_reading *reading, const config_setting_t *value)
{
    return plan_read_double(reading, value, PLAN_MORE_SECONDS_MAX, &reading->plan->more_seconds);
}

static int read_later(struct plan_reading *reading, const config_setting_t *value)
{
    (void)reading;
    (void)value;
    return 0;
}

/* What is outside the settings, which read_root reads when it knows all of this. */
static const struct {
    const char *name;
    int (*read)(struct plan_reading *reading, const config_setting_t *value);
} headers[] = {
    {"name", read_name},
    {"omits", read_omits},
    {"beyond_limits", read_beyond_limits},
    {"calibration_seconds", read_calibration},
    {"capacity_steps", read_capacity_steps},
    {"subject_seconds", read_subject_seconds},
    {"more_blocks", read_more_blocks},
    {"more_seconds", read_more_seconds},
    {"work", read_later},
    {"settings", read_later},
};

static int read_header(struct plan_reading *reading, const config_setting_t *value)
{
    const char *name = config_setting_name(value);
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        if (strcmp(headers[i].name, name) == 0)
            return headers[i].read(reading, value);
    return plan_refuse(
        reading, value,
        "a plan has no key '%s': it has name, omits, beyond_limits, calibration_seconds, "
        "capacity_steps, subject_seconds, more_blocks, more_seconds, work and "
        "settings",
        name);
}

static int read_headers(struct plan_reading *reading, const config_setting_t *root)
{
    int result = 0;
    for (int i = 0; result == 0 && i < config_setting_length(root); i++)
        result = read_header(reading, config_setting_get_elem(root, (unsigned)i));
    return result;
}

static int refuse_work_key(struct plan_reading *reading, const config_setting_t *value)
{
    char has[256] = "label";
    size_t used = strlen(has);
    for (const struct plan_work_key *key = plan_work_keys; key->name; key++)
        if (used < sizeof has)
            used += (size_t)snprintf(has + used, sizeof has - used, ", %s", key->name);
    return plan_refuse(reading, value, "work has no key '%s'; it has %s",
                       config_setting_name(value), has);
}

static int read_work(struct plan_reading *reading, const config_setting_t *group,
                     struct plan_work *work)
{
    const char *label = "";
    int result = config_setting_is_group(group)
                     ? 0
                     : plan_refuse(reading, group, "a kind of work is a group: { cpu_us = 20; }");
    for (int i = 0; result == 0 && i < config_setting_length(group); i++) {
        const config_setting_t *value = config_setting_get_elem(group, (unsigned)i);
        const struct plan_work_key *key = plan_work_key_find(config_setting_name(value));
        if (strcmp(config_setting_name(value), "label") == 0)
            result = plan_read_text(reading, value, &label);
        else if (!key)
            result = refuse_work_key(reading, value);
        else
            result =
                plan_read_integer(reading, value, key->low, key->high, plan_work_value(work, key));
    }
    if (result < 0)
        return result;
    if (strlen(label) >= sizeof work->label ||
        strlen(config_setting_name(group)) >= sizeof work->name)
        return plan_refuse(reading, group, "names and labels of work take up to %d characters",
                           PLAN_NAME_MAX - 1);
    if ((work->slow_us > 0) != (work->slow_every > 0))
        return plan_refuse(reading, group, "slow_us and slow_every come together");
    snprintf(work->label, sizeof work->label, "%s", label);
    snprintf(work->name, sizeof work->name, "%s", config_setting_name(group));
    return 0;
}

/* All of them, also those that no setting has: a mistake in one is a mistake. */
static int read_works(struct plan_reading *reading, const config_setting_t *group)
{
    int count = group ? config_setting_length(group) : 0;
    int result = 0;
    if (group && !config_setting_is_group(group))
        return plan_refuse(reading, group, "work is a group of kinds: { light = { ... }; }");
    reading->works = calloc((size_t)count + 1, sizeof *reading->works);
    if (!reading->works)
        return error_set(reading->error, -ENOMEM, "out of memory");
    for (int i = 0; result == 0 && i < count; i++) {
        struct plan_work *work = &reading->works[reading->work_count++];
        plan_work_init(work);
        result = read_work(reading, config_setting_get_elem(group, (unsigned)i), work);
    }
    return result;
}

static int add(struct plan_reading *reading, const config_setting_t *group,
               const struct setting *setting)
{
    struct plan *plan = reading->plan;
    if (plan->count == PLAN_SETTINGS_MAX)
        return plan_refuse(reading, group, "a plan has at most %d settings", PLAN_SETTINGS_MAX);
    struct setting *grown = reallocarray(plan->settings, plan->count + 1, sizeof *grown);
    if (!grown)
        return error_set(reading->error, -ENOMEM, "out of memory");
    plan->settings = grown;
    plan->settings[plan->count++] = *setting;
    return 0;
}

/* How many combinations of its lists there are. */
static size_t combinations(const struct plan_draft *draft)
{
    return draft->work_count * plan_draft_combinations(draft) * draft->active_count *
           draft->idle_count * draft->rate_count * draft->share_count * draft->warm_count;
}

/* The number of a value in a list of `count`, of a combination's number, of which the rest stays.
 */
static size_t take(size_t *combination, size_t count)
{
    size_t value = *combination % count;
    *combination /= count;
    return value;
}

/* One of the combinations: the list that is taken first here changes from one to the next. */
static int combine(struct plan_reading *reading, const config_setting_t *group,
                   const struct plan_draft *draft, size_t combination)
{
    struct setting setting = draft->setting;
    setting.warm = draft->warm[take(&combination, draft->warm_count)];
    setting.share = draft->share[take(&combination, draft->share_count)];
    setting.rate_per_second = draft->rate[take(&combination, draft->rate_count)];
    setting.idle = draft->idle[take(&combination, draft->idle_count)];
    setting.active = draft->active[take(&combination, draft->active_count)];
    size_t options = take(&combination, plan_draft_combinations(draft));
    setting.work = *draft->work[combination];
    setting.subjects = plan_draft_has_subjects(draft, &setting);
    if (draft->until_steady && !(setting.steady_longest_seconds > 0))
        setting.steady_longest_seconds = PLAN_STEADY_LONGEST_SECONDS;
    int result = plan_draft_settle(reading, group, draft, options, &setting);
    return result == 0 ? add(reading, group, &setting) : result;
}

static int spread(struct plan_reading *reading, const config_setting_t *group,
                  const struct plan_draft *draft)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < combinations(draft); i++)
        result = combine(reading, group, draft, i);
    return result;
}

/* Which experiment it is decides what else it may have. */
static int read_experiment(struct plan_reading *reading, const config_setting_t *group,
                           struct plan_draft *draft)
{
    const char *name = "";
    const config_setting_t *value = config_setting_get_member(group, "experiment");
    if (!value)
        return plan_refuse(reading, group, "a setting needs an experiment");
    int result = plan_read_text(reading, value, &name);
    if (result < 0)
        return result;
    draft->setting.experiment = experiment_find(name);
    if (!draft->setting.experiment)
        return plan_refuse(reading, value, "there is no experiment '%s'" PLAN_SEE_LIST, name);
    return 0;
}

static int read_setting(struct plan_reading *reading, const config_setting_t *group)
{
    struct plan_draft draft;
    if (!config_setting_is_group(group))
        return plan_refuse(reading, group, "a setting is a group: { experiment = \"memory\"; }");
    plan_draft_init(&draft, reading);
    draft.setting.line = (int)config_setting_source_line(group);
    int result = read_experiment(reading, group, &draft);
    for (int i = 0; result == 0 && i < config_setting_length(group); i++)
        result = plan_draft_read(reading, config_setting_get_elem(group, (unsigned)i), &draft);
    if (result == 0)
        result = plan_draft_check(reading, group, &draft);
    return result == 0 ? spread(reading, group, &draft) : result;
}

static int read_root(struct plan_reading *reading, const config_t *config)
{
    const config_setting_t *root = config_root_setting(config);
    const config_setting_t *settings = config_lookup(config, "settings");
    int result = read_headers(reading, root);
    if (result == 0)
        result = read_works(reading, config_lookup(config, "work"));
    if (result == 0 &&
        (!settings || !config_setting_is_list(settings) || config_setting_length(settings) == 0))
        result = plan_refuse(reading, settings ? settings : root,
                             "a plan needs settings: settings = ( { ... }, { ... } );");
    for (int i = 0; result == 0 && i < config_setting_length(settings); i++)
        result = read_setting(reading, config_setting_get_elem(settings, (unsigned)i));
    return result;
}

/* Before anything is opened: a pipe would wait for a writer. */
static int check_file(const char *path, struct error *error)
{
    struct stat status;
    if (stat(path, &status) < 0 || (S_ISREG(status.st_mode) && access(path, R_OK) < 0))
        return error_set(error, -errno, "cannot read the plan %s: %s", path, strerror(errno));
    if (S_ISDIR(status.st_mode))
        return error_set(
            error, -EINVAL,
            "the plan %s is a folder; a run's own is its plan.cfg, ours are in bench/plans", path);
    if (!S_ISREG(status.st_mode))
        return error_set(error, -EINVAL, "the plan %s is not a file", path);
    if (status.st_size > FILE_BYTES_MAX)
        return error_set(error, -EINVAL, "the plan %s is over 1 MiB", path);
    return 0;
}

static int parse(config_t *config, const struct plan *plan, struct error *error)
{
    char folder[sizeof plan->path];
    snprintf(folder, sizeof folder, "%s", plan->path);
    const char *beside = dirname(folder);
    config_set_include_dir(config, beside);
    if (config_read_file(config, plan->path))
        return 0;
    if (config_error_type(config) == CONFIG_ERR_PARSE &&
        strstr(config_error_text(config), "include file"))
        return error_set(
            error, -EINVAL,
            "%s:%d: %s; it is looked for in the plan's own folder, %s, by a relative name",
            plan->path, config_error_line(config), config_error_text(config), beside);
    return error_set(error, -EINVAL, "%s:%d: %s",
                     config_error_file(config) ? config_error_file(config) : plan->path,
                     config_error_line(config), config_error_text(config));
}

int plan_read(struct plan *plan, const char *path, struct error *error)
{
    struct plan read = {.calibration_seconds = 1,
                        .capacity_steps = 6,
                        .subject_seconds = 10,
                        .more_seconds = PLAN_MORE_SECONDS};
    struct plan_reading reading = {.plan = &read, .error = error};
    config_t config;
    if (snprintf(read.path, sizeof read.path, "%s", path) >= (int)sizeof read.path)
        return error_set(error, -ENAMETOOLONG, "%.300s...: the path is too long", path);
    snprintf(read.name, sizeof read.name, "%.*s", PLAN_NAME_MAX - 1, basename(read.path));
    config_init(&config);
    int result = check_file(path, error);
    if (result == 0)
        result = parse(&config, &read, error);
    if (result == 0)
        result = read_root(&reading, &config);
    config_destroy(&config);
    free(reading.works);
    if (result < 0) {
        plan_finish(&read);
        return result;
    }
    *plan = read;
    return 0;
}

void plan_finish(struct plan *plan)
{
    free(plan->settings);
    *plan = (struct plan){0};
}

int64_t plan_looks(const struct plan *plan)
{
    return plan->more_blocks > 0 ? 2 : 1;
}
