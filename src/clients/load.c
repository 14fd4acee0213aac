/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One load over all clients. */
#include "clients/clients.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "clients/cpus.h"
#include "load/connection/listen_queue.h"
#include "load/merge.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

/* From telling the first client when to begin until then, beside the way to the slowest. */
#define LEAD_NS (100 * NS_PER_MS)

/* A clock that drifts by a thousandth of a per cent is off by 10 us then. */
#define CLOCKS_GOOD_NS NS_PER_SECOND

/* For the drain's end, and for the last replies to be counted. */
#define FINISH_SECONDS 15.0

/* More requests than any client answers. */
#define REQUESTS_MAX (INT64_C(1) << 53)

/* One load while it is under way. */
struct joint {
    struct clients *clients;
    const struct load_options *options;
    size_t used;
    int64_t told_ns;  /* clocks were compared just before */
    int64_t begin_ns; /* of the schedule, on this process's clock */
    struct load_progress progress;
    struct load_result *whole;
    bool unconnected; /* one of them did not connect all that it should */
    bool ended[CLIENTS_MAX];
};

static void report(struct joint *joint, enum load_phase phase)
{
    joint->progress.phase = phase;
    if (joint->options->progress)
        joint->options->progress(joint->options->progress_data, &joint->progress);
}

static int tell_all(struct joint *joint, struct error *error)
{
    struct clients *clients = joint->clients;
    int result = 0;
    for (size_t i = 0; result == 0 && i < joint->used; i++)
        result = client_start(&clients->items[i], &clients->own, error);
    joint->told_ns = clock_now_ns();
    for (size_t i = 0; result == 0 && i < joint->used; i++) {
        struct load_options share;
        int cpus[LOAD_THREADS_MAX];
        load_part_take(joint->options, (int64_t)i, (int64_t)joint->used, &share);
        share.cpus = cpus;
        share.cpu_count = clients_deal_cpus(clients, joint->used, i, joint->options, cpus);
        result = client_load(&clients->items[i], &share, error);
    }
    return result;
}

/* Waits for one that connects, until it has or has failed to. */
static int await_connected(struct joint *joint, size_t i, struct error *error)
{
    struct client *client = &joint->clients->items[i];
    char line[CHANNEL_LINE_MAX];
    for (;;) {
        int64_t connected = 0;
        int result = client_read(client, line, CLIENT_ANSWER_SECONDS, error);
        if (result == 0)
            result = client_take_count(client, line, "connected", joint->options->connections,
                                       &connected, error);
        joint->progress.connected += connected;
        if (result != 0)
            return result < 0 ? result : 0;
        if (strcmp(line, "ended") == 0) {
            joint->ended[i] = joint->unconnected = true;
            return 0;
        }
    }
}

/* All at one time, which is told to each by its own clock. */
static int begin_all(struct joint *joint, struct error *error)
{
    struct clients *clients = joint->clients;
    int64_t slowest_ns = 0;
    int result = 0;
    for (size_t i = 0; i < joint->used; i++)
        if (clients->items[i].slowest_ns > slowest_ns)
            slowest_ns = clients->items[i].slowest_ns;
    joint->begin_ns = clock_now_ns() + LEAD_NS + 2 * slowest_ns;
    for (size_t i = 0; result == 0 && i < joint->used; i++)
        result = client_say(&clients->items[i], error, "begin %" PRId64,
                            joint->begin_ns + clients->items[i].offset_ns);
    return result;
}

/* Sleeps until the window has ended, or one of them has something to say, which is the end of it.
 * Returns 0 or -EINTR. */
static int sleep_through(const struct joint *joint)
{
    struct pollfd fds[CLIENTS_MAX];
    int64_t end_ns = joint->begin_ns + joint->options->warmup_ns + joint->options->duration_ns;
    int ready = 0;
    for (size_t i = 0; i < joint->used; i++)
        fds[i] =
            (struct pollfd){.fd = joint->clients->items[i].channel.output_fd, .events = POLLIN};
    while (ready <= 0 && clock_now_ns() < end_ns && !interrupt_signal())
        ready = poll(fds, joint->used, clock_poll_timeout_ms(end_ns));
    return interrupt_signal() ? -EINTR : 0;
}

static int await_one_finished(struct joint *joint, struct client *client, double seconds,
                              struct error *error)
{
    char line[CHANNEL_LINE_MAX];
    int64_t answered = 0;
    int result = client_read(client, line, seconds, error);
    if (result == 0)
        result = client_take_count(client, line, "finished", REQUESTS_MAX, &answered, error);
    if (result == 0)
        return error_set(error, -EPROTO, "client '%s' said '%.60s' before the load's end",
                         client->prefix, line);
    joint->progress.answered += answered;
    return result < 0 ? result : 0;
}

static int await_finished(struct joint *joint, struct error *error)
{
    double seconds =
        FINISH_SECONDS + (double)(joint->options->warmup_ns + joint->options->duration_ns +
                                  joint->options->drain_ns) /
                             (double)NS_PER_SECOND;
    int result = 0;
    for (size_t i = 0; result == 0 && i < joint->used; i++)
        result = await_one_finished(joint, &joint->clients->items[i], seconds, error);
    return result;
}

/* Many connections take minutes, in which clocks drift apart. */
static int compare_clocks_again(struct joint *joint, struct error *error)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < joint->used; i++)
        result = client_compare_clocks(&joint->clients->items[i], error);
    return result;
}

static int measure(struct joint *joint, struct error *error)
{
    int result =
        clock_now_ns() - joint->told_ns > CLOCKS_GOOD_NS ? compare_clocks_again(joint, error) : 0;
    if (result < 0)
        return result;
    report(joint, LOAD_CONNECTED);
    result = begin_all(joint, error);
    if (result < 0)
        return result;
    report(joint, LOAD_RUNNING);
    if (sleep_through(joint) < 0)
        return error_set(error, -EINTR, "interrupted");
    report(joint, LOAD_DRAINING);
    result = await_finished(joint, error);
    if (result < 0)
        return result;
    report(joint, LOAD_FINISHED);
    for (size_t i = 0; result == 0 && i < joint->used; i++)
        result = client_say(&joint->clients->items[i], error, "close");
    return result;
}

static int connect_all(struct joint *joint, struct error *error)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < joint->used; i++)
        result = await_connected(joint, i, error);
    return result;
}

/* Those that wait for the schedule are told that there is none. */
static int stop_others(struct joint *joint, struct error *error)
{
    char line[CHANNEL_LINE_MAX];
    int result = 0;
    for (size_t i = 0; result == 0 && i < joint->used; i++) {
        if (joint->ended[i])
            continue;
        result = client_say(&joint->clients->items[i], error, "stop");
        /* It says that it has failed, as it was told to. */
        if (result == 0)
            client_read(&joint->clients->items[i], line, CLIENT_ANSWER_SECONDS, NULL);
    }
    return result;
}

static void note_client(struct clients *clients, const struct client *client, const char *what)
{
    size_t length = strlen(clients->note);
    snprintf(clients->note + length, sizeof clients->note - length, "%sclient '%.100s' %s",
             length > 0 ? "; " : "", client->prefix, what);
}

/* Who it was, where figures are in doubt; with one client there is nobody else. */
static void note_part(struct joint *joint, const struct client *client,
                      const struct load_result *part)
{
    char text[96];
    if (load_result_error_count(part) > 0) {
        note_client(joint->clients, client, "had errors");
    } else if (load_result_was_away(part, LOAD_AWAY_DOUBT)) {
        snprintf(text, sizeof text, "did not run for %.3f s of the window",
                 (double)part->away_ns / (double)NS_PER_SECOND);
        note_client(joint->clients, client, text);
    } else if (part->client_bound || part->late) {
        snprintf(text, sizeof text, "was busy for %.0f %% of the window, late by %.0f us at p99",
                 100 * part->client_busy,
                 part->lateness ? (double)histogram_quantile_ns(part->lateness, 0.99) / 1e3 : 0);
        note_client(joint->clients, client, text);
    }
}

static int add_part(struct joint *joint, size_t i, struct error *error)
{
    struct client *client = &joint->clients->items[i];
    struct load_result part = {0};
    char line[CHANNEL_LINE_MAX];
    int result = joint->ended[i] ? 0 : client_read(client, line, FINISH_SECONDS, error);
    if (result == 0 && !joint->ended[i] && strcmp(line, "ended") != 0)
        result = error_set(error, -EPROTO, "client '%s' said '%.60s' where its result was due",
                           client->prefix, line);
    if (result == 0)
        result = client_read_result(client, &part, error);
    if (result == 0 && !load_merge_fits(&part, joint->options, !joint->ended[i]))
        result =
            error_set(error, -EPROTO, "client '%s' told of another load's result", client->prefix);
    if (result == 0 && load_merge_add(joint->whole, &part) < 0)
        result = error_set(error, -ENOMEM, "out of memory");
    if (result == 0 && joint->used > 1)
        note_part(joint, client, &part);
    load_result_finish(&part);
    return result;
}

static int gather_all(struct joint *joint, struct error *error)
{
    int64_t longer_ns;
    int64_t other_ns;
    int result = 0;
    for (size_t i = 0; result == 0 && i < joint->used; i++)
        if (!joint->unconnected || joint->ended[i])
            result = add_part(joint, i, error);
    /* Those that had connected theirs have no result. */
    if (joint->unconnected)
        joint->whole->connected += joint->progress.connected;
    load_merge_tails(joint->whole, &longer_ns, &other_ns);
    for (size_t i = 0; result == 0 && i < joint->used && joint->whole->latency; i++)
        result = client_add_excursions(&joint->clients->items[i], longer_ns, other_ns, joint->whole,
                                       error);
    load_merge_conclude(joint->whole, joint->options);
    return result;
}

static int run(struct joint *joint, struct error *error)
{
    int64_t dropped = listen_queue_dropped();
    int result = tell_all(joint, error);
    if (result == 0)
        result = connect_all(joint, error);
    if (result == 0)
        result = joint->unconnected ? stop_others(joint, error) : measure(joint, error);
    if (result == 0)
        result = gather_all(joint, error);
    /* The queue is the server's, and so this machine's. */
    joint->whole->listen_dropped = listen_queue_dropped_since(dropped);
    return result;
}

int clients_load(struct clients *clients, const struct load_options *options,
                 struct load_result *result, struct error *error)
{
    struct load_result whole = {0};
    struct joint joint = {.clients = clients, .options = options, .whole = &whole};
    clients->note[0] = '\0';
    if (clients->count == 0)
        return load_run(options, result, error);
    int code = load_options_check(options, error);
    if (code < 0)
        return code;
    joint.used = clients_used(clients, options);
    code = run(&joint, error);
    if (code == 0) {
        *result = whole;
        return 0;
    }
    /* Who knows where they are in their load: the next one starts with new ones. */
    for (size_t i = 0; i < joint.used; i++)
        client_kill(&clients->items[i]);
    load_result_finish(&whole);
    return code == -EINTR || code == -ENOMEM ? code : -EPIPE;
}
