/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/load_trial.h"

#include "base/clock.h"
#include "experiment/model_check.h"
#include "measure/disturbance.h"
#include "measure/interrupt.h"
#include "measure/memory_charge.h"
#include "measure/subject.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* A server that uses this share of its CPUs is a limit itself. */
#define SERVER_BUSY 0.95

/* What the generator's progress hook works on. */
struct load_watch {
    struct run *run;
    const struct trial *trial;
    struct subject *subject;
    const struct cgroup *cgroup; /* NULL without one */
    struct load_trial *done;
    int result; /* of checking the subject */
    struct error fault;
    struct usage before; /* the schedule */
    struct usage after;
    struct disturbance_snapshot state_before;
    int64_t begin_ns;
    int64_t answered; /* from first to last */
};

static void check_subject(struct load_watch *watch)
{
    const struct trial *trial = watch->trial;
    int64_t waiters;
    struct error *fault = &watch->fault;
    watch->result = subject_waiters(watch->subject, &waiters, fault);
    if (watch->result == 0 && waiters != trial->load.connections)
        watch->result =
            error_set(fault, -EPROTO, "subject has %" PRId64 " waiters where %" PRId64 " connected",
                      waiters, trial->load.connections);
    if (watch->result == 0)
        watch->result = subject_stats(watch->subject, &watch->done->stats, fault);
    if (watch->result == 0)
        watch->result =
            model_check_threads(&trial->arm, &watch->done->stats,
                                usage_threads(watch->subject->pid), trial->load.connections, fault);
}

static void read_usage(struct load_watch *watch, struct usage *usage)
{
    if (watch->result == 0 && usage_read(watch->subject->pid, usage) < 0)
        watch->result = error_set(&watch->fault, -ESRCH, "subject ended under load");
}

/* All that takes time by the number of threads is read before the schedule begins and after the
 * generator has stopped: within the window it would run on the generator's CPU, for milliseconds
 * where there are many threads, and so make the tail of the very arm that has them. */
static void before_load(struct load_watch *watch)
{
    check_subject(watch);
    read_usage(watch, &watch->before);
    disturbance_take(&watch->state_before, "", watch->run->all_cpus, 0);
    watch->begin_ns = clock_now_ns();
}

/* What the load costs in memory, while the server still has it in its hands. */
static void end_of_window(struct load_watch *watch)
{
    struct memory_charge charge;
    struct error ignored;
    if (watch->cgroup && memory_charge_read(&charge, watch->cgroup, &ignored) == 0)
        watch->done->charged_bytes = charge.all_bytes;
}

/* The time that others took, of the window: its share of the time since the schedule began. */
static void read_steal(struct load_watch *watch)
{
    struct disturbance_snapshot state_after;
    struct disturbance_change change;
    struct disturbance_list list = {.count = 0};
    int64_t elapsed_ns = clock_now_ns() - watch->begin_ns;
    double share = (double)watch->trial->load.duration_ns / (double)elapsed_ns;
    disturbance_take(&state_after, "", watch->run->all_cpus, 0);
    disturbance_judge_change(&watch->state_before, &state_after, &change, &list);
    watch->done->steal_seconds =
        change.steal_seconds < 0 ? -1 : change.steal_seconds * (share < 1 ? share : 1);
}

static void phase_cb(void *data, const struct load_progress *progress)
{
    struct load_watch *watch = data;
    if (progress->phase == LOAD_CONNECTED)
        before_load(watch);
    else if (progress->phase == LOAD_DRAINING)
        end_of_window(watch);
    else if (progress->phase == LOAD_FINISHED) {
        read_usage(watch, &watch->after);
        read_steal(watch);
        watch->answered = progress->answered;
    }
}

/* The load is steady, so that each reply has cost the same: the window has its share by them. */
static void share_usage(struct load_watch *watch)
{
    struct load_trial *done = watch->done;
    double share = watch->answered > 0 ? (double)done->result.replies / (double)watch->answered : 0;
    done->used = usage_between(&watch->before, &watch->after, share);
    /* Threads that come and go take their figures with them. */
    if (watch->trial->load.requests_per_connection > 0)
        done->used.switches_voluntary = done->used.switches_involuntary = done->used.run_delay_ns =
            -1;
}

static void fill_options(struct load_watch *watch, int port, uint64_t seed)
{
    const struct trial_load *load = &watch->trial->load;
    struct load_options *options = &watch->done->options;
    load_options_init(options);
    options->port = port;
    options->connections = load->connections;
    options->active = load->active;
    options->closed = load->capacity_share <= 0;
    options->rate_per_second = load->rate_per_second;
    options->warmup_ns = load->warmup_ns;
    options->duration_ns = load->duration_ns;
    options->size_bytes = load->size_bytes;
    options->requests_per_connection = load->requests_per_connection;
    options->slow_every = watch->trial->arm.parameters.work_slow_every;
    options->slow_us = watch->trial->arm.parameters.work_slow_us;
    /* On a single CPU a spinning client would keep the server from answering it. */
    options->block = watch->run->placement.shared;
    options->seed = seed;
    options->cpus = watch->run->client_cpus;
    options->cpu_count = watch->run->client_cpu_count;
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

static int put_load(struct load_watch *watch, uint64_t seed, struct error *error)
{
    const struct trial_load *load = &watch->trial->load;
    if (load->capacity_share > 0 && load->rate_per_second <= 0)
        return error_set(error, -EAGAIN,
                         "there is no rate to offer a share of: none was found that is sustained");
    struct load_trial *done = watch->done;
    fill_options(watch, watch->subject->port, seed);
    int result = load_run(&done->options, &done->result, error);
    if (result < 0)
        return result;
    if (watch->result < 0)
        result = error_set(error, watch->result, "%s", watch->fault.text);
    else if (!load_result_note(&done->options, &done->result, done->note, sizeof done->note))
        result = error_set(error, code_of(&done->result), "%s", done->note);
    if (result < 0)
        load_result_finish(&done->result);
    else
        share_usage(watch);
    return result;
}

/* The subject's command line, with what is known only now: which requests are slow follows from the
 * block's seed, and how much work makes a microsecond is measured once a run. */
static char **argv_for(const struct run *run, const struct trial *trial, uint64_t seed)
{
    struct arm arm = trial->arm;
    arm.parameters.seed = seed;
    arm.parameters.work_spins_per_us = run->spins_per_us;
    return arm_argv(&arm);
}

int load_trial_run(struct run *run, const struct trial *trial, uint64_t seed,
                   struct load_trial *done, struct error *error)
{
    struct subject subject = SUBJECT_NONE;
    struct cgroup cgroup;
    bool has_cgroup = run->cgroup_home.version != CGROUP_NONE;
    struct load_watch watch = {.run = run, .trial = trial, .subject = &subject, .done = done};
    done->charged_bytes = -1;
    int result = has_cgroup ? cgroup_init(&cgroup, &run->cgroup_home, run->trial_number, error) : 0;
    if (result < 0)
        return result;
    watch.cgroup = has_cgroup ? &cgroup : NULL;
    char **argv = argv_for(run, trial, seed);
    result = argv ? subject_start(&subject, argv, watch.cgroup, run->placement.server_cpus, error)
                  : error_set(error, -ENOMEM, "out of memory");
    arm_argv_free(argv);
    done->pid = subject.pid;
    bool loaded = false;
    if (result == 0) {
        result = put_load(&watch, seed, error);
        loaded = result == 0;
    }
    if (result == 0)
        result = subject_stop(&subject, error);
    subject_kill(&subject);
    if (has_cgroup)
        cgroup_finish(&cgroup, NULL);
    if (result < 0 && loaded)
        load_result_finish(&done->result);
    return result;
}

void load_trial_finish(struct load_trial *done)
{
    load_result_finish(&done->result);
}

void load_trial_set_conditions(const struct trial *trial, struct csv_writer *csv)
{
    const struct trial_load *load = &trial->load;
    const struct arm_parameters *parameters = &trial->arm.parameters;
    csv_set_int64(csv, "connections", load->connections);
    csv_set_int64(csv, "active", load->active);
    csv_set_int64(csv, "idle", load->connections - load->active);
    csv_set_int64(csv, "payload_bytes", load->size_bytes);
    csv_set_int64(csv, "requests_per_connection", load->requests_per_connection);
    if (parameters->stack_bytes > 0)
        csv_set_int64(csv, "stack_bytes", parameters->stack_bytes);
    if (parameters->loops > 0)
        csv_set_int64(csv, "loops", parameters->loops);
    csv_set_int64(csv, "work_cpu_us", parameters->work_cpu_us);
    csv_set_int64(csv, "work_stack_bytes", parameters->work_stack_bytes);
    csv_set_int64(csv, "work_heap_bytes", parameters->work_heap_bytes);
    csv_set_int64(csv, "work_cache_bytes", parameters->work_cache_bytes);
    csv_set_int64(csv, "work_slow_us", parameters->work_slow_us);
    csv_set_int64(csv, "work_slow_every", parameters->work_slow_every);
    csv_set_int64(csv, "hold_bytes", parameters->hold_bytes);
    if (load->capacity_share <= 0)
        return;
    csv_set_text(csv, "arrivals", "poisson");
    csv_set_text(csv, "rate_basis", load->basis == RATE_EQUAL ? "equal_rate" : "equal_utilisation");
    csv_set_double(csv, "capacity_share", load->capacity_share);
    csv_set_double(csv, "offered_per_second", load->rate_per_second);
}

void load_trial_set_parameters(const struct run *run, const struct trial *trial,
                               struct csv_writer *csv)
{
    const struct trial_load *load = &trial->load;
    char server_cpus[PLACEMENT_LIST_MAX] = "";
    placement_format(run->placement.server_cpus, server_cpus, sizeof server_cpus);
    load_trial_set_conditions(trial, csv);
    csv_set_text(csv, "protocol", "echo");
    csv_set_text(csv, "server_cpus", server_cpus);
    if (load->capacity_share > 0 && load->sustained_per_second > 0)
        csv_set_double(csv, "utilisation", load->rate_per_second / load->sustained_per_second);
}

static double seconds_of(int64_t ns)
{
    return (double)ns / (double)NS_PER_SECOND;
}

/* How many CPUs the server can use: one loop uses one. */
static double usable_cpus(const struct run *run, const struct trial *trial)
{
    int64_t cpus = run_server_cpu_count(run);
    int64_t loops = trial->arm.parameters.loops > 0 ? trial->arm.parameters.loops : 1;
    bool is_loop = strncmp(trial->arm.model, "loop", 4) == 0;
    return (double)(is_loop && loops < cpus ? loops : cpus);
}

/* In a closed loop the generator is the limit only where the server is not: near saturation a poll
 * that finds something at once keeps the generator as busy as the server. */
static bool is_client_bound(const struct run *run, const struct trial *trial,
                            const struct load_trial *done)
{
    const struct load_result *result = &done->result;
    double most = SERVER_BUSY * usable_cpus(run, trial) * (double)result->duration_ns;
    bool closed = trial->load.capacity_share <= 0;
    return result->client_bound && !(closed && (double)done->used.cpu_ns >= most);
}

void load_trial_set_figures(const struct run *run, const struct trial *trial,
                            const struct load_trial *done, struct csv_writer *csv)
{
    char client_cpus[PLACEMENT_LIST_MAX] = "";
    double server_seconds = seconds_of(done->used.cpu_ns);
    placement_format(run->placement.client_cpus, client_cpus, sizeof client_cpus);
    load_row_set(csv, &done->options, &done->result, client_cpus);
    csv_set_int64(csv, "client_bound", is_client_bound(run, trial, done));
    if (done->used.cpu_ns >= 0) {
        csv_set_double(csv, "server_cpu_seconds", server_seconds);
        csv_set_double(csv, "both_cpu_seconds", server_seconds + done->result.client_work_seconds);
    }
    if (done->used.switches_voluntary >= 0) {
        csv_set_int64(csv, "context_switches_voluntary", done->used.switches_voluntary);
        csv_set_int64(csv, "context_switches_involuntary", done->used.switches_involuntary);
    }
    if (done->used.run_delay_ns >= 0)
        csv_set_double(csv, "server_run_delay_seconds", seconds_of(done->used.run_delay_ns));
    if (done->charged_bytes >= 0)
        csv_set_int64(csv, "charged_bytes", done->charged_bytes);
    if (done->steal_seconds >= 0)
        csv_set_double(csv, "steal_seconds", done->steal_seconds);
}
