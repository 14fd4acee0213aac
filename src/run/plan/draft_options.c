/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of a setting's scenario and the variants of its arms, while they are read. */
#include "run/plan/draft.h"

#include <stdio.h>
#include <string.h>

/* Of a program's option, which has no range of its own here. */
#define PROGRAM_OPTION_MAX INT32_MAX

static bool is_of_role(const struct scenario_option *option, bool of_arm)
{
    return (option->role == OPTION_OF_ARM) == of_arm;
}

/* The names of those that a group may have. */
static void list_names(const struct scenario *scenario, bool of_arm, unsigned models, char *text,
                       size_t size)
{
    size_t used = 0;
    snprintf(text, size, "none");
    for (const struct scenario_option *option = scenario->options; option && option->name; option++)
        if (is_of_role(option, of_arm) && (!of_arm || (option->models & models)) && used < size)
            used +=
                (size_t)snprintf(text + used, size - used, "%s%s", used > 0 ? ", " : "",
                                 option->role == OPTION_OF_PROGRAM ? option->name : option->column);
}

static int refuse_option(struct plan_reading *reading, const config_setting_t *at,
                         const struct scenario *scenario, bool of_arm, unsigned models)
{
    char has[256];
    const char *name = config_setting_name(at);
    const struct scenario_option *other = option_find(scenario->options, name);
    if (other && !is_of_role(other, of_arm))
        return plan_refuse(reading, at,
                           of_arm ? "%s is the same for all arms of a setting: it stands in options"
                                  : "%s tells arms apart: it stands in variants, beside a model",
                           name);
    list_names(scenario, of_arm, models, has, sizeof has);
    return plan_refuse(reading, at, "scenario %s has no option '%s'%s; it has %s", scenario->name,
                       name, of_arm ? " of such an arm" : "", has);
}

static int read_value(struct plan_reading *reading, const config_setting_t *at,
                      const struct scenario_option *option, int64_t *value)
{
    char names[128] = "";
    size_t used = 0;
    const char *text = config_setting_get_string(at);
    if (!option->choices)
        return plan_read_integer(reading, at, option->low,
                                 option->high > 0 ? option->high : PROGRAM_OPTION_MAX, value);
    *value = text ? option_choice_find(option, text) : -1;
    if (*value >= 0)
        return 0;
    for (const struct option_choice *choice = option->choices; choice->name && used < sizeof names;
         choice++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s\"%s\"",
                                 used > 0 ? ", " : "", choice->name);
    return plan_refuse(reading, at, "%s is one of %s", option->column, names);
}

static int read_list(struct plan_reading *reading, const config_setting_t *at,
                     const struct scenario_option *options, const struct scenario_option *option,
                     struct plan_option_lists *lists)
{
    size_t count = 0;
    int64_t *values = lists->of[option - options].values;
    int result = plan_list_length(reading, at, PLAN_LIST_MAX, &count);
    for (size_t i = 0; result == 0 && i < count; i++)
        result = read_value(reading, plan_list_at(at, i), option, &values[i]);
    lists->of[option - options].count = count;
    return result;
}

static size_t combinations(const struct plan_option_lists *lists)
{
    size_t count = 1;
    for (size_t i = 0; i < OPTIONS_MAX && count <= PLAN_SETTINGS_MAX; i++)
        count *= lists->of[i].count > 0 ? lists->of[i].count : 1;
    return count;
}

/* The one of that number; of two of them the later list goes on first. */
static void take(const struct plan_option_lists *lists, size_t combination,
                 struct option_values *values)
{
    for (size_t i = OPTIONS_MAX; i-- > 0;) {
        size_t count = lists->of[i].count;
        if (count == 0)
            continue;
        values->set |= 1u << i;
        values->at[i] = lists->of[i].values[combination % count];
        combination /= count;
    }
}

/* Which options there are is the scenario's matter, which may stand behind them. Without one there
 * is nothing to read: plan_draft_check tells. */
static int know_scenario(struct plan_reading *reading, const config_setting_t *value,
                         struct plan_draft *draft)
{
    const config_setting_t *scenario =
        config_setting_get_member(config_setting_parent(value), "scenario");
    if (draft->setting.scenario || !scenario)
        return 0;
    return plan_draft_scenario(reading, scenario, draft);
}

int plan_draft_options(struct plan_reading *reading, const config_setting_t *value,
                       struct plan_draft *draft)
{
    int count = config_setting_length(value);
    if (!config_setting_is_group(value))
        return plan_refuse(reading, value, "options is a group: { workers = 4; }");
    int result = know_scenario(reading, value, draft);
    const struct scenario *scenario = draft->setting.scenario;
    for (int i = 0; result == 0 && scenario && i < count; i++) {
        const config_setting_t *at = config_setting_get_elem(value, (unsigned)i);
        const struct scenario_option *option =
            option_find(scenario->options, config_setting_name(at));
        if (!option || !is_of_role(option, false))
            result = refuse_option(reading, at, scenario, false, 0);
        else
            result = read_list(reading, at, scenario->options, option, &draft->options);
    }
    return result;
}

/* ---- Variants ---- */

static int read_variant_model(struct plan_reading *reading, const config_setting_t *group,
                              const struct scenario *scenario, enum model *model)
{
    const char *name = "";
    const config_setting_t *value =
        config_setting_is_group(group) ? config_setting_get_member(group, "model") : NULL;
    if (!value)
        return plan_refuse(reading, group,
                           "a variant is a group with a model: { model = \"loop\"; ... }");
    int result = plan_read_text(reading, value, &name);
    if (result < 0)
        return result;
    if (!model_find(name, model))
        return plan_refuse(reading, value, "there is no model '%s'" PLAN_SEE_LIST, name);
    if (!scenario_has(scenario, *model))
        return plan_refuse(reading, value, "scenario %s is not written in the model %s",
                           scenario->name, name);
    return 0;
}

static int add_variants(struct plan_reading *reading, const config_setting_t *group,
                        struct plan_draft *draft, enum model model,
                        const struct plan_option_lists *lists)
{
    struct setting *setting = &draft->setting;
    size_t count = combinations(lists);
    if (setting->variant_count + count > PLAN_VARIANTS_MAX)
        return plan_refuse(reading, group, "a setting has at most %d variants", PLAN_VARIANTS_MAX);
    for (size_t i = 0; i < count; i++) {
        struct plan_arm *variant = &setting->variants[setting->variant_count];
        draft->variant_at[setting->variant_count++] = group;
        variant->model = model;
        take(lists, i, &variant->options);
    }
    return 0;
}

static int read_variant(struct plan_reading *reading, const config_setting_t *group,
                        struct plan_draft *draft)
{
    const struct scenario *scenario = draft->setting.scenario;
    struct plan_option_lists lists = {0};
    enum model model = MODEL_THREADS;
    int result = read_variant_model(reading, group, scenario, &model);
    for (int i = 0; result == 0 && i < config_setting_length(group); i++) {
        const config_setting_t *at = config_setting_get_elem(group, (unsigned)i);
        const char *name = config_setting_name(at);
        const struct scenario_option *option = option_find_of(scenario->options, name, model);
        if (strcmp(name, "model") == 0)
            continue;
        if (!option || !is_of_role(option, true))
            result = refuse_option(reading, at, scenario, true, 1u << model);
        else
            result = read_list(reading, at, scenario->options, option, &lists);
    }
    return result == 0 ? add_variants(reading, group, draft, model, &lists) : result;
}

int plan_draft_variants(struct plan_reading *reading, const config_setting_t *value,
                        struct plan_draft *draft)
{
    if (!config_setting_is_list(value))
        return plan_refuse(reading, value,
                           "variants is a list of groups: ( { model = \"loop\"; ... } )");
    int result = know_scenario(reading, value, draft);
    for (int i = 0; result == 0 && draft->setting.scenario && i < config_setting_length(value); i++)
        result = read_variant(reading, config_setting_get_elem(value, (unsigned)i), draft);
    return result;
}

/* ---- Values that go together ---- */

static const struct scenario_option *find_purpose(const struct scenario *scenario,
                                                  enum option_purpose purpose)
{
    const struct scenario_option *option = scenario->options;
    while (option->purpose != purpose)
        option++;
    return option;
}

static int check_slow(struct plan_reading *reading, const config_setting_t *at,
                      const struct setting *setting)
{
    const struct scenario *scenario = setting->scenario;
    int64_t us = option_number(scenario->options, &setting->options, PURPOSE_SLOW_US);
    int64_t every = option_number(scenario->options, &setting->options, PURPOSE_SLOW_EVERY);
    if ((us > 0) != (every > 0))
        return plan_refuse(reading, at, "%s and %s come together",
                           find_purpose(scenario, PURPOSE_SLOW_US)->column,
                           find_purpose(scenario, PURPOSE_SLOW_EVERY)->column);
    if (every > 0 && setting->work.slow_every > 0)
        return plan_refuse(reading, at, "work %s: its slow requests, and %s; a setting has one",
                           setting->work.name, find_purpose(scenario, PURPOSE_SLOW_EVERY)->column);
    return 0;
}

/* What the experiment's file has no column for decides nothing of it, and stays unset. */
static int check_columns(struct plan_reading *reading, const config_setting_t *at,
                         const struct plan_draft *draft, struct setting *setting)
{
    const struct scenario_option *options = setting->scenario->options;
    for (size_t i = 0; options && options[i].name; i++) {
        if (experiment_has_column(setting->experiment, options[i].column))
            continue;
        if (draft->options.of[i].count > 0)
            return plan_refuse(reading, at, "a setting of %s has no %s", setting->experiment->name,
                               options[i].column);
        setting->options.set &= ~(1u << i);
    }
    return 0;
}

static int complete(struct plan_reading *reading, const config_setting_t *at,
                    const struct scenario *scenario, enum option_role role, enum model model,
                    struct option_values *values)
{
    struct error why = {{0}};
    if (option_complete(scenario->options, role, model, values, &why) < 0)
        return plan_refuse(reading, at, "%s", why.text);
    return 0;
}

static int settle_variants(struct plan_reading *reading, const struct plan_draft *draft,
                           struct setting *setting)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < setting->variant_count; i++) {
        struct plan_arm *arm = &setting->variants[i];
        struct option_values values = setting->options;
        for (size_t place = 0; place < OPTIONS_MAX; place++)
            if (arm->options.set & 1u << place) {
                values.set |= 1u << place;
                values.at[place] = arm->options.at[place];
            }
        result = complete(reading, draft->variant_at[i], setting->scenario, OPTION_OF_ARM,
                          arm->model, &values);
        arm->options = values;
    }
    return result;
}

size_t plan_draft_combinations(const struct plan_draft *draft)
{
    return combinations(&draft->options);
}

int plan_draft_settle(struct plan_reading *reading, const config_setting_t *group,
                      const struct plan_draft *draft, size_t combination, struct setting *setting)
{
    const config_setting_t *options = config_setting_get_member(group, "options");
    const config_setting_t *at = options ? options : group;
    take(&draft->options, combination, &setting->options);
    if (setting->scenario->kind == SCENARIO_PROGRAM)
        return 0;
    int result = complete(reading, at, setting->scenario, OPTION_CONDITION, MODEL_THREADS,
                          &setting->options);
    if (result == 0)
        result = check_columns(reading, at, draft, setting);
    if (result == 0)
        result = check_slow(reading, at, setting);
    return result == 0 ? settle_variants(reading, draft, setting) : result;
}
