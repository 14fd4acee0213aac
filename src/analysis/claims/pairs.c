/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pairs that a run has claims of, and what their programs are called. */
#include "analysis/claims/judge.h"
#include "base/alloc.h"
#include "run/pair.h"

#include <stdlib.h>
#include <string.h>

static const char *pair_of(const struct trial_group *trials)
{
    return pair_of_row(trials->table, trials->first);
}

static const char *judged_pair(const struct evidence *evidence)
{
    return evidence->pair ? evidence->pair : PAIR_OURS;
}

bool trials_are_of_pair(const struct trial_group *trials, const struct evidence *evidence)
{
    return strcmp(pair_of(trials), judged_pair(evidence)) == 0;
}

bool arm_is_of_pair(const struct trial_group *trials, const struct evidence *evidence)
{
    return strcmp(pair_of_arm(trials->table, trials->first), judged_pair(evidence)) == 0;
}

static const char *find_program(const struct evidence *evidence, enum model model)
{
    for (size_t i = 0; i < EXPERIMENT_COUNT; i++) {
        const struct trial_groups *groups = &evidence->summary->sources[i].groups;
        for (size_t k = 0; k < groups->count; k++) {
            const struct trial_group *group = &groups->groups[k];
            if (trials_are_of(group, CLAIM_OF_WAITING) && trials_are_of_pair(group, evidence) &&
                model_is(group_text(group, "model"), model))
                return group_text(group, "subject");
        }
    }
    return model_name(model);
}

void pair_write_program(const struct evidence *evidence, enum model model, FILE *out)
{
    /* Of ours there are several, by allocator. */
    if (!pair_is_ours(judged_pair(evidence)))
        fputs(find_program(evidence, model), out);
    else
        fprintf(out, "%s-%s", scenario_plain_server()->name, model_program(model));
}

void pair_write_programs(const struct evidence *evidence, FILE *out)
{
    pair_write_program(evidence, MODEL_THREADS, out);
    fputs(" and ", out);
    pair_write_program(evidence, MODEL_LOOP, out);
}

static bool is_threads(const struct trial_group *trials)
{
    return model_is(group_text(trials, "model"), MODEL_THREADS);
}

static bool is_loop(const struct trial_group *trials)
{
    return model_is_loop(group_text(trials, "model"));
}

static bool is_listed(const struct claim_pair *pairs, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(pairs[i].name, name) == 0)
            return true;
    return false;
}

/* Whether the threads have a loop to stand against in the file. */
static bool has_loop(const struct trial_groups *groups, const struct trial_group *threads)
{
    for (size_t i = 0; i < groups->count; i++) {
        const struct trial_group *loop = &groups->groups[i];
        if (is_loop(loop) && strcmp(pair_of(loop), pair_of(threads)) == 0 &&
            strcmp(group_text(loop, "scenario"), group_text(threads, "scenario")) == 0)
            return true;
    }
    return false;
}

/* Ours took part by either half: some claims are asked of threads or of the loop alone. */
static void look_at(struct claim_pair **pairs, size_t *count, size_t *capacity,
                    const struct trial_groups *groups)
{
    for (size_t i = 0; i < groups->count; i++) {
        const struct trial_group *group = &groups->groups[i];
        const char *pair = pair_of(group);
        if (pair_is_ours(pair))
            (*pairs)[0].took_part |= is_threads(group) || is_loop(group);
        else if (*pair && is_threads(group) && !is_listed(*pairs, *count, pair) &&
                 has_loop(groups, group)) {
            *pairs = alloc_grow(*pairs, *count, capacity, sizeof **pairs);
            (*pairs)[(*count)++] = (struct claim_pair){alloc_text(pair), true};
        }
    }
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct claim_pair *)a)->name, ((const struct claim_pair *)b)->name);
}

size_t pairs_find(struct claim_pair **pairs, const struct summary *summary)
{
    size_t capacity = 0;
    size_t count = 1;
    *pairs = alloc_grow(NULL, 0, &capacity, sizeof **pairs);
    **pairs = (struct claim_pair){alloc_text(PAIR_OURS), false};
    for (size_t i = 0; i < EXPERIMENT_COUNT; i++)
        look_at(pairs, &count, &capacity, &summary->sources[i].groups);
    qsort(*pairs + 1, count - 1, sizeof **pairs, compare_names);
    return count;
}
