/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a command line changes in a plan. */
#include "run/plan/work.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void plan_changes_init(struct plan_changes *changes)
{
    *changes = (struct plan_changes){0};
    for (const struct plan_work_key *key = plan_work_keys; key->name; key++)
        *plan_work_value(&changes->work, key) = -1;
}

int64_t *plan_changes_work(struct plan_changes *changes, const char *key, int64_t *low,
                           int64_t *high)
{
    const struct plan_work_key *found = plan_work_key_find(key);
    changes->changes_work = true;
    *low = found->low;
    *high = found->high;
    return plan_work_value(&changes->work, found);
}

static bool is_of(const struct setting *setting, int experiment)
{
    return setting->experiment == &experiment_list[experiment];
}

static bool is_load(const struct setting *setting)
{
    return is_of(setting, EXPERIMENT_THROUGHPUT) || is_of(setting, EXPERIMENT_LATENCY);
}

static bool same_variants(const struct setting *a, const struct setting *b)
{
    if (a->variant_count != b->variant_count)
        return false;
    for (size_t i = 0; i < a->variant_count; i++)
        if (a->variants[i].model != b->variants[i].model ||
            !option_values_are_same(&a->variants[i].options, &b->variants[i].options))
            return false;
    return true;
}

static bool is_same(double a, double b)
{
    return !(a < b) && !(a > b);
}

/* Whether the two are of the same arms under the same conditions, for whatever time. */
static bool is_same_point(const struct setting *a, const struct setting *b)
{
    return a->experiment == b->experiment && a->scenario == b->scenario && a->models == b->models &&
           a->on_request == b->on_request && a->allocators == b->allocators &&
           a->subjects == b->subjects && a->shards == b->shards && a->warm == b->warm &&
           a->stack_bytes == b->stack_bytes && a->waiters_count == b->waiters_count &&
           memcmp(a->waiters, b->waiters, a->waiters_count * sizeof *a->waiters) == 0 &&
           a->active == b->active && a->idle == b->idle && a->basis == b->basis &&
           a->capacity_active == b->capacity_active && is_same(a->share, b->share) &&
           is_same(a->rate_per_second, b->rate_per_second) &&
           plan_work_is_same(&a->work, &b->work) &&
           option_values_are_same(&a->options, &b->options) && same_variants(a, b);
}

/* Of settings that a command line made the same one stays: the one that had these numbers of its
 * own, whose window is made for them, else the first. */
static void drop_repeated(struct plan *plan)
{
    size_t kept = 0;
    for (size_t i = 0; i < plan->count; i++) {
        const struct setting *setting = &plan->settings[i];
        size_t like = 0;
        while (like < kept && !is_same_point(&plan->settings[like], setting))
            like++;
        if (like == kept)
            plan->settings[kept++] = *setting;
        else if (plan->settings[like].is_changed && !setting->is_changed)
            plan->settings[like] = *setting;
    }
    plan->count = kept;
}

/* None where nobody asks for any; of memory only what a memory trial has; and where the server
 * itself has requests that take longer, they are the slow ones. */
static bool may_have(const struct setting *setting, const struct plan_work *work)
{
    if (!setting->scenario->protocol)
        return false;
    if (is_of(setting, EXPERIMENT_MEMORY) && !plan_work_is_of_memory(work))
        return false;
    bool slow = work->slow_us > 0 || work->slow_every > 0;
    return !slow ||
           option_number(setting->scenario->options, &setting->options, PURPOSE_SLOW_EVERY) == 0;
}

static void change_work(struct setting *setting, const struct plan_changes *changes)
{
    struct plan_work changed = changes->work;
    for (const struct plan_work_key *key = plan_work_keys; key->name; key++) {
        struct plan_work work = setting->work;
        if (*plan_work_value(&changed, key) < 0)
            continue;
        *plan_work_value(&work, key) = *plan_work_value(&changed, key);
        if (may_have(setting, &work))
            setting->work = work;
    }
}

static int check_work(const struct setting *setting, struct error *error)
{
    if ((setting->work.slow_us > 0) == (setting->work.slow_every > 0))
        return 0;
    return error_set(error, -EINVAL, "--work-slow-us and --work-slow-every come together");
}

static int change_setting(struct setting *setting, const struct plan_changes *changes,
                          struct error *error)
{
    if (changes->blocks > 0)
        setting->blocks = changes->blocks;
    if (changes->shards > 0 && setting->scenario->protocol)
        setting->shards = changes->shards;
    if (changes->waiters_count > 0 && is_of(setting, EXPERIMENT_MEMORY)) {
        setting->is_changed = true;
        memcpy(setting->waiters, changes->waiters, sizeof setting->waiters);
        setting->waiters_count = changes->waiters_count;
    }
    if (!changes->changes_work || is_of(setting, EXPERIMENT_FLOW))
        return 0;
    change_work(setting, changes);
    setting->is_changed = true;
    snprintf(setting->work.label, sizeof setting->work.label, "%s",
             plan_work_needs_options(&setting->work) ? "work as asked for" : "");
    if (plan_work_needs_options(&setting->work))
        setting->subjects = false;
    return check_work(setting, error);
}

/* Each setting of load, once with each of the values. A count of 0 leaves what is there. */
static int multiply(struct plan *plan, const int64_t *values, size_t count, bool idle,
                    struct error *error)
{
    if (count == 0)
        return 0;
    if (plan->count * count > PLAN_SETTINGS_MAX)
        return error_set(
            error, -EINVAL, "%s makes %zu settings of the plan's %zu, and a plan has at most %d",
            idle ? "--idle" : "--active", plan->count * count, plan->count, PLAN_SETTINGS_MAX);
    struct setting *grown = calloc(plan->count * count, sizeof *grown);
    size_t used = 0;
    if (!grown)
        return error_set(error, -ENOMEM, "out of memory");
    for (size_t i = 0; i < plan->count; i++) {
        const struct setting *setting = &plan->settings[i];
        bool takes = idle ? is_of(setting, EXPERIMENT_LATENCY) : is_load(setting);
        for (size_t k = 0; k < (takes ? count : 1); k++) {
            grown[used] = *setting;
            if (takes && idle) {
                grown[used].is_changed |= setting->idle != values[k];
                grown[used].idle = values[k];
            } else if (takes) {
                grown[used].is_changed |= setting->active != values[k];
                grown[used].active = values[k];
            }
            used++;
        }
    }
    free(plan->settings);
    plan->settings = grown;
    plan->count = used;
    return 0;
}

int plan_change(struct plan *plan, const struct plan_changes *changes, struct error *error)
{
    if (changes->blocks > 0) /* so many, and no more */
        plan->more_blocks = 0;
    int result = multiply(plan, changes->active, changes->active_count, false, error);
    if (result == 0)
        result = multiply(plan, changes->idle, changes->idle_count, true, error);
    for (size_t i = 0; result == 0 && i < plan->count; i++)
        result = change_setting(&plan->settings[i], changes, error);
    bool changed = changes->active_count > 0 || changes->idle_count > 0 ||
                   changes->waiters_count > 0 || changes->changes_work;
    if (result == 0 && changed)
        drop_repeated(plan);
    return result;
}
