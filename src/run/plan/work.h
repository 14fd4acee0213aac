/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of a plan's kinds of work: for the files of this folder only. */
#ifndef WAITBENCH_RUN_PLAN_WORK_H
#define WAITBENCH_RUN_PLAN_WORK_H

#include "run/plan/plan.h"

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

#endif
