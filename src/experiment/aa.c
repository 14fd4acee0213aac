/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/aa.h"

#include "analysis/aa.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool same_program(const struct arm *a, const struct arm *b)
{
    return strcmp(a->scenario, b->scenario) == 0 && strcmp(a->subject, b->subject) == 0 &&
           strcmp(a->model, b->model) == 0;
}

/* The program that stands for the scenario of `arm`; who names a subject wants to see that one. */
static const struct arm *chosen_of(const struct plan *plan, const struct arm *arm)
{
    const struct arm *first = NULL;
    if (arm->foreign)
        return arm;
    for (size_t i = 0; i < plan->count; i++) {
        const struct arm *candidate = &plan->trials[i].arm;
        if (candidate->foreign || strcmp(candidate->scenario, arm->scenario) != 0)
            continue;
        if (strcmp(candidate->model, "loop") == 0)
            return candidate;
        if (!first)
            first = candidate;
    }
    return first;
}

static void note_kept(const struct plan *chosen, const struct arm *arm, char *kept, size_t size)
{
    size_t used = strlen(kept);
    for (size_t i = 0; i < chosen->count; i++)
        if (same_program(&chosen->trials[i].arm, arm))
            return;
    snprintf(kept + used, size - used, "%s%s", used > 0 ? ", " : "", arm->subject);
}

static int add_twice(struct plan *chosen, const struct trial *trial, struct error *error)
{
    struct trial again = *trial;
    int length = snprintf(again.arm.subject, ARM_NAME_MAX, "%s" AA_SUFFIX, trial->arm.subject);
    if (length >= ARM_NAME_MAX)
        return error_set(error, -EINVAL, "--aa: the name %s is too long for a second one",
                         trial->arm.subject);
    int result = plan_add(chosen, trial);
    if (result == 0)
        result = plan_add(chosen, &again);
    return result < 0 ? error_set(error, result, "out of memory") : 0;
}

int aa_plan(struct plan *plan, char *kept, size_t size, struct error *error)
{
    struct plan chosen = {0};
    int result = 0;
    kept[0] = '\0';
    for (size_t i = 0; result == 0 && i < plan->count; i++) {
        const struct trial *trial = &plan->trials[i];
        if (!same_program(&trial->arm, chosen_of(plan, &trial->arm)))
            continue;
        note_kept(&chosen, &trial->arm, kept, size);
        result = add_twice(&chosen, trial, error);
    }
    if (result < 0) {
        plan_finish(&chosen);
        return result;
    }
    plan_finish(plan);
    *plan = chosen;
    return 0;
}
