/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/load_trial.h"

#include "base/interrupt.h"
#include "experiment/load_idle.h"
#include "experiment/model_check.h"
#include "experiment/warm_up.h"
#include "measure/disturbance/contention.h"
#include "measure/memory/charge.h"
#include "measure/process/measured.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the generator's progress hook works on. */
struct load_watch {
    struct run *run;
    const struct trial *trial;
    struct measured *measured;
    const struct cgroup *cgroup; /* NULL without one */
    struct load_trial *done;
    int result; /* of checking the subject */
    struct error fault;
    struct usage before; /* the schedule */
    struct usage after;
    struct contention_mark mark_before; /* around them */
    struct contention_mark mark_after;
    int64_t store_before_ns; /* CPU time of the stores */
    int64_t store_after_ns;
    struct subject_stats stats_after; /* where it has a store */
    int64_t answered;                 /* from first to last */
    int *client_cpus;                 /* as a list */
    size_t client_cpu_count;
    int ports[SHARDS_MAX];
};

static void check_subject(struct load_watch *watch)
{
    const struct trial *trial = watch->trial;
    int64_t waiters;
    struct error *fault = &watch->fault;
    watch->result = shards_waiters(&watch->measured->shards, &waiters, fault);
    if (watch->result == 0 && waiters != trial->load.connections)
        watch->result =
            error_set(fault, -EPROTO, "subject has %" PRId64 " waiters where %" PRId64 " connected",
                      waiters, trial->load.connections);
    if (watch->result == 0)
        watch->result = shards_stats(&watch->measured->shards, &watch->done->stats, fault);
    if (watch->result == 0)
        watch->result = model_check_threads(&trial->arm, &watch->done->stats,
                                            shards_threads(&watch->measured->shards),
                                            trial->load.connections, fault);
}

static void read_usage(struct load_watch *watch, struct usage *usage)
{
    if (watch->result == 0 && shards_usage(&watch->measured->shards, usage) < 0)
        watch->result = error_set(&watch->fault, -ESRCH, "subject ended under load");
}

/* CPU time of the subject. Ours have no children; a foreign one may have some that work. */
static int64_t subject_cpu_ns(const struct load_watch *watch, const struct usage *usage)
{
    if (watch->result < 0)
        return -1;
    return watch->trial->arm.foreign ? measured_family_ns(watch->measured) : usage->cpu_ns;
}

/* What is not others' work on the server's CPUs: the subject's, and a store's that shares them. */
static int64_t served_ns(const struct load_watch *watch, const struct usage *usage,
                         int64_t store_ns)
{
    int64_t subject_ns = subject_cpu_ns(watch, usage);
    bool beside = store_ns > 0 && !watch->run->store_placement.own;
    return subject_ns >= 0 && beside ? subject_ns + store_ns : subject_ns;
}

/* The CPUs that a database has to itself, or NULL. */
static hwloc_const_bitmap_t store_cpus(const struct load_watch *watch)
{
    const struct run *run = watch->run;
    bool beside = run_placement(run, &watch->trial->arm) == &run->store_placement.sides;
    return beside && run->store_placement.own ? run->store_placement.cpus : NULL;
}

/* All that takes time by the number of threads is read before the schedule begins and after the
 * generator has stopped: within the window it would run on the generator's CPU, for milliseconds
 * where there are many threads, and so make the tail of the very arm that has them. */
static void before_load(struct load_watch *watch)
{
    check_subject(watch);
    read_usage(watch, &watch->before);
    watch->store_before_ns = stores_cpu_ns(&watch->run->stores);
    int64_t own_ns = served_ns(watch, &watch->before, watch->store_before_ns);
    contention_take(&watch->mark_before, run_placement(watch->run, &watch->trial->arm),
                    store_cpus(watch));
    watch->mark_before.own_ns += clients_cpu_ns(&watch->run->clients);
    watch->mark_before.subject_ns = own_ns;
    watch->mark_before.store_ns = watch->store_before_ns;
}

/* The machine first, since its clocks go on while the subject's threads are looked at. */
static void after_load(struct load_watch *watch)
{
    contention_take(&watch->mark_after, run_placement(watch->run, &watch->trial->arm),
                    store_cpus(watch));
    watch->mark_after.own_ns += clients_cpu_ns(&watch->run->clients);
    read_usage(watch, &watch->after);
    watch->store_after_ns = stores_cpu_ns(&watch->run->stores);
    watch->mark_after.store_ns = watch->store_after_ns;
    watch->mark_after.subject_ns = served_ns(watch, &watch->after, watch->store_after_ns);
    if (watch->result == 0 && arm_store(&watch->trial->arm))
        watch->result = shards_stats(&watch->measured->shards, &watch->stats_after, &watch->fault);
}

/* What the load costs in memory, while the server still has it in its hands. */
static void end_of_window(struct load_watch *watch)
{
    struct memory_charge charge;
    struct error ignored;
    if (watch->cgroup && memory_charge_read(&charge, watch->cgroup, &ignored) == 0)
        watch->done->charged_bytes = charge.all_bytes;
}

static void phase_cb(void *data, const struct load_progress *progress)
{
    struct load_watch *watch = data;
    if (progress->phase == LOAD_CONNECTED)
        before_load(watch);
    else if (progress->phase == LOAD_DRAINING)
        end_of_window(watch);
    else if (progress->phase == LOAD_FINISHED) {
        after_load(watch);
        watch->answered = progress->answered;
    }
}

/* The load is steady, so that each reply has cost the same: the window has its share by them. */
static void share_usage(struct load_watch *watch)
{
    struct load_trial *done = watch->done;
    double share = watch->answered > 0 ? (double)done->result.replies / (double)watch->answered : 0;
    done->used = usage_between(&watch->before, &watch->after, share);
    if (watch->store_before_ns >= 0 && watch->store_after_ns >= 0)
        done->store_cpu_ns =
            (int64_t)((double)(watch->store_after_ns - watch->store_before_ns) * share);
    /* Threads that come and go take their figures with them. */
    if (watch->trial->load.requests_per_connection > 0)
        done->used.switches_voluntary = done->used.switches_involuntary = done->used.run_delay_ns =
            -1;
}

static void fill_protocol(const struct load_watch *watch, struct load_options *options)
{
    const struct arm *arm = &watch->trial->arm;
    struct protocol_settings settings = load_options_settings(options);
    arm_fill_settings(arm, watch->run->options->seed, &settings);
    options->protocol = arm_protocol(arm);
    options->size_bytes = watch->trial->load.size_bytes;
    options->path = settings.path;
    options->id_low = settings.id_low;
    options->id_high = settings.id_high;
    options->data_seed = settings.data_seed;
}

/* On a single CPU a spinning client would keep the server from answering it, or another client. */
static bool must_block(const struct load_watch *watch)
{
    const struct clients *clients = &watch->run->clients;
    return (watch->run->placement.shared && !clients_are_elsewhere(clients)) ||
           clients_share_cpus(clients, watch->client_cpu_count);
}

static void fill_options(struct load_watch *watch, uint64_t seed)
{
    const struct arm *arm = &watch->trial->arm;
    const struct trial_load *load = &watch->trial->load;
    struct load_options *options = &watch->done->options;
    load_options_init(options);
    options->host = run_host(watch->run);
    options->port = watch->ports[0];
    options->ports = watch->ports;
    options->port_count = watch->measured->shards.count;
    fill_protocol(watch, options);
    options->connections = load_idle_is_apart(watch->trial) ? load->active : load->connections;
    options->active = load->active;
    options->closed = !trial_is_open(load);
    options->rate_per_second = load->rate_per_second;
    options->warmup_ns = load->warmup_ns;
    options->duration_ns = load->duration_ns;
    options->requests_per_connection = load->requests_per_connection;
    options->slow_every = arm_slow_every(arm);
    options->slow_us = arm_slow_us(arm);
    options->block = must_block(watch);
    options->seed = seed;
    options->cpus = watch->client_cpus;
    options->cpu_count = watch->client_cpu_count;
    options->progress = phase_cb;
    options->progress_data = watch;
    options->stop = interrupt_signal;
}

/* Why a load is not valid: too little was answered, or something failed. */
static int code_of(const struct load_result *result)
{
    bool failed = load_result_error_count(result) > 0 || !result->service || result->interrupted;
    return failed || load_result_is_answered(result) ? -EPROTO : -ENODATA;
}

static void add_note(struct load_trial *done, const char *note)
{
    size_t length = strlen(done->note);
    if (note[0] != '\0')
        snprintf(done->note + length, sizeof done->note - length, "%s%s", length > 0 ? "; " : "",
                 note);
}

/* Adds to the note that the store failed, and keeps what the server says of it. */
static void note_store(struct load_watch *watch)
{
    const struct subject_stats *stats = &watch->stats_after;
    const char *store = arm_store(&watch->trial->arm);
    char note[128] = "";
    if (!store)
        return;
    watch->done->store_connections = stats->store_connections_most;
    if (stats->store_errors > 0)
        snprintf(note, sizeof note, "the store %s failed %" PRId64 " queries%s", store,
                 stats->store_errors,
                 watch->store_after_ns < 0 ? ", and its processes are gone" : "");
    add_note(watch->done, note);
}

/* A program that does not know --host listens where nobody looks for it. */
static void note_host(struct load_watch *watch)
{
    const struct run *run = watch->run;
    if (watch->trial->arm.foreign && run->options->host && watch->done->result.connected == 0)
        add_note(watch->done, "it was given --host, and has to listen there");
}

/* Of the CPUs that are looked at: the clients' are the server's, or another machine's. */
static bool has_no_client_cpus(const struct run *run)
{
    return run->placement.shared || clients_are_elsewhere(&run->clients);
}

/* Adds to the note what others took from the trial. */
static void note_contention(struct load_watch *watch)
{
    struct load_trial *done = watch->done;
    const struct load_result *result = &done->result;
    char note[256];
    if (watch->mark_after.at_ns == 0)
        return;
    contention_between(&watch->mark_before, &watch->mark_after, result->duration_ns,
                       has_no_client_cpus(watch->run), &done->contention);
    watch_window(&watch->run->watch, &done->contention,
                 load_result_was_away(result, LOAD_AWAY_DOUBT));
    contention_note(&done->contention, note, sizeof note);
    add_note(done, note);
}

/* Whether one side had next to nothing of its CPUs: the generator, or a closed loop's server. One
 * of an open loop may have had little to do. */
static bool was_kept_off(const struct load_trial *done)
{
    return load_result_was_away(&done->result, LOAD_AWAY_WRONG) ||
           (done->options.closed && contention_starves_server(&done->contention));
}

static int put_load(struct load_watch *watch, uint64_t seed, struct error *error)
{
    const struct trial_load *load = &watch->trial->load;
    if (trial_is_open(load) && load->rate_per_second <= 0)
        return error_set(error, -EAGAIN,
                         "there is no rate to offer a share of: none was found that is sustained");
    struct load_trial *done = watch->done;
    char warm_up[160] = "";
    fill_options(watch, seed);
    int result = load->steady_longest_ns > 0
                     ? warm_up_run(watch->measured, &watch->run->clients, &done->options,
                                   load->steady_longest_ns, warm_up, sizeof warm_up, error)
                     : 0;
    if (result == 0)
        result = load_idle_connect(watch->run, watch->trial, watch->measured, error);
    if (result == 0)
        result = clients_load(&watch->run->clients, &done->options, &done->result, error);
    if (result < 0)
        return result;
    bool valid = load_result_note(&done->options, &done->result, done->note, sizeof done->note);
    note_host(watch);
    add_note(done, watch->run->clients.note);
    add_note(done, warm_up);
    done->errors = load_result_error_count(&done->result);
    note_store(watch);
    note_contention(watch);
    if (watch->result < 0)
        result = error_set(error, watch->result, "%s", watch->fault.text);
    else if (was_kept_off(done))
        result = error_set(error, -EBUSY, "%s", done->note);
    else if (!valid)
        result = error_set(error, code_of(&done->result), "%s", done->note);
    if (result < 0)
        load_result_finish(&done->result);
    else
        share_usage(watch);
    return result;
}

/* The clients' CPUs as the generator takes them, to be freed. */
static int list_client_cpus(struct load_watch *watch)
{
    hwloc_const_bitmap_t clients = run_placement(watch->run, &watch->trial->arm)->client_cpus;
    int cpu;
    watch->client_cpus = calloc((size_t)hwloc_bitmap_weight(clients), sizeof *watch->client_cpus);
    if (!watch->client_cpus)
        return -ENOMEM;
    hwloc_bitmap_foreach_begin(cpu, clients)
    {
        watch->client_cpus[watch->client_cpu_count++] = cpu;
    }
    hwloc_bitmap_foreach_end();
    return 0;
}

static int start(struct load_watch *watch, char **argv, struct error *error)
{
    struct run *run = watch->run;
    struct measured *measured = watch->measured;
    int result = measured_place(measured, &run->cgroup_home, run->trial_number, error);
    watch->cgroup = measured_cgroup(measured);
    if (result == 0)
        result = load_idle_start(run, watch->trial, measured, error);
    if (result == 0)
        result = measured_start(measured, arm_shards(&watch->trial->arm), argv,
                                run->placement.server_cpus, error);
    watch->done->pid = shards_pid(&measured->shards);
    for (size_t i = 0; result == 0 && i < measured->shards.count; i++)
        watch->ports[i] = measured->shards.items[i].port;
    return result;
}

/* What the trial needs before its subject: its store, and where the clients are to run. */
static int prepare(struct load_watch *watch, uint64_t seed, char ***argv, struct error *error)
{
    int result = list_client_cpus(watch);
    if (result < 0)
        return error_set(error, result, "out of memory");
    return run_argv(watch->run, &watch->trial->arm, seed, argv, error);
}

/* Fails the trial, whose result is finished then, where a connection was lost meanwhile. */
static int check_idle(struct measured *measured, struct load_trial *done, struct error *error)
{
    int result = idle_clients_check(&measured->clients, error);
    if (result < 0)
        load_result_finish(&done->result);
    return result;
}

int load_trial_run(struct run *run, const struct trial *trial, uint64_t seed,
                   struct load_trial *done, struct error *error)
{
    struct measured measured = MEASURED_NONE;
    struct load_watch watch = {.run = run, .trial = trial, .measured = &measured, .done = done};
    char **argv = NULL;
    done->charged_bytes = done->store_connections = done->store_cpu_ns = done->errors = -1;
    int result = prepare(&watch, seed, &argv, error);
    if (result == 0)
        result = start(&watch, argv, error);
    if (result == 0)
        result = put_load(&watch, seed, error);
    if (result == 0 && load_idle_is_apart(trial))
        result = check_idle(&measured, done, error);
    bool loaded = result == 0;
    result = measured_end(&measured, result, error);
    arm_argv_free(argv);
    free(watch.client_cpus);
    if (result < 0 && loaded)
        load_result_finish(&done->result);
    return result;
}

void load_trial_finish(struct load_trial *done)
{
    load_result_finish(&done->result);
}
