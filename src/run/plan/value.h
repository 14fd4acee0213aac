/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a plan's reader is about, and how it takes single values: for the files of this folder only.
 */
#ifndef WAITBENCH_RUN_PLAN_VALUE_H
#define WAITBENCH_RUN_PLAN_VALUE_H

#include "run/plan/plan.h"

#include <libconfig.h>

/* Of seconds and shares: a window takes a millisecond. */
#define PLAN_DOUBLE_LEAST 0.001

/* Behind a name that is none. */
#define PLAN_SEE_LIST "; `waitbench list` shows what there is"

struct plan_reading {
    struct plan *plan;
    struct plan_work *works; /* what the plan defines */
    size_t work_count;
    struct plan_work plain; /* of a setting that names no work */
    struct error *error;
};

/* Each returns 0, or -EINVAL with the reading's error naming file and line. */
int plan_refuse(struct plan_reading *reading, const config_setting_t *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* One value, or a list of up to `max`: `count` of them. */
int plan_list_length(struct plan_reading *reading, const config_setting_t *value, size_t max,
                     size_t *count);
int plan_read_integer(struct plan_reading *reading, const config_setting_t *value, int64_t low,
                      int64_t high, int64_t *number);
int plan_read_double(struct plan_reading *reading, const config_setting_t *value, double high,
                     double *number);
int plan_read_text(struct plan_reading *reading, const config_setting_t *value, const char **text);

/* The value at that place of a list, or the one there is. */
const config_setting_t *plan_list_at(const config_setting_t *value, size_t i);

#endif
