/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of a plan's settings and of its kinds of work: for plan_read.c, plan_write.c and
 * plan_change.c only. */
#ifndef WAITBENCH_RUN_PLAN_KEYS_H
#define WAITBENCH_RUN_PLAN_KEYS_H

#include "run/plan.h"

#include <libconfig.h>

#define PLAN_LIST_MAX 32

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

/* A number of a kind of work. */
struct plan_work_key {
    const char *name;
    size_t offset; /* in struct plan_work */
    int64_t low;
    int64_t high;
};

/* The last has a NULL name. */
extern const struct plan_work_key plan_work_keys[];

/* NULL for a name that is none. */
const struct plan_work_key *plan_work_key_find(const char *name);
int64_t *plan_work_value(struct plan_work *work, const struct plan_work_key *key);

/* No work, and the smallest usual payload. */
void plan_work_init(struct plan_work *work);

/* Whether the two ask the same of a server, whatever they are called. */
bool plan_work_is_same(const struct plan_work *a, const struct plan_work *b);

/* Whether all that it asks is of those things that a memory trial has. */
bool plan_work_is_of_memory(const struct plan_work *work);

void plan_draft_init(struct plan_draft *draft, struct plan_reading *reading);

/* Takes one key of a setting. Returns 0 or -EINVAL with the reading's error set. */
int plan_draft_read(struct plan_reading *reading, const config_setting_t *value,
                    struct plan_draft *draft);

/* Whether all is there that its experiment needs, and fits together. The same. */
int plan_draft_check(struct plan_reading *reading, const config_setting_t *group,
                     const struct plan_draft *draft);

bool plan_draft_has_subjects(const struct plan_draft *draft, const struct setting *setting);

/* Of the reader: each returns 0, or -EINVAL with the reading's error naming file and line. */
int plan_refuse(struct plan_reading *reading, const config_setting_t *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int plan_read_integer(struct plan_reading *reading, const config_setting_t *value, int64_t low,
                      int64_t high, int64_t *number);
int plan_read_double(struct plan_reading *reading, const config_setting_t *value, double high,
                     double *number);
int plan_read_text(struct plan_reading *reading, const config_setting_t *value, const char **text);

#endif
