/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/latency.h"

#include "experiment/load_trial.h"

#include <inttypes.h>
#include <stdio.h>

/* The same for every trial, so that trials can be put beside each other. */
static const double spectrum[] = {
    0,     0.1,   0.25,  0.5,    0.75,   0.9,    0.95,    0.975,   0.99,
    0.995, 0.998, 0.999, 0.9995, 0.9998, 0.9999, 0.99995, 0.99999,
};

static int write_spectrum(struct rows *rows, const struct load_trial *done, struct error *error)
{
    struct csv_writer *csv = rows->extra;
    const struct histogram *latency = done->result.latency;
    int64_t count = histogram_count(latency);
    for (size_t i = 0; i < sizeof spectrum / sizeof *spectrum; i++) {
        int64_t latency_ns = load_result_quantile_ns(&done->result, spectrum[i]);
        if (latency_ns < 0)
            continue;
        load_trial_set_conditions(rows->trial, csv);
        csv_set_text(csv, "idle_wait", done->options.block ? "block" : "spin");
        csv_set_int64(csv, "overloaded", done->result.overloaded);
        csv_set_double(csv, "quantile", spectrum[i]);
        csv_set_int64(csv, "latency_ns", latency_ns);
        csv_set_int64(csv, "samples", count - histogram_beyond(latency, spectrum[i]));
        int result = rows_end(rows, csv, true, "", error);
        if (result < 0)
            return result;
    }
    return 0;
}

static int measure_latency(struct rows *rows, char *note, size_t note_size, struct error *error)
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
    findings_add_tail(&rows->run->findings, rows->trial->arm.subject,
                      load_result_quantile_ns(&done.result, 0.99));
    snprintf(note, note_size, "%s", done.note);
    result = write_spectrum(rows, &done, error);
    load_trial_finish(&done);
    return result;
}

static void describe_latency(const struct trial *trial, char *text, size_t size)
{
    const struct trial_load *load = &trial->load;
    char name[256];
    arm_describe(&trial->arm, name, sizeof name);
    snprintf(text, size, "latency: %s, %.0f/s on %" PRId64 " active, %" PRId64 " idle%s", name,
             load->rate_per_second, load->active, load->connections - load->active, trial->work);
}

const struct method latency_method = {
    .experiment = &experiment_list[EXPERIMENT_LATENCY],
    .plan = latency_plan,
    .prepare = latency_prepare,
    .measure = measure_latency,
    .describe = describe_latency,
};
