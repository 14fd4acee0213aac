/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/throughput.h"

#include "base/clock.h"
#include "experiment/load_trial.h"

#include <inttypes.h>
#include <stdio.h>

/* The quick profile has the realistic handler at one number of connections only. */
#define QUICK_WORK_ACTIVE 100

static const char *const columns[] = {LOAD_TRIAL_COLUMNS};
static const char *const models[] = {"threads", "loop", "loops", NULL};

static void trial_init(const struct run *run, int64_t active, struct trial *trial)
{
    bool quick = run->options->profile == PROFILE_QUICK;
    *trial = (struct trial){
        .load =
            {
                .connections = active,
                .active = active,
                .size_bytes = LOAD_TRIAL_REQUEST_BYTES,
                .warmup_ns = 150 * NS_PER_MS,
                .duration_ns = (quick ? 400 : 750) * NS_PER_MS,
            },
    };
}

static int plan_throughput(const struct run *run, struct plan *plan, int64_t *blocks,
                           struct error *error)
{
    static const int64_t active[] = {1, 10, 100, 1000};
    const struct run_options *options = run->options;
    static const int64_t profile_blocks[] = {3, 6, 10};
    *blocks = options->blocks > 0 ? options->blocks : profile_blocks[options->profile];
    int result = 0;
    for (size_t i = 0; result == 0 && i < sizeof active / sizeof *active; i++)
        for (int work = 0; result == 0 && work < 2; work++) {
            struct trial trial;
            if (work && options->profile == PROFILE_QUICK && active[i] != QUICK_WORK_ACTIVE)
                continue;
            trial_init(run, active[i], &trial);
            result = load_trial_add_arms(run, plan, &trial, models, work, error);
        }
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
    load_trial_set_figures(rows->run, &done, rows->csv);
    snprintf(note, note_size, "%s", done.note);
    load_trial_finish(&done);
    return 0;
}

static void describe_throughput(const struct trial *trial, char *text, size_t size)
{
    snprintf(text, size, "throughput: %s%s, %" PRId64 " active%s", trial->arm.subject,
             trial->arm.parameters.loops > 0 ? " (loops)" : "", trial->load.active,
             trial->arm.parameters.work_cpu_us > 0 ? ", with work" : "");
}

const struct experiment throughput_experiment = {
    .name = "throughput",
    .file = "throughput.csv",
    .columns = columns,
    .column_count = sizeof columns / sizeof *columns,
    .plan = plan_throughput,
    .measure = measure_throughput,
    .describe = describe_throughput,
};
