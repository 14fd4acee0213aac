/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/aa.h"

#include "run/experiment.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool same_program(const struct arm *a, const struct arm *b)
{
    return strcmp(a->scenario, b->scenario) == 0 && strcmp(a->subject, b->subject) == 0 &&
           strcmp(a->model, b->model) == 0;
}

/* The first program of that scenario and model, ours only; NULL when there is none. */
static const struct arm *first_of(const struct trial_list *list, const char *scenario,
                                  const char *model)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct arm *arm = &list->trials[i].arm;
        if (!arm->foreign && strcmp(arm->scenario, scenario) == 0 &&
            (!model || strcmp(arm->model, model) == 0))
            return arm;
    }
    return NULL;
}

/* Threads and the loop as usual stand for a scenario, or what comes first where there is neither.
 * Who names a subject wants to see that one. */
static bool is_chosen(const struct trial_list *list, const struct arm *arm)
{
    static const enum model models[] = {MODEL_THREADS, MODEL_LOOP};
    bool found = false;
    if (arm->foreign)
        return true;
    if (!arm_is_usual(arm))
        return false;
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        const struct arm *first = first_of(list, arm->scenario, model_name(models[i]));
        if (first && same_program(first, arm))
            return true;
        found = found || first;
    }
    return !found && same_program(first_of(list, arm->scenario, NULL), arm);
}

static bool has_idle(const struct trial_load *load)
{
    return load->connections > load->active;
}

/* Loads of one kind differ in how much only: of a rate, of connections, of idle ones. */
static bool same_kind_of_load(const struct trial_load *a, const struct trial_load *b)
{
    return a->size_bytes == b->size_bytes &&
           a->requests_per_connection == b->requests_per_connection && has_idle(a) == has_idle(b) &&
           trial_is_open(a) == trial_is_open(b) && a->basis == b->basis;
}

static bool same_kind(const struct trial *a, const struct trial *b)
{
    return same_program(&a->arm, &b->arm) && arm_has_same_command(&a->arm, &b->arm) &&
           arm_has_same_parameters(&a->arm, &b->arm) && a->warm == b->warm &&
           same_kind_of_load(&a->load, &b->load);
}

/* By how many times the one is the other; 0 where it does not apply. */
static double distance(double value, double usual)
{
    return value > 0 ? fabs(log(value / usual)) : 0;
}

/* How far a setting is from what stands for its kind. */
static double oddity(const struct trial *trial)
{
    const struct trial_load *load = &trial->load;
    return distance((double)trial->waiters, AA_WAITERS) +
           distance((double)load->active, AA_ACTIVE) +
           distance((double)(load->connections - load->active), AA_IDLE) +
           distance(load->capacity_share, AA_SHARE);
}

/* One setting of each kind; the first where two are as good. */
static bool stands_for_its_kind(const struct trial_list *list, size_t number)
{
    const struct trial *trial = &list->trials[number];
    for (size_t i = 0; i < list->count; i++) {
        const struct trial *other = &list->trials[i];
        if (i == number || !same_kind(trial, other))
            continue;
        if (oddity(other) < oddity(trial) || (i < number && !(oddity(other) > oddity(trial))))
            return false;
    }
    return true;
}

static void note_kept(const struct trial_list *chosen, const struct arm *arm, char *kept,
                      size_t size)
{
    size_t used = strlen(kept);
    for (size_t i = 0; i < chosen->count; i++)
        if (same_program(&chosen->trials[i].arm, arm))
            return;
    snprintf(kept + used, size - used, "%s%s", used > 0 ? ", " : "", arm->subject);
}

static int add_twice(struct trial_list *chosen, const struct trial *trial, struct error *error)
{
    struct trial again = *trial;
    int length = snprintf(again.arm.subject, ARM_NAME_MAX, "%s" AA_SUFFIX, trial->arm.subject);
    if (length >= ARM_NAME_MAX)
        return error_set(error, -EINVAL, "--aa: the name %s is too long for a second one",
                         trial->arm.subject);
    int result = trial_list_add(chosen, trial);
    if (result == 0)
        result = trial_list_add(chosen, &again);
    return result < 0 ? error_set(error, result, "out of memory") : 0;
}

int aa_plan(struct trial_list *list, char *kept, size_t size, struct error *error)
{
    struct trial_list chosen = {.limit = list->limit};
    int result = 0;
    kept[0] = '\0';
    for (size_t i = 0; result == 0 && i < list->count; i++) {
        const struct trial *trial = &list->trials[i];
        if (!is_chosen(list, &trial->arm) || !stands_for_its_kind(list, i))
            continue;
        note_kept(&chosen, &trial->arm, kept, size);
        result = add_twice(&chosen, trial, error);
    }
    if (result < 0) {
        trial_list_finish(&chosen);
        return result;
    }
    trial_list_finish(list);
    *list = chosen;
    return 0;
}
