/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/plan/draft.h"
#include "run/plan/work.h"

static int check_models(struct plan_reading *reading, const config_setting_t *group,
                        const struct setting *setting)
{
    unsigned unknown = (setting->models | setting->on_request) & ~setting->scenario->models;
    for (int model = 0; model < MODEL_COUNT; model++)
        if (unknown & 1u << model)
            return plan_refuse(reading, group, "scenario %s is not written in the model %s",
                               setting->scenario->name, model_name((enum model)model));
    return 0;
}

/* A server is measured from outside, a program by itself. */
static int check_kind(struct plan_reading *reading, const config_setting_t *group,
                      const struct setting *setting)
{
    bool of_programs = setting->experiment == &experiment_list[EXPERIMENT_FLOW];
    bool is_program = setting->scenario->kind == SCENARIO_PROGRAM;
    if (of_programs == is_program)
        return 0;
    return plan_refuse(reading, group, "scenario %s is %s, and %s measures %s",
                       setting->scenario->name, is_program ? "a program" : "a server",
                       setting->experiment->name, of_programs ? "programs" : "servers");
}

/* A server that nobody speaks to has nothing to do, and no request to have served. */
static int check_silent(struct plan_reading *reading, const config_setting_t *group,
                        const struct plan_draft *draft)
{
    const struct scenario *scenario = draft->setting.scenario;
    bool asks = draft->work_count > 1 || plan_work_needs_options(draft->work[0]);
    for (size_t i = 0; i < draft->warm_count; i++)
        asks |= draft->warm[i];
    if (draft->setting.experiment != &experiment_list[EXPERIMENT_MEMORY])
        return plan_refuse(reading, group, "of scenario %s only memory is measured",
                           scenario->name);
    if (asks)
        return plan_refuse(reading, group,
                           "scenario %s has no requests: it is cold, and without work",
                           scenario->name);
    return 0;
}

/* What memory.csv has no column for decides nothing of memory. */
static int check_memory(struct plan_reading *reading, const config_setting_t *group,
                        const struct plan_draft *draft)
{
    if (draft->setting.waiters_count == 0)
        return plan_refuse(reading, group, "a setting of memory needs waiters");
    for (size_t i = 0; i < draft->work_count; i++)
        if (!plan_work_is_of_memory(draft->work[i]))
            return plan_refuse(reading, group,
                               "work %s: that of memory is stack_bytes, heap_bytes and hold_bytes",
                               draft->work[i]->name);
    return 0;
}

/* What says of what the offered rate is a share. */
static int check_rate_alone(struct plan_reading *reading, const config_setting_t *group)
{
    static const char *const names[] = {"basis", "capacity_active"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const config_setting_t *value = config_setting_get_member(group, names[i]);
        if (value)
            return plan_refuse(reading, value, "%s goes with share, and this setting has rate",
                               names[i]);
    }
    return 0;
}

/* A window without a request measures nothing. */
static int check_rates(struct plan_reading *reading, const config_setting_t *group,
                       const struct plan_draft *draft)
{
    const struct setting *setting = &draft->setting;
    const config_setting_t *value = config_setting_get_member(group, "rate");
    double seconds = setting->seconds;
    if (setting->fit == PLAN_FIT_P999 && setting->longest_seconds > seconds)
        seconds = setting->longest_seconds;
    for (size_t i = 0; i < draft->rate_count; i++)
        if (draft->rate[i] * seconds < 1)
            return plan_refuse(reading, plan_list_at(value, i),
                               "rate %.9g: less than one request is due in a window of %.9g s",
                               draft->rate[i], seconds);
    return check_rate_alone(reading, group);
}

static int check_load(struct plan_reading *reading, const config_setting_t *group,
                      const struct plan_draft *draft)
{
    bool latency = draft->setting.experiment == &experiment_list[EXPERIMENT_LATENCY];
    for (size_t i = 0; i < draft->active_count; i++)
        if (draft->active[i] == 0)
            return plan_refuse(reading, group, "a setting of %s needs active",
                               draft->setting.experiment->name);
    if (!(draft->setting.seconds > 0))
        return plan_refuse(reading, group, "a setting of %s needs seconds",
                           draft->setting.experiment->name);
    if (draft->setting.steady_longest_seconds > 0 && !draft->until_steady)
        return plan_refuse(reading, group,
                           "warmup_longest_seconds goes with warmup_until_steady = true");
    bool share = draft->share[0] > 0;
    bool rate = draft->rate[0] > 0;
    if (latency && share == rate)
        return plan_refuse(reading, group,
                           share ? "a setting of latency has either share or rate"
                                 : "a setting of latency needs share, or rate");
    return rate ? check_rates(reading, group, draft) : 0;
}

int plan_draft_check(struct plan_reading *reading, const config_setting_t *group,
                     const struct plan_draft *draft)
{
    const struct setting *setting = &draft->setting;
    if (!setting->scenario)
        return plan_refuse(reading, group, "a setting needs a scenario");
    bool own = setting->stack_bytes > 0;
    for (size_t i = 0; i < draft->work_count; i++)
        own |= plan_work_needs_options(draft->work[i]);
    if (own && draft->subjects == 1)
        return plan_refuse(reading, group,
                           "subjects take no options of ours: no stack_bytes, and no such work");
    int result = check_models(reading, group, setting);
    if (result == 0)
        result = check_kind(reading, group, setting);
    if (result == 0 && setting->scenario->kind == SCENARIO_SERVER && !setting->scenario->protocol)
        result = check_silent(reading, group, draft);
    if (result < 0)
        return result;
    if (setting->models == 0 && setting->on_request == 0 && setting->variant_count == 0 &&
        draft->subjects != 1)
        return plan_refuse(reading, group,
                           "a setting needs models: models = [\"threads\", \"loop\"];");
    if (setting->experiment == &experiment_list[EXPERIMENT_MEMORY])
        return check_memory(reading, group, draft);
    if (setting->experiment == &experiment_list[EXPERIMENT_FLOW])
        return 0;
    return check_load(reading, group, draft);
}

bool plan_draft_has_subjects(const struct plan_draft *draft, const struct setting *setting)
{
    bool plain = setting->stack_bytes == 0 && !plan_work_needs_options(&setting->work);
    return plain && draft->subjects != 0;
}
