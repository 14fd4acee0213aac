/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/throughput.h"

#include "base/clock.h"
#include "experiment/load_trial.h"

#include <inttypes.h>
#include <stdio.h>

/* With so many, one turn of them all takes a good part of a second. */
#define MANY_ACTIVE 10000

/* What is measured, and from which profile on. */
static const struct setting {
    enum work_kind kind;
    int64_t active;
    enum run_profile from;
} settings[] = {
    {WORK_LIGHT, 1, PROFILE_QUICK},
    {WORK_LIGHT, 10, PROFILE_QUICK},
    {WORK_LIGHT, 100, PROFILE_QUICK},
    {WORK_LIGHT, 300, PROFILE_DEFAULT},
    {WORK_LIGHT, 1000, PROFILE_QUICK},
    {WORK_LIGHT, MANY_ACTIVE, PROFILE_DEFAULT},
    {WORK_REALISTIC, 1, PROFILE_FULL},
    {WORK_REALISTIC, 10, PROFILE_FULL},
    {WORK_REALISTIC, 100, PROFILE_QUICK},
    {WORK_REALISTIC, 1000, PROFILE_DEFAULT},
    {WORK_REALISTIC, MANY_ACTIVE, PROFILE_FULL},
    {WORK_CACHE, 100, PROFILE_DEFAULT},
    {WORK_PAYLOAD, 100, PROFILE_DEFAULT},
    {WORK_LARGE_PAYLOAD, 100, PROFILE_DEFAULT},
    {WORK_SHORT, 100, PROFILE_DEFAULT},
};

static int add(const struct run *run, struct plan *plan, const struct setting *setting,
               struct error *error)
{
    bool quick = run->options->profile == PROFILE_QUICK;
    bool many = setting->active >= MANY_ACTIVE;
    const struct trial trial = {
        .load =
            {
                .connections = setting->active,
                .active = setting->active,
                .warmup_ns = (many ? 500 : 150) * NS_PER_MS,
                .duration_ns = (quick  ? 400
                                : many ? 1500
                                       : 600) *
                               NS_PER_MS,
            },
    };
    return load_trial_add_arms(run, plan, &trial, setting->kind, error);
}

static int plan_throughput(const struct run *run, struct plan *plan, int64_t *blocks,
                           struct error *error)
{
    static const int64_t profile_blocks[] = {3, 6, 10};
    const struct run_options *options = run->options;
    *blocks = options->blocks > 0 ? options->blocks : profile_blocks[options->profile];
    int result = 0;
    for (size_t i = 0; result == 0 && i < sizeof settings / sizeof *settings; i++)
        if (settings[i].from <= options->profile)
            result = add(run, plan, &settings[i], error);
    return result;
}

static int measure_throughput(struct rows *rows, char *note, size_t note_size, struct error *error)
{
    struct load_trial done = {0};
    load_trial_set_parameters(rows->run, rows->trial, rows->csv);
    int result = load_trial_run(rows->run, rows->trial, rows->seed, &done, error);
    rows->pid = done.pid;
    if (result < 0)
        return result;
    rows_learn(rows, &done.stats);
    load_trial_set_figures(rows->run, rows->trial, &done, rows->csv);
    snprintf(note, note_size, "%s", done.note);
    load_trial_finish(&done);
    return 0;
}

static void describe_throughput(const struct trial *trial, char *text, size_t size)
{
    snprintf(text, size, "throughput: %s%s, %" PRId64 " active%s", trial->arm.subject,
             trial->arm.parameters.loops > 0 ? " (loops)" : "", trial->load.active, trial->work);
}

const struct experiment throughput_experiment = {
    .data = &experiment_files[EXPERIMENT_THROUGHPUT],
    .plan = plan_throughput,
    .measure = measure_throughput,
    .describe = describe_throughput,
};
