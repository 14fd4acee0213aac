/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/left_out.h"

void left_out_program(struct plan *plan, const char *experiment, const struct error *limit)
{
    if (plan->limit.text[0] == '\0')
        plan->limit = *limit;
    warning_print("%s: left out: %s", experiment, limit->text);
}

void left_out_waiters(struct plan *plan, const char *experiment, enum limits_model model,
                      int64_t waiters, const struct error *limit)
{
    if (plan->left_out[model] > 0 && plan->left_out[model] <= waiters)
        return;
    plan->left_out[model] = waiters;
    left_out_program(plan, experiment, limit);
}
