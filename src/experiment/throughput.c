/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/throughput.h"

#include "base/clock.h"
#include "experiment/load_trial.h"

#include <inttypes.h>
#include <stdio.h>

/* The quick profile has the realistic handler at one number of connections only. */
#define QUICK_WORK_ACTIVE 100

/* With so many, one turn of them all takes a good part of a second. They are for the full profile:
 * the others' time is short. */
#define MANY_ACTIVE 10000

static const char *const columns[] = {LOAD_TRIAL_COLUMNS};
static const char *const models[] = {"threads", "loop", "loops", NULL};

static void trial_init(const struct run *run, int64_t active, struct trial *trial)
{
    bool quick = run->options->profile == PROFILE_QUICK;
    bool many = active >= MANY_ACTIVE;
    *trial = (struct trial){
        .load =
            {
                .connections = active,
                .active = active,
                .size_bytes = LOAD_TRIAL_REQUEST_BYTES,
                .warmup_ns = (many ? 500 : 150) * NS_PER_MS,
                .duration_ns = (quick  ? 400
                                : many ? 1500
                                       : 750) *
                               NS_PER_MS,
            },
    };
}

static int add(const struct run *run, struct plan *plan, int64_t active, struct error *error)
{
    bool quick = run->options->profile == PROFILE_QUICK;
    int result = 0;
    for (int work = 0; result == 0 && work < 2; work++) {
        struct trial trial;
        if (work && quick && active != QUICK_WORK_ACTIVE)
            continue;
        trial_init(run, active, &trial);
        result = load_trial_add_arms(run, plan, &trial, models, work, error);
    }
    return result;
}

/* The numbers are ours and not the user's, so what this machine does not allow is left out, by
 * name, instead of the whole run. */
static int plan_throughput(const struct run *run, struct plan *plan, int64_t *blocks,
                           struct error *error)
{
    static const int64_t few[] = {1, 10, 100, 1000};
    static const int64_t many[] = {1, 10, 100, 300, 1000, MANY_ACTIVE};
    static const int64_t profile_blocks[] = {3, 6, 10};
    const struct run_options *options = run->options;
    bool full = options->profile == PROFILE_FULL;
    const int64_t *active = full ? many : few;
    size_t count = full ? sizeof many / sizeof *many : sizeof few / sizeof *few;
    *blocks = options->blocks > 0 ? options->blocks : profile_blocks[options->profile];
    int result = 0;
    for (size_t i = 0; result == 0 && i < count; i++) {
        struct error limit = {{0}};
        if (load_trial_check(active[i], &limit) < 0)
            warning_print("throughput: left out: %s", limit.text);
        else
            result = add(run, plan, active[i], error);
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
