/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/plan.h"

#include <errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>

int plan_add(struct plan *plan, const struct trial *trial)
{
    if (plan->count == plan->capacity) {
        size_t capacity = plan->capacity ? 2 * plan->capacity : 32;
        struct trial *grown = reallocarray(plan->trials, capacity, sizeof *grown);
        if (!grown)
            return -ENOMEM;
        plan->trials = grown;
        plan->capacity = capacity;
    }
    struct trial *added = &plan->trials[plan->count];
    *added = *trial;
    int result = arm_copy(&added->arm, &trial->arm);
    if (result == 0)
        plan->count++;
    return result;
}

double plan_expected_seconds(const struct plan *plan)
{
    double sum = 0;
    for (size_t i = 0; i < plan->count; i++)
        sum += plan->trials[i].expected_seconds;
    return sum;
}

/* Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014). */
uint64_t plan_block_seed(uint64_t run_seed, size_t block)
{
    uint64_t z = run_seed + (block + 1) * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) >> 1;
}

int plan_order(const struct plan *plan, uint64_t block_seed, size_t *order)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    if (!rng)
        return -ENOMEM;
    gsl_rng_set(rng, (unsigned long)block_seed);
    for (size_t i = 0; i < plan->count; i++)
        order[i] = i;
    gsl_ran_shuffle(rng, order, plan->count, sizeof *order);
    gsl_rng_free(rng);
    return 0;
}

void plan_finish(struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        arm_finish(&plan->trials[i].arm);
    free(plan->trials);
    *plan = (struct plan){0};
}
