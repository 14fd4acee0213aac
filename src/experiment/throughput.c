/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/throughput.h"

#include "experiment/load_trial.h"

#include <inttypes.h>
#include <stdio.h>

static int plan_throughput(const struct run *run, const struct setting *setting,
                           struct trial_list *list, struct error *error)
{
    return load_trial_add(run, setting, 0, list, error);
}

static int measure_throughput(struct rows *rows, char *note, size_t note_size, struct error *error)
{
    struct load_trial done = {0};
    load_trial_set_parameters(rows->run, rows->trial, rows->csv);
    int result = load_trial_run(rows->run, rows->trial, rows->seed, &done, error);
    rows->pid = done.pid;
    load_trial_set_errors(&done, rows->csv);
    if (result < 0)
        return result;
    rows_learn(rows, &done.stats);
    load_trial_set_figures(rows->run, rows->trial, &done, rows->csv);
    findings_add_rate(&rows->run->findings, rows->trial->arm.subject, rows->trial->load.active,
                      done.result.achieved_per_second);
    snprintf(note, note_size, "%s", done.note);
    load_trial_finish(&done);
    return 0;
}

static void describe_throughput(const struct trial *trial, char *text, size_t size)
{
    char name[256];
    arm_describe(&trial->arm, name, sizeof name);
    snprintf(text, size, "throughput: %s, %" PRId64 " active%s", name, trial->load.active,
             trial->work);
}

const struct method throughput_method = {
    .experiment = &experiment_list[EXPERIMENT_THROUGHPUT],
    .plan = plan_throughput,
    .measure = measure_throughput,
    .describe = describe_throughput,
};
