/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/summary/opponents.h"

#include "analysis/words/arm.h"
#include "base/alloc.h"
#include "run/experiment.h"
#include "run/model.h"
#include "run/pair.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum role { ROLE_THREADS, ROLE_LOOP, ROLE_POOL, ROLE_OTHER };

static bool is_ours(const struct trial_group *group)
{
    return experiment_is_ours(group_text(group, "scenario"), group_text(group, "subject"),
                              group_text(group, "model"));
}

/* Not so the second half of an A/A pair of ours, and only the first of a foreign one. */
static bool is_foreign(const struct trial_group *group)
{
    const char *subject = group_text(group, "subject");
    return subject[experiment_arm_length(subject)] == '\0' &&
           !experiment_arm_is_ours(group_text(group, "scenario"), subject,
                                   group_text(group, "model"));
}

static enum role role_of(const struct trial_group *group)
{
    const char *model = group_text(group, "model");
    if (model_is(model, MODEL_THREADS))
        return ROLE_THREADS;
    if (model_is(model, MODEL_POOL))
        return ROLE_POOL;
    return model_is_loop(model) ? ROLE_LOOP : ROLE_OTHER;
}

static bool are_alike(const struct trial_group *a, const struct trial_group *b)
{
    const char *pair = pair_of_row(a->table, a->first);
    return *pair && strcmp(pair, pair_of_row(b->table, b->first)) == 0 &&
           strcmp(group_text(a, "allocator"), group_text(b, "allocator")) == 0;
}

bool opponents_are_of_one_pair(const struct trial_group *a, const struct trial_group *b)
{
    return role_of(a) == ROLE_THREADS && role_of(b) == ROLE_LOOP && are_alike(a, b);
}

bool opponents_are_with_pool(const struct trial_group *a, const struct trial_group *b)
{
    return role_of(a) == ROLE_THREADS && role_of(b) == ROLE_POOL && are_alike(a, b);
}

static bool are_pool_and_loop(const struct trial_group *a, const struct trial_group *b)
{
    return role_of(a) == ROLE_POOL && role_of(b) == ROLE_LOOP && are_alike(a, b);
}

/* What claims rest on, and its like with a pool. */
static bool are_always_pair(const struct trial_group *a, const struct trial_group *b)
{
    return opponents_are_of_one_pair(a, b) || opponents_are_with_pool(a, b) ||
           are_pool_and_loop(a, b);
}

static bool is_called(const struct trial_group *group, const char *name)
{
    return arm_is_called(group->table, group->first, name);
}

/* Its place among the foreign subjects; their number for any other. */
static size_t place_of(const struct opponents *opponents, const struct trial_group *group)
{
    size_t place = 0;
    while (place < opponents->count && !is_called(group, opponents->foreign[place]))
        place++;
    return place;
}

/* The later one against the earlier: who adds a version names it last, and asks what changed. */
static bool are_foreign_pair(const struct opponents *opponents, const struct trial_group *a,
                             const struct trial_group *b)
{
    size_t place_a = place_of(opponents, a);
    size_t place_b = place_of(opponents, b);
    if (place_a == opponents->count || place_b >= place_a)
        return false;
    return !opponents->baseline || is_called(b, opponents->baseline);
}

bool opponents_are_pair(const struct opponents *opponents, const struct trial_group *a,
                        const struct trial_group *b)
{
    if (are_always_pair(a, b))
        return true;
    if (opponents->chosen)
        return is_called(b, opponents->baseline) && !is_called(a, opponents->baseline);
    if (are_always_pair(b, a))
        return false;
    if (is_ours(b))
        return !is_ours(a) && (role_of(b) == ROLE_THREADS || role_of(b) == ROLE_LOOP);
    return !is_ours(a) && are_foreign_pair(opponents, a, b);
}

static bool is_listed(const struct opponents *opponents, const char *name)
{
    for (size_t i = 0; i < opponents->count; i++)
        if (strcmp(opponents->foreign[i], name) == 0)
            return true;
    return false;
}

static void list(struct opponents *opponents, size_t *capacity, const char *name)
{
    if (is_listed(opponents, name))
        return;
    opponents->foreign =
        alloc_grow(opponents->foreign, opponents->count, capacity, sizeof *opponents->foreign);
    opponents->foreign[opponents->count++] = alloc_text(name);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The run's foreign subjects by name. */
static void list_found(struct opponents *opponents, const struct trial_groups *const *experiments,
                       size_t count)
{
    size_t capacity = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < experiments[i]->count; k++)
            if (is_foreign(&experiments[i]->groups[k]))
                list(opponents, &capacity, group_text(&experiments[i]->groups[k], "subject"));
    if (opponents->count > 0)
        qsort(opponents->foreign, opponents->count, sizeof *opponents->foreign, compare_names);
}

/* Moves those that machine.json names to the front, in its order. */
static void order_by(struct opponents *opponents, const json_t *names)
{
    size_t placed = 0;
    for (size_t i = 0; i < json_array_size(names); i++) {
        const char *name = json_string_value(json_array_get(names, i));
        size_t at = placed;
        while (name && at < opponents->count && strcmp(opponents->foreign[at], name) != 0)
            at++;
        if (!name || at == opponents->count)
            continue;
        char *found = opponents->foreign[at];
        memmove(&opponents->foreign[placed + 1], &opponents->foreign[placed],
                (at - placed) * sizeof *opponents->foreign);
        opponents->foreign[placed++] = found;
    }
}

static void list_arm(struct opponents *arms, size_t *capacity, const struct trial_group *group)
{
    char name[ARM_NAME_SIZE];
    arm_name(group->table, group->first, name, sizeof name);
    list(arms, capacity, name);
}

/* The arms there are, for who named one that is not there. */
static int refuse(const char *name, const struct trial_groups *const *experiments, size_t count,
                  struct error *error)
{
    struct opponents arms = {0};
    size_t capacity = 0;
    char names[256] = "";
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < experiments[i]->count; k++)
            list_arm(&arms, &capacity, &experiments[i]->groups[k]);
    for (size_t i = 0; i < arms.count; i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i > 0 ? ", " : "", arms.foreign[i]);
    }
    opponents_finish(&arms);
    return error_set(error, -ENODATA, "--baseline %s: no arm is called so; there are: %s", name,
                     names);
}

static bool is_arm(const char *name, const struct trial_groups *const *experiments, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < experiments[i]->count; k++)
            if (is_called(&experiments[i]->groups[k], name))
                return true;
    return false;
}

/* Our loop with the usual allocator, or with the only one. */
static const char *find_loop(const struct trial_groups *const *experiments, size_t count)
{
    const char *found = NULL;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < experiments[i]->count; k++) {
            const struct trial_group *group = &experiments[i]->groups[k];
            const char *allocator = group_text(group, "allocator");
            if (is_ours(group) && model_is(group_text(group, "model"), MODEL_LOOP) &&
                (!found || strcmp(allocator, "libc") != 0))
                found = allocator;
        }
    return found;
}

/* jansson's getters take NULL and the wrong type for "not there". */
int opponents_find(struct opponents *opponents, const struct recorded_run *run, const char *chosen,
                   const struct trial_groups *const *experiments, size_t count, struct error *error)
{
    struct opponents found = {0};
    if (chosen && !is_arm(chosen, experiments, count))
        return refuse(chosen, experiments, count, error);
    const char *own = json_string_value(json_object_get(run->machine, "baseline"));
    list_found(&found, experiments, count);
    order_by(&found, json_object_get(run->machine, "subjects"));
    if (!chosen && own && is_arm(own, experiments, count))
        chosen = own;
    found.chosen = chosen != NULL;
    if (chosen)
        found.baseline = alloc_text(chosen);
    else if (found.count > OPPONENTS_ALL_MAX) {
        found.baseline = alloc_text(found.foreign[0]);
        found.loop_allocator = find_loop(experiments, count);
    }
    *opponents = found;
    return 0;
}

static bool is_our_loop(const struct opponents *opponents, const struct trial_group *group)
{
    return is_ours(group) && model_is(group_text(group, "model"), MODEL_LOOP) &&
           strcmp(group_text(group, "allocator"), opponents->loop_allocator) == 0;
}

bool opponents_are_spared(const struct opponents *opponents, const struct trial_group *a,
                          const struct trial_group *b)
{
    if (!opponents->loop_allocator || is_ours(a) || is_our_loop(opponents, b))
        return false;
    const char *pair = group_text(a, "pair");
    return !*pair || strcmp(pair, group_text(b, "pair")) != 0;
}

void opponents_finish(struct opponents *opponents)
{
    for (size_t i = 0; i < opponents->count; i++)
        free(opponents->foreign[i]);
    free(opponents->foreign);
    free(opponents->baseline);
    *opponents = (struct opponents){0};
}
