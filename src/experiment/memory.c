/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The memory experiment: N idle connections, cold or warm, and the whole bill for them. */
#include "experiment/memory.h"

#include "base/clock.h"
#include "experiment/model_check.h"
#include "load/idle/idle.h"
#include "measure/memory/memory.h"
#include "measure/process/measured.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* How often each connection speaks before a warm measurement: once to touch what a first request
 * touches, once more because allocators and TCP buffers settle on the second. */
#define WARM_REQUESTS 2

/* What a trial holds while it runs, and what it has found out. */
struct memory_trial {
    struct measured measured;
    struct memory_baseline baseline;
    struct subject_stats stats;
    struct memory_bill bill;
    int64_t waiters;
    int64_t spawn_ns;
    int64_t listen_dropped; /* while they connected; -1: not seen, or there are no clients */
    char hint[256];         /* "" or why connecting took long */
};

static bool has_clients(const struct trial *trial)
{
    return arm_protocol(&trial->arm) != NULL;
}

static int start_clients(struct run *run, const struct trial *trial, struct measured *measured,
                         struct error *error)
{
    struct protocol_settings settings;
    protocol_settings_init(&settings);
    settings.host = run_host(run);
    settings.size_bytes = IDLE_REQUEST_BYTES;
    arm_fill_settings(&trial->arm, run->options->seed, &settings);
    return idle_clients_start(&measured->clients, trial->waiters, (size_t)arm_shards(&trial->arm),
                              arm_protocol(&trial->arm), &settings,
                              run_placement(run, &trial->arm)->client_cpus, error);
}

/* A subject without clients is told how many waiters to make. */
static int trial_argv(struct run *run, const struct trial *trial, char ***argv, struct error *error)
{
    struct arm arm;
    char waiters[32];
    const char *const words[] = {"--waiters", waiters, NULL};
    snprintf(waiters, sizeof waiters, "%" PRId64, trial->waiters);
    int result = arm_copy(&arm, &trial->arm);
    if (result < 0)
        return error_set(error, result, "out of memory");
    if (!has_clients(trial))
        result = arm_add_words(&arm, words);
    result = result < 0 ? error_set(error, result, "out of memory")
                        : run_argv(run, &arm, 0, argv, error);
    arm_finish(&arm);
    return result;
}

/* How long its waiters take is not told: the clock would cover the program's start, too, which in
 * an interpreter is most of it. */
static int start_waiting(const struct trial *trial, struct memory_trial *held, char *const *argv,
                         hwloc_const_bitmap_t cpus, struct error *error)
{
    held->listen_dropped = -1;
    return measured_start_waiting(&held->measured, argv, cpus, trial->waiters, error);
}

/* What there is before the subject is part of the baseline: its clients, and the store. */
static int trial_start(struct run *run, const struct trial *trial, struct memory_trial *held,
                       struct error *error)
{
    struct measured *measured = &held->measured;
    hwloc_const_bitmap_t cpus = run->placement.server_cpus;
    char **argv = NULL;
    int result = trial_argv(run, trial, &argv, error);
    if (result == 0)
        result = measured_place(measured, &run->cgroup_home, run->trial_number, error);
    if (result == 0 && has_clients(trial))
        result = start_clients(run, trial, measured, error);
    if (result == 0)
        result = memory_baseline_read(&held->baseline, "", error);
    if (result == 0)
        result = has_clients(trial)
                     ? measured_start(measured, arm_shards(&trial->arm), argv, cpus, error)
                     : start_waiting(trial, held, argv, cpus, error);
    arm_argv_free(argv);
    return result;
}

/* A program that does not know --host listens where nobody looks for it. */
static int explain_host(const struct run *run, const struct trial *trial, int result,
                        struct error *error)
{
    const struct error said = *error;
    if (!trial->arm.foreign || !run->options->host || result == -EINTR)
        return result;
    return error_set(error, result, "%s; it was given --host, and has to listen there", said.text);
}

static int connect_clients(const struct run *run, const struct trial *trial,
                           struct memory_trial *held, struct error *error)
{
    struct idle_clients *clients = &held->measured.clients;
    int result = idle_clients_connect(clients, &held->measured.shards, run_connect_window(run),
                                      &held->spawn_ns, error);
    held->listen_dropped = clients->listen_dropped;
    snprintf(held->hint, sizeof held->hint, "%s", clients->hint);
    if (result < 0)
        return explain_host(run, trial, result, error);
    if (trial->warm)
        result = idle_clients_warm(clients, WARM_REQUESTS, error);
    return result;
}

static int trial_measure(const struct run *run, const struct trial *trial,
                         struct memory_trial *held, struct error *error)
{
    struct shards *shards = &held->measured.shards;
    int result = has_clients(trial) ? connect_clients(run, trial, held, error) : 0;
    if (result == 0 && trial->arm.foreign)
        result = memory_settle(&held->baseline, measured_cgroup(&held->measured), shards, error);
    if (result == 0)
        result = shards_stats(shards, &held->stats, error);
    if (result == 0)
        result = memory_bill_measure(&held->baseline, measured_cgroup(&held->measured), shards,
                                     &held->bill, error);
    if (result < 0)
        return result;
    result =
        model_check_threads(&trial->arm, &held->stats, held->bill.threads, trial->waiters, error);
    if (result == 0 && has_clients(trial))
        result = idle_clients_check(&held->measured.clients, error);
    if (result == 0)
        result = shards_waiters(shards, &held->waiters, error);
    if (result == 0 && held->waiters != trial->waiters)
        return error_set(error, -EPROTO,
                         "subject has %" PRId64 " waiters where %" PRId64
                         " were, after the measurement",
                         held->waiters, trial->waiters);
    return result;
}

/* Growth of the whole machine can come out below zero when others ended tasks. To leave such cells
 * empty would keep only the errors of the other sign. */
static void set_measured(struct csv_writer *csv, const char *column, int64_t value)
{
    if (value != MEMORY_NOT_MEASURED)
        csv_set_int64(csv, column, value);
}

static void set_parameters(const struct trial *trial, struct csv_writer *csv)
{
    const struct arm_parameters *parameters = &trial->arm.parameters;
    csv_set_int64(csv, "waiters_requested", trial->waiters);
    csv_set_int64(csv, "warm", trial->warm);
    if (parameters->stack_bytes > 0)
        csv_set_int64(csv, "stack_bytes", parameters->stack_bytes);
    csv_set_int64(csv, "work_stack_bytes", parameters->work_stack_bytes);
    csv_set_int64(csv, "work_heap_bytes", parameters->work_heap_bytes);
    csv_set_int64(csv, "hold_bytes", parameters->hold_bytes);
    csv_set_int64(csv, "shards", arm_shards(&trial->arm));
    arm_set_option_columns(&trial->arm, &experiment_list[EXPERIMENT_MEMORY], csv);
}

static void set_dropped(const struct memory_trial *held, struct csv_writer *csv)
{
    if (held->listen_dropped >= 0)
        csv_set_int64(csv, "listen_drops", held->listen_dropped);
}

static void set_figures(const struct trial *trial, const struct memory_trial *held,
                        struct csv_writer *csv)
{
    const struct memory_bill *bill = &held->bill;
    csv_set_int64(csv, "waiters", trial->waiters);
    set_measured(csv, "threads", bill->threads);
    set_measured(csv, "user_bytes", bill->user_bytes);
    set_measured(csv, "heap_bytes", held->stats.heap_resident_bytes);
    set_measured(csv, "kernel_stack_bytes", bill->kernel_stack_bytes);
    set_measured(csv, "page_table_bytes", bill->page_table_bytes);
    set_measured(csv, "kernel_other_bytes", bill->kernel_other_bytes);
    set_measured(csv, "total_bytes", bill->total_bytes);
    set_measured(csv, "charged_bytes", bill->charged_bytes);
    set_measured(csv, "huge_page_bytes", bill->huge_page_bytes);
    set_measured(csv, "rss_bytes", bill->rss_bytes);
    if (has_clients(trial))
        csv_set_double(csv, "spawn_seconds", (double)held->spawn_ns / NS_PER_SECOND);
    csv_set_text(csv, "kernel_source", bill->kernel_source);
    set_dropped(held, csv);
}

static int measure_memory(struct rows *rows, char *note, size_t note_size, struct error *error)
{
    const struct trial *trial = rows->trial;
    struct memory_trial held = {.measured = MEASURED_NONE};
    set_parameters(trial, rows->csv);
    int result = trial_start(rows->run, trial, &held, error);
    rows->pid = shards_pid(&held.measured.shards);
    if (result == 0)
        result = trial_measure(rows->run, trial, &held, error);
    result = measured_end(&held.measured, result, error);
    if (result == 0) {
        rows_learn(rows, &held.stats);
        set_figures(trial, &held, rows->csv);
        findings_add_memory(&rows->run->findings, trial->arm.subject, trial->warm, trial->waiters,
                            held.bill.total_bytes);
        bool both = held.hint[0] != '\0' && held.bill.note[0] != '\0';
        snprintf(note, note_size, "%s%s%s", held.hint, both ? "; " : "", held.bill.note);
    }
    return result;
}

/* What a process was charged before it was moved stays where it is: connections come later. */
static int take_clients_in(struct measured *measured, struct error *error)
{
    const struct cgroup *cgroup = measured_cgroup(measured);
    const struct idle_clients *clients = &measured->clients;
    int result = 0;
    for (size_t i = 0; cgroup && result == 0 && i < clients->process_count; i++)
        result = cgroup_add(cgroup, clients->processes[i].channel.pid);
    return result < 0 ? error_set(error, result, "cannot move the clients into %s: %s",
                                  cgroup->directory, strerror(-result))
                      : 0;
}

int memory_try(struct run *run, const struct trial *trial, struct memory_bill *bill,
               struct error *error)
{
    struct memory_trial held = {.measured = MEASURED_NONE};
    struct measured *measured = &held.measured;
    int result = trial_start(run, trial, &held, error);
    if (result == 0)
        result = take_clients_in(measured, error);
    if (result == 0 && has_clients(trial))
        result = connect_clients(run, trial, &held, error);
    if (result == 0 && trial->arm.foreign)
        result = memory_settle(&held.baseline, measured_cgroup(measured), &measured->shards, error);
    if (result == 0)
        result = memory_bill_measure(&held.baseline, measured_cgroup(measured), &measured->shards,
                                     bill, error);
    return measured_end(measured, result, error);
}

static void describe_memory(const struct trial *trial, char *text, size_t size)
{
    char name[256];
    arm_describe(&trial->arm, name, sizeof name);
    int length = snprintf(text, size, "memory: %s, %" PRId64 " %s waiters", name, trial->waiters,
                          trial->warm ? "warm" : "cold");
    if (length > 0 && (size_t)length < size && trial->arm.parameters.stack_bytes > 0)
        snprintf(text + length, size - (size_t)length, ", %" PRId64 " KiB stacks",
                 trial->arm.parameters.stack_bytes >> 10);
}

const struct method memory_method = {
    .experiment = &experiment_list[EXPERIMENT_MEMORY],
    .plan = memory_plan,
    .measure = measure_memory,
    .describe = describe_memory,
};
