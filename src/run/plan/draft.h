/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A setting of a plan while it is read, key by key: draft.c has the table of keys, draft_check.c
 * what must be there and fit together. */
#ifndef WAITBENCH_RUN_PLAN_DRAFT_H
#define WAITBENCH_RUN_PLAN_DRAFT_H

#include "run/plan/value.h"

#define PLAN_LIST_MAX 32

/* A setting whose lists are still lists. */
struct plan_draft {
    struct setting setting;
    const struct plan_work *work[PLAN_LIST_MAX];
    size_t work_count;
    int64_t active[PLAN_LIST_MAX];
    size_t active_count;
    int64_t idle[PLAN_LIST_MAX];
    size_t idle_count;
    double share[PLAN_LIST_MAX];
    size_t share_count;
    bool warm[2];
    size_t warm_count;
    int subjects; /* -1: not said */
};

void plan_draft_init(struct plan_draft *draft, struct plan_reading *reading);

/* Takes one key of a setting. Returns 0 or -EINVAL with the reading's error set. */
int plan_draft_read(struct plan_reading *reading, const config_setting_t *value,
                    struct plan_draft *draft);

/* Whether all is there that its experiment needs, and fits together. The same. */
int plan_draft_check(struct plan_reading *reading, const config_setting_t *group,
                     const struct plan_draft *draft);

bool plan_draft_has_subjects(const struct plan_draft *draft, const struct setting *setting);

#endif
