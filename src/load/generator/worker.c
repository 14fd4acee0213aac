/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/generator/worker.h"

#include "base/clock.h"
#include "load/generator/session.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define EVENTS_MAX 64
#define BURST_MAX  64

#define EXCURSIONS_MAX ((size_t)8 << 20)

/* A blocked thread looks up this often whether it has been interrupted. One that comes back after
 * twice as long was held up, whatever woke it. */
#define LOOK_UP_NS   (50 * NS_PER_MS)
#define OVERSLEPT_NS (2 * LOOK_UP_NS)

static int64_t thread_cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

/* Twice what a window of usual length has, with the odd one more of Poisson's schedule, so that
 * none is left out; of a long one what 128 MiB hold. Pages that are not used are not taken. */
static size_t excursions_room(double requests)
{
    double room = 2 * (requests * 1.1 + 1000);
    return room < EXCURSIONS_MAX ? (size_t)room : EXCURSIONS_MAX;
}

static int schedule_init(struct worker *worker)
{
    const struct load_options *options = worker->options;
    double window_seconds = (double)options->duration_ns / (double)NS_PER_SECOND;
    double requests = options->rate_per_second * window_seconds / worker->threads;
    const struct load_part *part = &options->part;
    bool shared = part->of > 1;
    uint32_t generators = shared ? (uint32_t)part->of : 1;
    worker->latency = histogram_create();
    worker->lateness = histogram_create();
    if (!worker->latency || !worker->lateness ||
        excursions_init(&worker->excursions, excursions_room(requests)) < 0 ||
        (worker->other &&
         excursions_init(&worker->other_excursions, excursions_room(requests)) < 0))
        return -ENOMEM;
    worker->arrivals = (struct arrivals){
        .constant = options->constant,
        .rate_per_second = shared ? part->rate_per_second : options->rate_per_second,
        .thread = (uint32_t)part->number + generators * worker->thread,
        .threads = generators * worker->threads,
        .connections = (uint32_t)(shared ? part->active : options->active),
    };
    int result = arrivals_init(&worker->arrivals, options->seed);
    if (result == 0)
        arrivals_next(&worker->arrivals, &worker->next);
    return result;
}

int worker_init(struct worker *worker)
{
    const struct protocol_settings settings = load_options_settings(worker->options);
    backlog_init(&worker->backlog);
    worker->schedstat = -1;
    worker->service = histogram_create();
    worker->reply_delay = histogram_create();
    if (worker->options->slow_every > 0)
        worker->other = histogram_create();
    worker->scratch = malloc(SESSION_SCRATCH_BYTES);
    worker->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (worker->epoll < 0)
        return -errno;
    if (!worker->service || !worker->reply_delay || !worker->scratch ||
        (worker->options->slow_every > 0 && !worker->other))
        return -ENOMEM;
    int result = messages_init(&worker->messages, worker->options->protocol, &settings);
    if (result == 0 && !worker->options->closed)
        result = schedule_init(worker);
    return result < 0 ? result : sessions_init(worker);
}

void worker_finish(struct worker *worker)
{
    histogram_destroy(worker->latency);
    histogram_destroy(worker->service);
    histogram_destroy(worker->lateness);
    histogram_destroy(worker->other);
    histogram_destroy(worker->reply_delay);
    excursions_finish(&worker->excursions);
    excursions_finish(&worker->other_excursions);
    arrivals_finish(&worker->arrivals);
    backlog_finish(&worker->backlog);
    if (worker->epoll >= 0)
        close(worker->epoll);
    messages_finish(&worker->messages);
    free(worker->sessions);
    free(worker->scratch);
}

/* When the schedule's next request is due; never, for the closed loop. */
static int64_t next_due_ns(const struct worker *worker)
{
    return worker->options->closed ? INT64_MAX : worker->window->start_ns + worker->next.at_ns;
}

/* Sends what is due, and returns the time when that was done. Asking the clock again after each
 * request keeps one burst from making the next request late unnoticed; the limit keeps a rate
 * beyond the generator's means from keeping it off the replies. */
static int64_t send_due(struct worker *worker, int64_t now_ns)
{
    const struct window *window = worker->window;
    for (int i = 0; i < BURST_MAX; i++) {
        int64_t due_ns = next_due_ns(worker);
        if (due_ns > now_ns || due_ns >= window_end_ns(window))
            break;
        struct request request = {.intended_ns = due_ns, .measured = due_ns >= window->begin_ns};
        if (request.measured)
            histogram_record(worker->lateness, now_ns - due_ns);
        session_arrive(worker, &worker->sessions[worker->next.connection], request, now_ns);
        arrivals_next(&worker->arrivals, &worker->next);
        now_ns = worker_look(worker);
    }
    return now_ns;
}

/* How long a blocked thread may sleep. */
static int64_t sleep_ns(const struct worker *worker, int64_t now_ns)
{
    int64_t until_ns = now_ns + LOOK_UP_NS;
    int64_t end_ns = window_end_ns(worker->window);
    int64_t due_ns = next_due_ns(worker);
    if (now_ns < end_ns && end_ns < until_ns)
        until_ns = end_ns;
    if (due_ns < end_ns && due_ns < until_ns)
        until_ns = due_ns;
    if (worker->paused_first && worker->paused_first->resume_ns < until_ns)
        until_ns = worker->paused_first->resume_ns;
    return until_ns > now_ns ? until_ns - now_ns : 0;
}

/* What a poll finds at once is work. A poll that finds nothing is waiting: another round of
 * spinning, or the way to sleep. */
static int poll_events(struct worker *worker, struct epoll_event *events, int64_t *now_ns)
{
    int64_t before_ns = *now_ns;
    worker->polls++;
    int count = epoll_wait(worker->epoll, events, EVENTS_MAX, 0);
    bool waiting = count <= 0;
    if (waiting && worker->options->block) {
        struct timespec timeout = {.tv_nsec = sleep_ns(worker, before_ns)};
        count = epoll_pwait2(worker->epoll, events, EVENTS_MAX, &timeout, NULL);
        *now_ns = clock_now_ns();
        /* An event may have come at any time, so that only a timer tells when to be back. */
        bool woken = count > 0 && *now_ns - before_ns < OVERSLEPT_NS;
        stalls_slept(&worker->looks, woken ? *now_ns : before_ns + timeout.tv_nsec, *now_ns);
    } else {
        *now_ns = worker_look(worker);
    }
    if (waiting)
        worker->waiting_ns += *now_ns - before_ns;
    return count;
}

/* -1: not seen. */
static int64_t run_delay_ns(const struct worker *worker)
{
    char text[128];
    int64_t delay_ns;
    ssize_t length =
        worker->schedstat < 0 ? -1 : pread(worker->schedstat, text, sizeof text - 1, 0);
    if (length <= 0)
        return -1;
    text[length] = '\0';
    return sscanf(text, "%*d %" SCNd64, &delay_ns) == 1 ? delay_ns : -1;
}

static struct edge edge_at(const struct worker *worker, int64_t now_ns)
{
    return (struct edge){
        .at_ns = now_ns,
        .cpu_ns = thread_cpu_ns(),
        .run_delay_ns = run_delay_ns(worker),
    };
}

/* Where the thread had no CPU when the window began, the edge is late by a stall: what it waited
 * for a CPU meanwhile belongs to the window. */
static int64_t delay_missed_ns(const struct worker *worker)
{
    int64_t delay_ns = worker->edge.run_delay_ns - worker->delay_before_ns;
    if (worker->delay_before_ns < 0 || worker->edge.run_delay_ns < 0)
        return 0;
    return delay_ns < worker->looks.sum_ns ? delay_ns : worker->looks.sum_ns;
}

static void begin_measuring(struct worker *worker, int64_t now_ns)
{
    worker->part = WORKER_MEASURING;
    worker->edge = edge_at(worker, now_ns);
    worker->waiting_ns = 0;
    worker->quiet_since_ns = now_ns;
    worker->edge.run_delay_ns -= delay_missed_ns(worker);
    stalls_skip(&worker->looks, clock_now_ns());
}

/* How much of the window the thread should have run in, and did not. One that spins has gaps, and
 * used less of its CPU than the clock went on; either alone may be a long step, or time of
 * interrupts that a kernel accounts apart. Of one that blocks only the long gaps count, since it
 * may share its CPU with the server. */
static int64_t away_ns(const struct worker *worker, int64_t cpu_ns)
{
    int64_t window_ns = window_end_ns(worker->window) - worker->window->begin_ns;
    int64_t idle_ns = window_ns > cpu_ns ? window_ns - cpu_ns : 0;
    if (worker->options->block)
        return worker->stalls.long_sum_ns;
    return worker->stalls.sum_ns < idle_ns ? worker->stalls.sum_ns : idle_ns;
}

static void end_measuring(struct worker *worker, int64_t now_ns)
{
    const struct edge *begin = &worker->edge;
    const struct edge end = edge_at(worker, now_ns);
    double elapsed_ns = (double)(now_ns - begin->at_ns);
    worker->part = WORKER_DRAINING;
    stalls_cut_end(&worker->looks, window_end_ns(worker->window));
    worker->stalls = worker->looks;
    worker->away_ns = away_ns(worker, end.cpu_ns - begin->cpu_ns);
    worker->cpu_seconds = (double)(end.cpu_ns - begin->cpu_ns) / (double)NS_PER_SECOND;
    if (elapsed_ns > 0)
        worker->busy = 1 - (double)worker->waiting_ns / elapsed_ns;
    /* A sleeping thread uses no CPU while it waits; a spinning one all of it. */
    worker->work_seconds =
        worker->options->block ? worker->cpu_seconds : worker->cpu_seconds * worker->busy;
    worker->run_delay_ns = begin->run_delay_ns < 0 || end.run_delay_ns < 0
                               ? -1
                               : end.run_delay_ns - begin->run_delay_ns;
}

/* The backlog is looked at in equal steps from the window's planned begin to its planned end. */
static void follow_backlog(struct worker *worker, int64_t now_ns)
{
    struct trend *trend = &worker->trend;
    int64_t step_ns = worker->options->duration_ns / (TREND_POINTS - 1);
    while (trend->count < TREND_POINTS &&
           now_ns >= worker->window->begin_ns + (int64_t)trend->count * step_ns)
        trend->values[trend->count++] = worker->outstanding;
}

/* What lies between the window's edges is the measured part. */
static void mark_edges(struct worker *worker, int64_t now_ns)
{
    if (worker->part == WORKER_WARMING_UP && now_ns >= worker->window->begin_ns)
        begin_measuring(worker, now_ns);
    if (worker->part == WORKER_DRAINING)
        return;
    follow_backlog(worker, now_ns);
    if (worker->part == WORKER_MEASURING && now_ns >= window_end_ns(worker->window))
        end_measuring(worker, now_ns);
}

/* All that was due before the end is sent, also by a generator that is behind. */
static bool worker_goes_on(const struct worker *worker, int64_t now_ns)
{
    int64_t end_ns = window_end_ns(worker->window);
    if (worker->sessions_alive == 0 ||
        now_ns >= atomic_load_explicit(&worker->window->stop_ns, memory_order_relaxed))
        return false;
    if (now_ns < end_ns || next_due_ns(worker) < end_ns)
        return true;
    return worker->outstanding > 0 && now_ns < end_ns + worker->options->drain_ns;
}

/* A generator that stood still over the end finds replies in its sockets, and they are no loss. */
static int64_t read_what_came(struct worker *worker, struct epoll_event *events, int64_t now_ns)
{
    for (uint32_t pass = 0; worker->outstanding > 0 && pass <= worker->session_count; pass++) {
        worker->polls++;
        int count = epoll_wait(worker->epoll, events, EVENTS_MAX, 0);
        for (int i = 0; i < count; i++)
            now_ns = session_handle_event(worker, &events[i], now_ns);
        if (count <= 0)
            break;
    }
    return now_ns;
}

static void work(struct worker *worker)
{
    struct epoll_event events[EVENTS_MAX];
    const struct window *window = worker->window;
    stalls_begin(&worker->looks, window->start_ns, window->begin_ns, window_end_ns(window));
    int64_t now_ns = worker_look(worker);
    for (uint32_t i = 0; worker->options->closed && i < worker->session_count; i++)
        session_send_again(worker, &worker->sessions[i], now_ns);
    while (worker_goes_on(worker, now_ns)) {
        now_ns = send_due(worker, now_ns);
        if (worker->paused_first)
            sessions_resume(worker, now_ns);
        int count = poll_events(worker, events, &now_ns);
        for (int i = 0; i < count; i++)
            now_ns = send_due(worker, session_handle_event(worker, &events[i], now_ns));
        mark_edges(worker, now_ns);
    }
    now_ns = read_what_came(worker, events, now_ns);
    /* One that was held up from the start to the end has not been in the loop at all. */
    if (now_ns >= window_end_ns(worker->window))
        mark_edges(worker, now_ns);
    sessions_lose_outstanding(worker);
}

static void *worker_main(void *argument)
{
    struct worker *worker = argument;
    /* The default slack lets the kernel sleep 50 us past every due time. */
    prctl(PR_SET_TIMERSLACK, 1UL);
    worker->schedstat = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
    worker->delay_before_ns = run_delay_ns(worker);
    clock_sleep_until_ns(worker->window->start_ns);
    work(worker);
    if (worker->schedstat >= 0)
        close(worker->schedstat);
    const uint64_t one = 1;
    atomic_store_explicit(&worker->finished, true, memory_order_release);
    /* A full counter has woken the caller already. */
    (void)!write(worker->wake, &one, sizeof one);
    return NULL;
}

int worker_start(struct worker *worker, int cpu)
{
    pthread_attr_t attributes;
    cpu_set_t cpus;
    int result = pthread_attr_init(&attributes);
    if (result != 0)
        return -result;
    if (cpu >= 0) {
        CPU_ZERO(&cpus);
        CPU_SET((size_t)cpu, &cpus);
        result = pthread_attr_setaffinity_np(&attributes, sizeof cpus, &cpus);
    }
    if (result == 0)
        result = pthread_create(&worker->pthread, &attributes, worker_main, worker);
    pthread_attr_destroy(&attributes);
    return -result;
}

void worker_join(struct worker *worker)
{
    pthread_join(worker->pthread, NULL);
}
