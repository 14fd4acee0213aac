/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/clause.h"

#include "base/clock.h"
#include "check/sockets.h"
#include "load/connection/listen_queue.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG_LEAST INT64_C(128)
/* What a buffer held comes out when a program ends. */
#define FLUSH_NS (INT64_C(2) * NS_PER_SECOND)

/* After a silence: the end of its input may bring to light what it has printed. */
static bool keeps_it_in_a_buffer(struct subject *subject)
{
    char line[CHANNEL_LINE_MAX];
    close(subject->channel.input_fd);
    subject->channel.input_fd = -1;
    return channel_read(&subject->channel, line, clock_now_ns() + FLUSH_NS) == 0 &&
           strncmp(line, "listening ", 10) == 0;
}

static const char *start_cause(struct probe *probe, int result)
{
    if (result == -ETIMEDOUT)
        return keeps_it_in_a_buffer(&probe->subject)
                   ? "`listening PORT` was printed, and not flushed: it came when standard input "
                     "ended (or only then, since it starts slowly)"
                   : "nothing was printed, or not yet; or it was not flushed";
    if (result == -EPROTO || result == -EMSGSIZE)
        return "a line of a framework or a log on standard output; or PORT is not a number from "
               "1 to 65535";
    return "it ended by itself: its last words on standard error, if any, say why";
}

void clause_start(struct probe *probe, struct finding *finding)
{
    struct error error = {{0}};
    int64_t start_ns = clock_now_ns();
    int result = probe_start(probe, &error);
    if (result < 0)
        finding_fail(finding, start_cause(probe, result),
                     "expected `listening PORT` as its first line; %s", error.text);
    else
        finding_hold(finding, "`listening %d` after %.2f s", probe->subject.port,
                     (double)(clock_now_ns() - start_ns) / NS_PER_SECOND);
}

void clause_address(struct probe *probe, struct finding *finding)
{
    struct connection peer = PEER_NONE;
    struct sockets sockets;
    int result = peer_open(&peer, probe->subject.port, false, clock_now_ns() + probe->patience_ns);
    peer_leave(&peer);
    probe->connects = result == 0;
    if (result < 0) {
        finding_fail(finding,
                     "it listens on another address, such as ::1, or has printed another port",
                     "expected to connect to 127.0.0.1, port %d; %s", probe->subject.port,
                     strerror(-result));
        return;
    }
    finding_hold(finding, "127.0.0.1, port %d", probe->subject.port);
    if (sockets_look(probe->subject.pid, probe->subject.port, &sockets) < 0 ||
        sockets.address[0] == '\0' || strcmp(sockets.address, "127.0.0.1") == 0 ||
        strcmp(sockets.address, "::ffff:127.0.0.1") == 0)
        return;
    finding_warn(finding, "no address was given where it binds, and its library's default is all",
                 "expected it on 127.0.0.1 alone; it listens on %s, where other machines may "
                 "connect, too",
                 sockets.address);
}

/* ---- TCP_NODELAY ---- */

#define DELAY_ROUNDS   30
#define DELAY_ROUND_US 7
/* A delayed acknowledgement takes 40 ms. */
#define DELAYED_NS INT64_C(30000000)
/* One may be the machine's. */
#define DELAYED_ROUNDS_MAX 2

/* Two small requests, the second while the first may be on its way back and nothing of ours has
 * acknowledged it. */
static bool is_round_delayed(struct probe *probe, struct connection *peer, int gap_us)
{
    const int off = 0;
    int64_t start_ns = clock_now_ns();
    struct talk talk = {.bytes = (const unsigned char *)"abcd", .length = 4, .sent = 2};
    if (setsockopt(peer->fd, IPPROTO_TCP, TCP_QUICKACK, &off, sizeof off) < 0 ||
        send(peer->fd, talk.bytes, talk.sent, MSG_NOSIGNAL) != (ssize_t)talk.sent)
        return false;
    clock_sleep_until_ns(clock_now_ns() + gap_us * NS_PER_US);
    talk_run(peer, &talk, probe->patience_ns);
    return talk.end == TALK_WHOLE && clock_now_ns() - start_ns > DELAYED_NS;
}

static void time_nodelay(struct probe *probe, struct connection *peer, struct finding *finding)
{
    int delayed = 0;
    for (int i = 0; i < DELAY_ROUNDS; i++)
        delayed += is_round_delayed(probe, peer, i * DELAY_ROUND_US);
    if (delayed > DELAYED_ROUNDS_MAX)
        finding_warn(finding, "TCP_NODELAY is not set on each connection (or others had the CPUs)",
                     "expected two small requests back at once; of %d pairs %d took over 30 ms",
                     DELAY_ROUNDS, delayed);
    else
        finding_hold(finding, "no reply was held back (its sockets cannot be looked at here)");
}

void clause_nodelay(struct probe *probe, struct finding *finding)
{
    struct connection peer = PEER_NONE;
    struct sockets sockets;
    if (!probe_open(probe, &peer, false, finding))
        return;
    /* What has answered has been set up. */
    if (probe_greet(probe, &peer, 64, finding)) {
        int result = sockets_look(probe->subject.pid, probe->subject.port, &sockets);
        if (result < 0 || sockets.accepted == 0)
            time_nodelay(probe, &peer, finding);
        else if (sockets.nagling > 0)
            finding_warn(finding,
                         "it is off where nobody sets it: on each connection that is accepted",
                         "expected TCP_NODELAY on each connection; it is not set on %d of %d, so "
                         "that a reply of several writes may wait 40 ms",
                         sockets.nagling, sockets.accepted);
        else
            finding_hold(finding, "set");
    }
    peer_leave(&peer);
}

/* ---- 100 connections at once ---- */

static const char backlog_cause[] =
    "listen() was given few, or its library's default is small: connections that find the queue "
    "full try again a second later, then after two more";

/* Begins to connect all of them, without waiting for any. */
static int open_crowd(struct probe *probe)
{
    probe_thin_crowd(probe, 0, connection_close);
    for (size_t i = 0; i < PROBE_CROWD; i++) {
        int result = peer_begin(&probe->crowd[i], probe->subject.port, false);
        if (result < 0)
            return result;
        probe->crowd[i].number = (uint32_t)i;
        probe->crowd_count++;
    }
    return 0;
}

/* The queue's bound, or -1 where it cannot be seen. */
static int read_backlog(const struct probe *probe)
{
    struct sockets sockets;
    return sockets_look(probe->subject.pid, probe->subject.port, &sockets) == 0 ? sockets.backlog
                                                                                : -1;
}

/* All were accepted. */
static void judge_backlog(const struct probe *probe, int64_t dropped, double seconds,
                          struct finding *finding)
{
    char text[256];
    int backlog = read_backlog(probe);
    int64_t least = listen_queue_bound(BACKLOG_LEAST);
    if (backlog >= 0 && backlog < least) {
        finding_warn(finding, backlog_cause,
                     "accepted within %.2f s, but expected a backlog of %" PRId64
                     " or more; it is %d",
                     seconds, least, backlog);
    } else if (dropped > 0 && seconds * NS_PER_SECOND >= LISTEN_QUEUE_RETRY_NS) {
        listen_queue_describe(dropped, text, sizeof text);
        finding_warn(finding, backlog_cause, "accepted, but within %.2f s: %s", seconds, text);
    } else if (backlog >= 0) {
        finding_hold(finding, "accepted within %.2f s; the backlog is %d", seconds, backlog);
    } else {
        finding_hold(finding, "accepted within %.2f s", seconds);
    }
}

/* Some were not. */
static void fail_crowd(const struct probe *probe, int64_t dropped, int result,
                       const struct error *error, struct finding *finding)
{
    int backlog = result == -EPROTO ? read_backlog(probe) : -1;
    bool full = backlog >= 0 ? backlog < listen_queue_bound(BACKLOG_LEAST) : dropped > 0;
    char text[64] = "";
    if (full && backlog >= 0)
        snprintf(text, sizeof text, "; its backlog is %d", backlog);
    finding_fail(finding,
                 result != -EPROTO ? NULL
                 : full            ? backlog_cause
                                   : "its limit on threads or connections, or `waiters` counts "
                                     "something else than open connections",
                 "expected `waiters %d`; %s%s", PROBE_CROWD, error->text, text);
}

void clause_crowd(struct probe *probe, struct finding *finding)
{
    struct error error = {{0}};
    int64_t dropped = listen_queue_dropped();
    int64_t start_ns = clock_now_ns();
    int result = open_crowd(probe);
    if (result < 0) {
        finding_fail(finding, NULL, "cannot connect: %s", strerror(-result));
        return;
    }
    result = probe_await_waiters(probe, PROBE_CROWD, &error);
    double seconds = (double)(clock_now_ns() - start_ns) / NS_PER_SECOND;
    dropped = listen_queue_dropped_since(dropped);
    if (result == 0) {
        judge_backlog(probe, dropped, seconds, finding);
        return;
    }
    fail_crowd(probe, dropped, result, &error, finding);
    probe_thin_crowd(probe, 0, connection_close);
}
