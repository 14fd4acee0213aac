/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/process/idle_clients.h"

#include "base/clock.h"
#include "load/connection/listen_queue.h"
#include "load/idle/idle.h"
#include "measure/placement/placement.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* How often the subject is asked how far it is: often enough that the clients never run out of
 * connections to make, seldom enough that the asking is no load. */
#define CONNECT_POLL_NS (INT64_C(1) * NS_PER_MS)
/* What a client process needs beside its connections. */
#define RESERVED_FDS INT64_C(32)
/* Time for an answer that needs no subject; warming up has time for every connection on top. */
#define ANSWER_SECONDS 30

struct idle_launch {
    struct idle_options options;
    hwloc_const_bitmap_t cpus;
};

static void client_child(void *argument)
{
    struct idle_launch *launch = argument;
    prctl(PR_SET_NAME, "waitbench-idle");
    /* Without an exec in between, the runner's other descriptors would stay open here. */
    if (close_range(3, ~0U, 0) < 0) {
        fprintf(stderr, "cannot close inherited descriptors: %s\n", strerror(errno));
        _exit(1);
    }
    if (launch->cpus)
        placement_bind(launch->cpus);
    _exit(idle_serve(&launch->options));
}

static int64_t connections_per_process(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
        return INT64_MAX;
    int64_t fds = (int64_t)limit.rlim_cur;
    return fds > 2 * RESERVED_FDS ? fds - RESERVED_FDS : RESERVED_FDS;
}

/* `options` are those of all processes together. */
static int start_process(struct idle_process *process, const struct idle_options *options,
                         hwloc_const_bitmap_t cpus, struct error *error)
{
    struct idle_launch launch = {.options = *options, .cpus = cpus};
    launch.options.first = process->first;
    launch.options.capacity = process->capacity;
    return channel_start(&process->channel, client_child, &launch, error);
}

/* Which connections each process is to have: those of a shard are shared by as many processes as
 * they take. Without `processes` only counts them. */
static size_t deal(struct idle_process *processes, int64_t count, size_t shards)
{
    const struct shards spread = {.count = shards};
    const int64_t most = connections_per_process();
    int64_t first = 0;
    size_t dealt = 0;
    for (size_t shard = 0; shard < shards; shard++) {
        int64_t left = shards_share(&spread, shard, count);
        while (left > 0) {
            int64_t capacity = left < most ? left : most;
            if (processes)
                processes[dealt] =
                    (struct idle_process){.shard = shard, .first = first, .capacity = capacity};
            dealt++;
            first += capacity;
            left -= capacity;
        }
    }
    return dealt;
}

size_t idle_clients_processes(int64_t count, size_t shards)
{
    return deal(NULL, count, shards);
}

int idle_clients_start(struct idle_clients *clients, int64_t count, size_t shards,
                       const struct protocol *protocol, const struct protocol_settings *settings,
                       hwloc_const_bitmap_t cpus, struct error *error)
{
    const struct idle_options options = {.protocol = protocol, .settings = *settings};
    size_t processes = idle_clients_processes(count, shards);
    *clients = (struct idle_clients){
        .processes = calloc(processes + 1, sizeof *clients->processes),
        .count = count,
        .shard_count = shards,
        .listen_dropped = -1,
    };
    if (!clients->processes)
        return error_set(error, -ENOMEM, "out of memory for the idle clients");
    deal(clients->processes, count, shards);
    int result = 0;
    while (result == 0 && clients->process_count < processes) {
        result = start_process(&clients->processes[clients->process_count], &options, cpus, error);
        if (result == 0)
            clients->process_count++;
    }
    if (result < 0)
        idle_clients_stop(clients);
    return result;
}

static int read_ok(struct channel *channel, int64_t deadline_ns, struct error *error)
{
    char line[CHANNEL_LINE_MAX];
    char end[512];
    int result = channel_read(channel, line, deadline_ns);
    if (result == -EINTR)
        return error_set(error, result, "interrupted");
    if (result == -EPIPE) {
        channel_finish(channel);
        channel_describe_end(channel, end, sizeof end);
        return error_set(error, result, "the idle client %s", end);
    }
    if (result < 0)
        return error_set(error, result, "the idle client did not answer: %s", strerror(-result));
    if (strncmp(line, "ok ", 3) != 0)
        return error_set(error, -EPROTO, "%s", line);
    return 0;
}

/* Waits for the answers of all that were asked. */
static int read_answers(struct idle_clients *clients, int seconds, struct error *error)
{
    int64_t deadline_ns = clock_now_ns() + seconds * NS_PER_SECOND;
    for (size_t i = 0; i < clients->process_count; i++) {
        int result = read_ok(&clients->processes[i].channel, deadline_ns, error);
        if (result < 0)
            return result;
    }
    return 0;
}

/* Asks every process the same. */
static int ask_all(struct idle_clients *clients, const char *question, int seconds,
                   struct error *error)
{
    for (size_t i = 0; i < clients->process_count; i++)
        channel_write(&clients->processes[i].channel, question);
    return read_answers(clients, seconds, error);
}

/* Each process talks to one shard. */
static int tell_ports(struct idle_clients *clients, const struct shards *shards,
                      struct error *error)
{
    for (size_t i = 0; i < clients->process_count; i++) {
        struct idle_process *process = &clients->processes[i];
        char question[64];
        snprintf(question, sizeof question, "port %d", shards->items[process->shard].port);
        channel_write(&process->channel, question);
    }
    return read_answers(clients, ANSWER_SECONDS, error);
}

/* The state of a shard's connect phase: its processes, and how far they may go. */
struct advance {
    struct subject *subject;
    struct idle_process *processes;
    size_t process_count;
    int64_t count; /* connections of the shard */
    int64_t window;
    int64_t granted;
};

/* Lets them have `target` connections in all, from the first process on. */
static void grant(struct advance *advance, int64_t target)
{
    for (size_t i = 0; i < advance->process_count && advance->granted < target; i++) {
        struct idle_process *process = &advance->processes[i];
        int64_t more = target - advance->granted;
        int64_t room = process->capacity - process->granted;
        char question[64];
        if (room == 0)
            continue;
        process->granted += more < room ? more : room;
        advance->granted += more < room ? more : room;
        snprintf(question, sizeof question, "connect %" PRId64, process->granted);
        channel_write(&process->channel, question);
        process->outstanding++;
    }
}

/* Reads the answers that are there (`wait_ns` 0) or all that are due. */
static int collect(struct advance *advance, int64_t deadline_ns, bool all, struct error *error)
{
    for (size_t i = 0; i < advance->process_count; i++) {
        struct idle_process *process = &advance->processes[i];
        while (process->outstanding > 0) {
            struct error answer = {0};
            int result = read_ok(&process->channel, all ? deadline_ns : 0, &answer);
            if (result == -ETIMEDOUT && !all)
                break;
            if (result < 0)
                return error_set(error, result, "%s", answer.text);
            process->outstanding--;
        }
    }
    return 0;
}

/* Lets the clients run ahead of the subject by the window, until all are waiters. */
static int advance_together(struct advance *advance, struct error *error)
{
    int64_t waiters = 0;
    int64_t progress_ns = clock_now_ns();
    while (waiters < advance->count) {
        int64_t target = waiters + advance->window;
        grant(advance, target < advance->count ? target : advance->count);
        int64_t before = waiters;
        int result = subject_waiters(advance->subject, &waiters, error);
        if (result == 0)
            result = collect(advance, 0, false, error);
        if (result < 0)
            return result;
        int64_t now_ns = clock_now_ns();
        if (waiters > before)
            progress_ns = now_ns;
        if (now_ns - progress_ns > IDLE_CLIENTS_STALL_SECONDS * NS_PER_SECOND)
            return error_set(error, -ETIMEDOUT,
                             "subject has %" PRId64 " waiters where %" PRId64
                             " were asked for, and no more came within %d s",
                             waiters, advance->count, IDLE_CLIENTS_STALL_SECONDS);
        if (waiters < advance->count)
            clock_sleep_until_ns(now_ns + CONNECT_POLL_NS);
    }
    if (waiters > advance->count)
        return error_set(error, -EPROTO,
                         "subject has %" PRId64 " waiters where %" PRId64 " connected", waiters,
                         advance->count);
    return collect(advance, clock_now_ns() + ANSWER_SECONDS * NS_PER_SECOND, true, error);
}

/* A shard after the other: side by side they would only wait for the same CPUs. */
static int advance_shards(struct idle_clients *clients, struct shards *shards, int64_t window,
                          struct error *error)
{
    size_t at = 0;
    int result = 0;
    for (size_t i = 0; result == 0 && i < shards->count; i++) {
        struct advance advance = {
            .subject = &shards->items[i],
            .processes = &clients->processes[at],
            .count = shards_share(shards, i, clients->count),
            .window = window,
        };
        for (; at < clients->process_count && clients->processes[at].shard == i; at++)
            advance.process_count++;
        result = advance_together(&advance, error);
    }
    return result;
}

/* A hint, where it took so long that connections of ours may be among those dropped. */
static void note_dropped(struct idle_clients *clients, int64_t dropped_before, int64_t spawn_ns)
{
    char text[sizeof clients->hint];
    clients->listen_dropped = listen_queue_dropped_since(dropped_before);
    if (clients->listen_dropped <= 0 || spawn_ns < LISTEN_QUEUE_RETRY_NS)
        return;
    listen_queue_describe(clients->listen_dropped, text, sizeof text);
    snprintf(clients->hint, sizeof clients->hint, "connecting took %.1f s: %.200s",
             (double)spawn_ns / NS_PER_SECOND, text);
}

int idle_clients_connect(struct idle_clients *clients, struct shards *shards, int64_t window,
                         int64_t *spawn_ns, struct error *error)
{
    struct error fault = {0};
    int result = tell_ports(clients, shards, error);
    if (result < 0)
        return result;
    int64_t dropped = listen_queue_dropped();
    int64_t start_ns = clock_now_ns();
    result = advance_shards(clients, shards, listen_queue_bound(window), &fault);
    int64_t elapsed_ns = clock_now_ns() - start_ns;
    note_dropped(clients, dropped, elapsed_ns);
    if (result < 0)
        return error_set(error, result, "%s%s%s", fault.text, clients->hint[0] ? "; " : "",
                         clients->hint);
    *spawn_ns = elapsed_ns;
    return 0;
}

int idle_clients_warm(struct idle_clients *clients, int64_t requests, struct error *error)
{
    char question[64];
    snprintf(question, sizeof question, "warm %" PRId64, requests);
    int64_t seconds = ANSWER_SECONDS + clients->count * requests / 1000;
    return ask_all(clients, question, (int)seconds, error);
}

int idle_clients_check(struct idle_clients *clients, struct error *error)
{
    return ask_all(clients, "check", ANSWER_SECONDS, error);
}

void idle_clients_stop(struct idle_clients *clients)
{
    /* Ends of input first, all of them, so that the processes close their sockets side by side. Who
     * hangs in a connect() is killed when time is up, or at once where an interrupt came. */
    int64_t deadline_ns = clock_now_ns() + ANSWER_SECONDS * NS_PER_SECOND;
    for (size_t i = 0; i < clients->process_count; i++)
        channel_close(&clients->processes[i].channel, deadline_ns);
    for (size_t i = 0; i < clients->process_count; i++)
        channel_finish(&clients->processes[i].channel);
    free(clients->processes);
    *clients = (struct idle_clients){0};
}
