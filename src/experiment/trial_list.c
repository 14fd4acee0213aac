/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/trial_list.h"

#include <errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>
#include <string.h>

bool trial_is_open(const struct trial_load *load)
{
    return load->capacity_share > 0 || load->basis == RATE_GIVEN;
}

int trial_list_add(struct trial_list *list, const struct trial *trial)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 32;
        struct trial *grown = reallocarray(list->trials, capacity, sizeof *grown);
        if (!grown)
            return -ENOMEM;
        list->trials = grown;
        list->capacity = capacity;
    }
    struct trial *added = &list->trials[list->count];
    *added = *trial;
    int result = arm_copy(&added->arm, &trial->arm);
    if (result == 0)
        list->count++;
    return result;
}

static bool same_number(double a, double b)
{
    return !(a < b) && !(a > b);
}

static bool same_load(const struct trial_load *a, const struct trial_load *b)
{
    return a->connections == b->connections && a->active == b->active &&
           a->size_bytes == b->size_bytes &&
           a->requests_per_connection == b->requests_per_connection && a->basis == b->basis &&
           a->capacity_active == b->capacity_active &&
           same_number(a->capacity_share, b->capacity_share) &&
           (a->basis != RATE_GIVEN || same_number(a->rate_per_second, b->rate_per_second));
}

static bool same_window(const struct trial_load *a, const struct trial_load *b)
{
    return a->steady_longest_ns == b->steady_longest_ns && a->warmup_ns == b->warmup_ns &&
           a->duration_ns == b->duration_ns && a->fit == b->fit &&
           same_number(a->longest_seconds, b->longest_seconds);
}

int trial_list_add_once(struct trial_list *list, const struct trial *trial)
{
    for (size_t i = 0; i < list->count; i++) {
        struct trial *other = &list->trials[i];
        if (strcmp(other->arm.scenario, trial->arm.scenario) == 0 &&
            strcmp(other->arm.subject, trial->arm.subject) == 0 &&
            strcmp(other->arm.model, trial->arm.model) == 0 &&
            arm_has_same_command(&other->arm, &trial->arm) &&
            arm_has_same_parameters(&other->arm, &trial->arm) && other->waiters == trial->waiters &&
            other->warm == trial->warm && same_load(&other->load, &trial->load)) {
            if (!same_window(&other->load, &trial->load))
                return -EEXIST;
            other->blocks = other->blocks > trial->blocks ? other->blocks : trial->blocks;
            return 0;
        }
    }
    return trial_list_add(list, trial);
}

double trial_list_expected_seconds(const struct trial_list *list)
{
    double sum = 0;
    for (size_t i = 0; i < list->count; i++)
        sum += list->trials[i].expected_seconds * (double)list->trials[i].blocks;
    return sum;
}

size_t trial_list_total(const struct trial_list *list)
{
    size_t total = 0;
    for (size_t i = 0; i < list->count; i++)
        total += (size_t)list->trials[i].blocks;
    return total;
}

int64_t trial_list_blocks(const struct trial_list *list)
{
    int64_t most = 0;
    for (size_t i = 0; i < list->count; i++)
        most = list->trials[i].blocks > most ? list->trials[i].blocks : most;
    return most;
}

/* Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014). */
uint64_t trial_list_block_seed(uint64_t run_seed, size_t block)
{
    uint64_t z = run_seed + (block + 1) * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) >> 1;
}

int trial_list_order(const struct trial_list *list, uint64_t block_seed, size_t *order)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    if (!rng)
        return -ENOMEM;
    gsl_rng_set(rng, (unsigned long)block_seed);
    for (size_t i = 0; i < list->count; i++)
        order[i] = i;
    gsl_ran_shuffle(rng, order, list->count, sizeof *order);
    gsl_rng_free(rng);
    return 0;
}

void trial_list_finish(struct trial_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        arm_finish(&list->trials[i].arm);
    free(list->trials);
    *list = (struct trial_list){0};
}
