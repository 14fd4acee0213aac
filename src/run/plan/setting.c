/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows from a setting of a plan. */
#include "run/plan/plan.h"

void plan_usual_arm(const struct setting *setting, enum model model, struct plan_arm *arm)
{
    *arm = (struct plan_arm){.model = model, .options = setting->options};
    /* What is usual goes with whatever the setting has: there is nothing to refuse. */
    option_complete(setting->scenario->options, OPTION_OF_ARM, model, &arm->options, NULL);
}

const char *plan_store(const struct setting *setting)
{
    const struct option_choice *choice =
        option_chosen(setting->scenario->options, &setting->options, PURPOSE_STORE);
    return choice ? choice->name : NULL;
}
