/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/load.h"

#include "base/clock.h"
#include "load/connection/connector.h"
#include "load/connection/descriptors.h"
#include "load/connection/listen_queue.h"
#include "load/generator/gather.h"
#include "load/generator/session.h"
#include "load/idle/watch.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* Workers wake the caller when they finish; this is for the case that waking failed. */
#define DRAIN_LOOK_MS 100

/* What is under way when an interruption comes gets this long to be answered: whoever presses
 * Ctrl-C waits for it. */
#define INTERRUPTED_DRAIN_NS (100 * NS_PER_MS)

/* Epoll instances, name lookup, the odd file: what a run opens beside its connections. */
#define OTHER_DESCRIPTORS 16

/* Everything one run holds. */
struct generator {
    const struct load_options *options;
    struct load_result *result;
    struct endpoint endpoint;
    struct messages messages;
    struct connection *connections;
    struct idle_watch idle;
    struct window window;
    struct worker *workers;
    uint32_t worker_count;
    uint32_t started;
};

static void run_finish(struct generator *run)
{
    for (uint32_t i = 0; run->workers && i < run->worker_count; i++)
        worker_finish(&run->workers[i]);
    free(run->workers);
    idle_watch_finish(&run->idle);
    connections_destroy(run->connections, run->options->connections);
    messages_finish(&run->messages);
    endpoint_finish(&run->endpoint);
}

static int run_init(struct generator *run, const struct load_options *options,
                    struct load_result *result, struct error *error)
{
    *run = (struct generator){.options = options, .result = result, .idle = {-1, -1}};
    const struct protocol_settings settings = load_options_settings(options);
    run->connections =
        connections_create(options->connections, options->part.first, options->protocol);
    if (!run->connections)
        return error_set(error, -ENOMEM, "out of memory");
    int code = messages_init(&run->messages, options->protocol, &settings);
    if (code < 0)
        return error_set(error, code, "cannot make requests: %s", strerror(-code));
    code = endpoint_init(&run->endpoint, options->host, options->port, error);
    run->endpoint.ports = options->ports;
    run->endpoint.port_count = options->ports ? options->port_count : 0;
    return code;
}

static int run_connect(struct generator *run, struct error *error)
{
    struct connector connector = {
        .options = run->options,
        .endpoint = &run->endpoint,
        .messages = &run->messages,
        .connections = run->connections,
    };
    int64_t begin_ns = clock_now_ns();
    int result = connector_run(&connector, error);
    if (result < 0)
        return result;
    run->result->connect_ns = clock_now_ns() - begin_ns;
    run->result->connected = connector.connected;
    memcpy(run->result->errors, connector.errors, sizeof connector.errors);
    memcpy(run->result->first_error, connector.first_error, sizeof connector.first_error);
    return 0;
}

static int workers_init(struct generator *run, struct error *error)
{
    const struct load_options *options = run->options;
    size_t count = options->cpu_count > 0 ? options->cpu_count : 1;
    if (count > (size_t)options->active)
        count = (size_t)options->active;
    run->workers = calloc(count, sizeof *run->workers);
    if (!run->workers)
        return error_set(error, -ENOMEM, "out of memory");
    run->worker_count = (uint32_t)count;
    int result = 0;
    for (uint32_t i = 0; i < run->worker_count; i++) {
        struct worker *worker = &run->workers[i];
        worker->options = options;
        worker->endpoint = &run->endpoint;
        worker->window = &run->window;
        worker->connections = run->connections;
        worker->thread = i;
        worker->threads = run->worker_count;
        worker->wake = run->idle.wake;
        int outcome = worker_init(worker);
        if (outcome < 0)
            result = outcome;
    }
    if (result < 0)
        return error_set(error, result, "cannot set up the generator: %s", strerror(-result));
    return 0;
}

/* Signals are left to the caller's thread: only there do they cut a wait short. */
static int workers_start_each(struct generator *run, struct error *error)
{
    const struct load_options *options = run->options;
    sigset_t all;
    sigset_t before;
    int result = 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (result == 0 && run->started < run->worker_count) {
        int cpu = options->cpu_count > 0 ? options->cpus[run->started] : -1;
        result = worker_start(&run->workers[run->started], cpu);
        if (result < 0)
            error_set(error, result, "cannot start a generator thread on CPU %d: %s", cpu,
                      strerror(-result));
        else
            run->started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result;
}

static int workers_start(struct generator *run, struct error *error)
{
    const struct load_options *options = run->options;
    int64_t soonest_ns = clock_now_ns() + LOAD_HEAD_START_NS;
    run->window.start_ns = options->start_ns > soonest_ns ? options->start_ns : soonest_ns;
    run->window.begin_ns = run->window.start_ns + options->warmup_ns;
    atomic_store(&run->window.end_ns, run->window.begin_ns + options->duration_ns);
    atomic_store(&run->window.stop_ns, INT64_MAX);
    return workers_start_each(run, error);
}

static bool workers_finished(const struct generator *run)
{
    for (uint32_t i = 0; i < run->started; i++)
        if (!atomic_load_explicit(&run->workers[i].finished, memory_order_acquire))
            return false;
    return true;
}

static void report(const struct generator *run, enum load_phase phase)
{
    int64_t left_ns = atomic_load(&run->window.end_ns) - clock_now_ns();
    struct load_progress progress = {
        .phase = phase,
        .connected = run->result->connected,
        .left_ns = left_ns > 0 ? left_ns : 0,
    };
    if (!run->options->progress)
        return;
    for (uint32_t i = 0; i < run->worker_count; i++)
        progress.answered +=
            atomic_load_explicit(&run->workers[i].answered_so_far, memory_order_relaxed);
    run->options->progress(run->options->progress_data, &progress);
}

/* An interruption is the window's end, come early, and soon that of the drain. A generator that is
 * behind does not work off what was due before it. */
static void interrupt_if_asked(struct generator *run)
{
    int64_t now_ns = clock_now_ns();
    bool asked = run->options->stop && run->options->stop();
    if (!asked || run->result->interrupted)
        return;
    run->result->interrupted = true;
    if (now_ns < atomic_load(&run->window.end_ns))
        atomic_store(&run->window.end_ns, now_ns);
    atomic_store(&run->window.stop_ns, now_ns + INTERRUPTED_DRAIN_NS);
}

/* Sleeps until then, or until all workers have finished; looks after whatever wakes it. `signals`
 * are those that are blocked outside of the sleep. */
static void attend_until(struct generator *run, int64_t until_ns, const sigset_t *signals)
{
    interrupt_if_asked(run);
    while (!workers_finished(run) && !run->result->interrupted && clock_now_ns() < until_ns) {
        idle_watch_wait(&run->idle, clock_poll_timeout_ms(until_ns), signals, run->result->errors);
        interrupt_if_asked(run);
    }
}

/* The caller's thread sleeps through the window: it may share its CPU with a generator thread. */
static void attend_all(struct generator *run, const sigset_t *signals)
{
    report(run, LOAD_RUNNING);
    attend_until(run, atomic_load(&run->window.end_ns), signals);
    /* All connections broke before the window's end. */
    int64_t now_ns = clock_now_ns();
    if (now_ns < atomic_load(&run->window.end_ns))
        atomic_store(&run->window.end_ns, now_ns);
    report(run, LOAD_DRAINING);
    while (!workers_finished(run)) {
        idle_watch_wait(&run->idle, DRAIN_LOOK_MS, signals, run->result->errors);
        interrupt_if_asked(run);
    }
}

/* A signal that came between asking for it and falling asleep would be heard at the window's end
 * only: so signals come while we sleep, and at no other time. */
static void attend(struct generator *run)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    attend_all(run, &before);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static int gather(struct generator *run, struct error *error)
{
    struct load_result *result = run->result;
    int64_t duration_ns = atomic_load(&run->window.end_ns) - run->window.begin_ns;
    result->duration_ns = duration_ns > 0 ? duration_ns : 0;
    int code = gather_begin(result, run->options);
    for (uint32_t i = 0; code == 0 && i < run->worker_count; i++)
        gather_worker(result, &run->workers[i]);
    for (uint32_t i = 0; code == 0 && i < run->worker_count; i++)
        code = gather_excursions(result, &run->workers[i], run->options);
    excursions_shift(&result->excursions, -run->window.begin_ns);
    excursions_shift(&result->other_excursions, -run->window.begin_ns);
    if (code < 0)
        return error_set(error, code, "out of memory");
    /* Who was interrupted has not waited for an answer. */
    for (uint32_t i = 0; !result->interrupted && i < run->worker_count; i++)
        result->hung += sessions_count_hung(&run->workers[i], result->longest_service_ns,
                                            &result->never_answered);
    gather_conclude(result, run->options);
    return 0;
}

static void join_all(struct generator *run)
{
    for (uint32_t i = 0; i < run->started; i++)
        worker_join(&run->workers[i]);
}

/* The caller's thread moves to the generator's CPUs for the time of the run, lest it disturb the
 * server's. */
static void move_to_client_cpus(const struct load_options *options, cpu_set_t *before)
{
    cpu_set_t cpus;
    sched_getaffinity(0, sizeof *before, before);
    CPU_ZERO(&cpus);
    for (size_t i = 0; i < options->cpu_count; i++)
        CPU_SET((size_t)options->cpus[i], &cpus);
    if (options->cpu_count > 0)
        sched_setaffinity(0, sizeof cpus, &cpus);
}

static int run_measure(struct generator *run, struct error *error)
{
    const struct load_options *options = run->options;
    int result = idle_watch_init(&run->idle, run->connections + options->active,
                                 options->connections - options->active, error);
    if (result == 0)
        result = workers_init(run, error);
    if (result == 0) {
        report(run, LOAD_CONNECTED);
        result = workers_start(run, error);
    }
    if (result == 0)
        attend(run);
    else
        atomic_store(&run->window.end_ns, 0);
    join_all(run);
    if (result == 0)
        report(run, LOAD_FINISHED);
    if (result == 0)
        result = gather(run, error);
    return result;
}

static int64_t own_descriptors(const struct load_options *options)
{
    return options->connections + OTHER_DESCRIPTORS + (int64_t)options->cpu_count;
}

int64_t load_descriptors(const struct load_options *options)
{
    return descriptors_total(own_descriptors(options));
}

int load_run(const struct load_options *options, struct load_result *result, struct error *error)
{
    struct load_result outcome = {0};
    struct generator run;
    cpu_set_t cpus;
    int code = load_options_check(options, error);
    if (code == 0)
        code = descriptors_allow(own_descriptors(options), error);
    if (code < 0)
        return code;
    move_to_client_cpus(options, &cpus);
    int64_t dropped = listen_queue_dropped();
    code = run_init(&run, options, &outcome, error);
    if (code == 0)
        code = run_connect(&run, error);
    if (code == 0 && outcome.connected == options->connections)
        code = run_measure(&run, error);
    else
        outcome.interrupted = options->stop && options->stop();
    outcome.listen_dropped = listen_queue_dropped_since(dropped);
    run_finish(&run);
    sched_setaffinity(0, sizeof cpus, &cpus);
    if (code == 0)
        *result = outcome;
    else
        load_result_finish(&outcome);
    return code;
}
