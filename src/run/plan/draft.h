/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A setting of a plan while it is read, key by key: draft.c has the table of keys, draft_check.c
 * what must be there and fit together. */
#ifndef WAITBENCH_RUN_PLAN_DRAFT_H
#define WAITBENCH_RUN_PLAN_DRAFT_H

#include "run/plan/value.h"

#define PLAN_LIST_MAX 32

/* A group of options whose lists are still lists, by place in the scenario's table. */
struct plan_option_lists {
    struct {
        int64_t values[PLAN_LIST_MAX];
        size_t count; /* 0: it is not set */
    } of[OPTIONS_MAX];
};

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
    double rate[PLAN_LIST_MAX];
    size_t rate_count;
    bool warm[2];
    size_t warm_count;
    struct plan_option_lists options;
    /* Where the setting's variants, which have none but their own options yet, stand. */
    const config_setting_t *variant_at[PLAN_VARIANTS_MAX];
    int subjects;      /* -1: not said */
    bool until_steady; /* it is warmed up until steady */
};

void plan_draft_init(struct plan_draft *draft, struct plan_reading *reading);

/* Takes one key of a setting. Returns 0 or -EINVAL with the reading's error set. */
int plan_draft_read(struct plan_reading *reading, const config_setting_t *value,
                    struct plan_draft *draft);

/* The same of single keys; those of options read the scenario first. */
int plan_draft_scenario(struct plan_reading *reading, const config_setting_t *value,
                        struct plan_draft *draft);
int plan_draft_options(struct plan_reading *reading, const config_setting_t *value,
                       struct plan_draft *draft);
int plan_draft_variants(struct plan_reading *reading, const config_setting_t *value,
                        struct plan_draft *draft);

/* How many combinations there are of the options' lists. */
size_t plan_draft_combinations(const struct plan_draft *draft);

/* Gives `setting` one of them, its conditions whole, and each of its variants all that its model
 * takes. Returns 0, or -EINVAL with the reading's error set where values do not go together. */
int plan_draft_settle(struct plan_reading *reading, const config_setting_t *group,
                      const struct plan_draft *draft, size_t combination, struct setting *setting);

/* Whether all is there that its experiment needs, and fits together. The same. */
int plan_draft_check(struct plan_reading *reading, const config_setting_t *group,
                     const struct plan_draft *draft);

bool plan_draft_has_subjects(const struct plan_draft *draft, const struct setting *setting);

#endif
