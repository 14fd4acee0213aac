/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/check_subjects.h"

#include "experiment/chosen_runtimes.h"
#include "run/scenario.h"

#include <errno.h>

static int refuse_more(struct error *error)
{
    return error_set(error, -E2BIG, "up to %d subjects at a time", CHECK_SUBJECTS_MAX);
}

int check_subjects_add(struct check_subjects *subjects, const char *definition, struct error *error)
{
    struct arm *arm = &subjects->arms[subjects->count];
    if (subjects->count == CHECK_SUBJECTS_MAX)
        return refuse_more(error);
    int result = arm_init_foreign(arm, definition, error);
    if (result < 0)
        return result;
    result = arm_find_program(arm, error);
    if (result < 0)
        arm_finish(arm);
    else
        subjects->count++;
    return result;
}

/* One that takes no part in the plain scenario does not echo, and has no clauses here. */
static int add_runtime(struct check_subjects *subjects, const struct runtime *runtime,
                       struct error *error)
{
    const char *scenario = scenario_plain_server()->name;
    if (!runtime_has_scenario(runtime, scenario)) {
        warning_print("runtime %s: left out: it takes no part in %s", runtime->name, scenario);
        return 0;
    }
    if (subjects->count == CHECK_SUBJECTS_MAX)
        return refuse_more(error);
    int result = arm_init_runtime(&subjects->arms[subjects->count], runtime, scenario);
    if (result < 0)
        return error_set(error, result, "out of memory");
    subjects->count++;
    return 0;
}

int check_subjects_add_runtimes(struct check_subjects *subjects, const char *list,
                                struct error *error)
{
    struct chosen_runtimes chosen = {0};
    size_t before = subjects->count;
    int result = chosen_runtimes_find(&chosen, list, error);
    for (size_t i = 0; result == 0 && i < chosen.count; i++)
        result = add_runtime(subjects, chosen.list[i].runtime, error);
    if (result == 0 && subjects->count == before)
        result = error_set(error, -ENOENT, "--runtimes %s: none of them can be tried here", list);
    chosen_runtimes_finish(&chosen);
    return result;
}

void check_subjects_finish(struct check_subjects *subjects)
{
    while (subjects->count > 0)
        arm_finish(&subjects->arms[--subjects->count]);
}
