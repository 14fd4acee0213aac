/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/serve.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "clients/hangup.h"
#include "clients/hello.h"
#include "load/load.h"
#include "load/wire/wire_options.h"
#include "load/wire/wire_result.h"
#include "measure/floor/round_trips.h"
#include "measure/placement/placement.h"
#include "measure/process/usage.h"

#include <errno.h>
#include <hwloc.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 4096

struct server {
    struct hello hello;
    struct wire_options wire;
    char host[256]; /* whose floor is asked for */
    struct hangup hangup;
    struct load_result result; /* of the last load, for its excursions */
    int failed;                /* of the load under way, with `fault` */
    struct error fault;
};

/* Reads a line, which has no newline then. False at the end of stdin. */
static bool read_line(char line[LINE_MAX_BYTES])
{
    if (!fgets(line, LINE_MAX_BYTES, stdin))
        return false;
    line[strcspn(line, "\n")] = '\0';
    return true;
}

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    fflush(stdout);
}

/* The options' lines. Returns 0 or -errno with `error` set. */
static int read_options(struct server *server, struct error *error)
{
    char line[LINE_MAX_BYTES];
    int result = 0;
    wire_options_finish(&server->wire);
    wire_options_init(&server->wire);
    while (result == 0) {
        if (!read_line(line))
            return error_set(error, -EPIPE, "the options of a load ended early");
        result = wire_options_take(&server->wire, line, error);
    }
    return result < 0 ? result : 0;
}

/* Where nobody said which: the half that a load of this machine's own would have. */
static void choose_cpus(struct server *server)
{
    struct load_options *options = &server->wire.options;
    hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
    int cpu;
    if (options->cpu_count > 0 || !cpus || hwloc_bitmap_list_sscanf(cpus, server->hello.cpus) < 0) {
        hwloc_bitmap_free(cpus);
        return;
    }
    hwloc_bitmap_foreach_begin(cpu, cpus)
    {
        if (options->cpu_count < LOAD_THREADS_MAX)
            server->wire.cpus[options->cpu_count++] = cpu;
    }
    hwloc_bitmap_foreach_end();
    hwloc_bitmap_free(cpus);
}

static void give_up(struct server *server, const char *text)
{
    server->failed = error_set(&server->fault, -EPROTO, "%s", text);
}

/* All clients are served: the schedule begins when all are told to. */
static void await_begin(struct server *server, int64_t connected)
{
    char line[LINE_MAX_BYTES];
    char text[128];
    hangup_end(&server->hangup);
    say("connected %" PRId64 " %" PRId64, connected, usage_own_ns());
    bool heard = read_line(line);
    for (; heard && strcmp(line, "clock") == 0; heard = read_line(line))
        say("clock %" PRId64, clock_now_ns());
    if (!heard || sscanf(line, "begin %" SCNd64, &server->wire.options.start_ns) != 1) {
        give_up(server, "told to stop before the load began");
        return;
    }
    int64_t late_ns = clock_now_ns() + LOAD_HEAD_START_NS - server->wire.options.start_ns;
    if (late_ns > 0) {
        snprintf(text, sizeof text,
                 "heard %.1f ms too late when to begin: its host or the path to it is held up",
                 (double)late_ns / (double)NS_PER_MS);
        give_up(server, text);
        return;
    }
    if (hangup_begin(&server->hangup) < 0)
        give_up(server, "cannot watch its standard input");
}

/* Connections stay as they are while the server is looked at. */
static void await_close(struct server *server, int64_t answered)
{
    char line[LINE_MAX_BYTES];
    hangup_end(&server->hangup);
    if (server->failed == 0 && !hangup_came()) {
        say("finished %" PRId64 " %" PRId64, answered, usage_own_ns());
        read_line(line);
    }
}

static void progress_cb(void *data, const struct load_progress *progress)
{
    struct server *server = data;
    if (progress->phase == LOAD_CONNECTING)
        say("connecting %" PRId64, progress->connected);
    else if (progress->phase == LOAD_CONNECTED)
        await_begin(server, progress->connected);
    else if (progress->phase == LOAD_FINISHED)
        await_close(server, progress->answered);
}

static struct server *current; /* for stop_cb, which is given nothing */

static int stop_cb(void)
{
    return current->failed != 0 || hangup_came();
}

static void load(struct server *server)
{
    struct load_options *options = &server->wire.options;
    struct error error = {{0}};
    int result = read_options(server, &error);
    choose_cpus(server);
    options->progress = progress_cb;
    options->progress_data = server;
    options->stop = stop_cb;
    server->failed = 0;
    hangup_forget();
    load_result_finish(&server->result);
    if (result == 0)
        result = hangup_begin(&server->hangup);
    if (result == 0)
        result = load_run(options, &server->result, &error);
    hangup_end(&server->hangup);
    if (server->failed < 0 || result < 0) {
        say("error %s", server->failed < 0 ? server->fault.text : error.text);
        return;
    }
    say("ended");
    wire_result_write(&server->result, stdout);
    fflush(stdout);
}

static void find_floor(struct server *server, int64_t port)
{
    struct round_trips trips;
    struct error error = {{0}};
    if (round_trips_to(&trips, server->host, (int)port, &error) < 0)
        say("error %s", error.text);
    else
        say("floor %" PRId64 " %" PRId64 " %" PRId64, trips.count, trips.p50_ns, trips.p99_ns);
}

/* Lest it disturb a server on this machine. */
static void stay_on_cpus(const struct server *server)
{
    hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
    if (cpus && hwloc_bitmap_list_sscanf(cpus, server->hello.cpus) == 0)
        placement_bind(cpus);
    hwloc_bitmap_free(cpus);
}

static void answer(struct server *server, const char *line)
{
    int64_t a;
    int64_t b;
    if (strcmp(line, "clock") == 0) {
        say("clock %" PRId64, clock_now_ns());
    } else if (strcmp(line, "load") == 0) {
        load(server);
    } else if (strncmp(line, "host ", 5) == 0) {
        snprintf(server->host, sizeof server->host, "%.255s", line + 5);
    } else if (sscanf(line, "floor %" SCNd64, &a) == 1) {
        find_floor(server, a);
    } else if (sscanf(line, "excursions %" SCNd64 " %" SCNd64, &a, &b) == 2) {
        wire_result_write_excursions(&server->result, a, b, stdout);
        fflush(stdout);
    } else if (strcmp(line, "stop") != 0 && strcmp(line, "close") != 0) {
        say("error unknown question '%.200s'", line);
    }
}

int client_serve(void)
{
    static struct server server;
    char line[LINE_MAX_BYTES];
    struct error error = {{0}};
    current = &server;
    /* What is read and not yet looked at would be hidden from who watches for a hang-up. */
    setvbuf(stdin, NULL, _IONBF, 0);
    interrupt_catch();
    wire_options_init(&server.wire);
    if (hello_fill(&server.hello, &error) < 0) {
        error_print("%s", error.text);
        return EXIT_MISSING;
    }
    stay_on_cpus(&server);
    hello_write(&server.hello, stdout);
    fflush(stdout);
    while (!interrupt_signal() && read_line(line))
        answer(&server, line);
    load_result_finish(&server.result);
    wire_options_finish(&server.wire);
    return interrupt_signal() ? 128 + interrupt_signal() : EXIT_DONE;
}
