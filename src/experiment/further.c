/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/further.h"

#include "base/interrupt.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the further blocks come to. */
struct gain {
    size_t settings;
    size_t trials;
    double seconds; /* expected, as trials have them */
};

bool further_is_planned(const struct run *run)
{
    return run->options->look && run->plan.more_blocks > 0 && !run->options->aa;
}

static int compare_widest_first(const void *a, const void *b)
{
    const struct open_setting *left = a;
    const struct open_setting *right = b;
    return (left->deviation < right->deviation) - (left->deviation > right->deviation);
}

static struct job *find_job(struct jobs *jobs, const char *experiment)
{
    for (size_t i = 0; i < jobs->count; i++)
        if (strcmp(jobs->jobs[i].method->experiment->name, experiment) == 0)
            return &jobs->jobs[i];
    return NULL;
}

/* The trial of that row: each block has an order of its own, which follows from its seed. NULL
 * where the row is none of this run's. */
static const struct trial *find_trial(const struct run *run, const struct job *job,
                                      const struct open_setting *open)
{
    size_t count = job->trials.count;
    size_t *order = calloc(count, sizeof *order);
    uint64_t seed = trial_list_block_seed(run->options->seed, (size_t)open->block);
    const struct trial *trial = NULL;
    if (order && open->block >= 0 && open->order >= 0 && (size_t)open->order < count &&
        trial_list_order(&job->trials, seed, order) == 0)
        trial = &job->trials.trials[order[open->order]];
    free(order);
    return trial;
}

/* What the trials of a setting would add; nothing for those that have got more blocks already. */
static struct gain gain_of(const struct job *job, const struct setting *setting, int64_t blocks)
{
    struct gain gain = {0};
    for (size_t i = 0; i < job->trials.count; i++) {
        const struct trial *trial = &job->trials.trials[i];
        if (trial->setting != setting || trial->blocks > trial->blocks_done)
            continue;
        gain.trials += (size_t)blocks;
        gain.seconds += trial->expected_seconds * (double)blocks;
    }
    gain.settings = gain.trials > 0;
    return gain;
}

static void extend(struct job *job, const struct setting *setting, int64_t blocks)
{
    for (size_t i = 0; i < job->trials.count; i++) {
        struct trial *trial = &job->trials.trials[i];
        if (trial->setting == setting && trial->blocks == trial->blocks_done)
            trial->blocks += blocks;
    }
}

static struct gain choose(const struct run *run, struct jobs *jobs,
                          const struct open_settings *open, size_t *undecided)
{
    struct gain all = {0};
    int64_t blocks = run->plan.more_blocks;
    double room = run->plan.more_seconds / progress_pace(&run->progress);
    *undecided = 0;
    for (size_t i = 0; i < open->count; i++) {
        struct job *job = find_job(jobs, open->items[i].experiment);
        const struct trial *trial = job ? find_trial(run, job, &open->items[i]) : NULL;
        if (!trial || !trial->setting)
            continue;
        const struct setting *setting = trial->setting;
        struct gain gain = gain_of(job, setting, blocks);
        *undecided += gain.settings;
        if (all.seconds + gain.seconds > room)
            continue;
        extend(job, setting, blocks);
        all.settings += gain.settings;
        all.trials += gain.trials;
        all.seconds += gain.seconds;
    }
    return all;
}

static void tell(const struct run *run, const struct gain *gain, size_t undecided)
{
    progress_clear(&run->progress);
    if (undecided == 0)
        fprintf(stderr, "Every setting of a claim is decided: no further blocks\n");
    else
        fprintf(stderr,
                "Undecided settings of claims: %zu; %" PRId64 " more blocks for %zu of them\n",
                undecided, run->plan.more_blocks, gain->settings);
}

void further_plan(struct run *run, struct jobs *jobs)
{
    struct open_settings open = {0};
    struct error error = {{0}};
    size_t undecided;
    int result = run->options->look(run->folder, &open, &error);
    if (result < 0 && !interrupt_signal())
        warning_print("no further blocks: %s", error.text);
    if (result == 0) {
        if (open.count > 0)
            qsort(open.items, open.count, sizeof *open.items, compare_widest_first);
        struct gain gain = choose(run, jobs, &open, &undecided);
        progress_extend(&run->progress, gain.trials, gain.seconds);
        tell(run, &gain, undecided);
    }
    open_settings_finish(&open);
}
