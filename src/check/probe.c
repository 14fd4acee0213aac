/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/probe.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "check/family.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A program that prints without end is not read without end. */
#define DRAIN_LINES 10000
/* Behind a line that is not the answer one may follow. */
#define ANSWER_BEHIND_NS (NS_PER_SECOND / 2)
/* Who has been silent so often is not asked to echo any more. */
#define SILENCES_MAX 3
#define POLL_NS      (5 * NS_PER_MS)
/* A count that is right for a moment only, on its way past, is not right. */
#define STEADY_NS (20 * NS_PER_MS)

/* What it usually comes from that a plain request has no plain answer. */
static const char *greet_cause(enum talk_end end)
{
    switch (end) {
    case TALK_SILENT:
        return "it waits for a line's end or for more bytes, or keeps the answer in a buffer: each "
               "byte has to be sent back as it comes";
    case TALK_WRONG:
    case TALK_EXTRA:
        return "it changes what it reads, adds to it, or sends more of a buffer than was read";
    default:
        return "it ends the connection after a request, or at an error";
    }
}

void probe_init(struct probe *probe, char *const *argv)
{
    *probe = (struct probe){
        .argv = argv,
        .subject = SUBJECT_NONE,
        .patience_ns = PROBE_PATIENCE_NS,
    };
    for (size_t i = 0; i < PROBE_CROWD; i++)
        probe->crowd[i].fd = -1;
}

int probe_start(struct probe *probe, struct error *error)
{
    probe->subject = (struct subject)SUBJECT_NONE;
    int result = subject_launch(&probe->subject, probe->argv, NULL, NULL, error);
    if (result == 0)
        result = subject_listen(&probe->subject, error);
    probe->runs = result == 0;
    return result;
}

void probe_kill(struct probe *probe)
{
    probe_thin_crowd(probe, 0, connection_close);
    subject_kill(&probe->subject);
    family_end();
    probe->runs = false;
}

static void keep_unasked(struct probe *probe, const char *line)
{
    probe->unasked_lines++;
    if (probe->unasked[0] == '\0')
        snprintf(probe->unasked, sizeof probe->unasked, "%.120s", line);
}

void probe_drain(struct probe *probe)
{
    struct channel *channel = &probe->subject.channel;
    char line[CHANNEL_LINE_MAX];
    char text[96];
    for (int count = 0; count < DRAIN_LINES; count++) {
        int result = channel_read(channel, line, 0);
        if (result == -EMSGSIZE) {
            channel->buffered = 0;
            keep_unasked(probe, "a line over 4 KiB");
        } else if (result == 0) {
            snprintf(text, sizeof text, "'%.80s'", line);
            keep_unasked(probe, text);
        } else {
            break;
        }
    }
    if (channel->buffered > 0)
        keep_unasked(probe, "a line without an end");
    channel->buffered = 0;
}

/* After a line that was not the answer: reads on until one comes, or nothing more. Returns 0 or
 * -EPROTO. */
static int find_answer(struct probe *probe, int64_t *waiters)
{
    static const char prefix[] = "waiters ";
    struct channel *channel = &probe->subject.channel;
    char line[CHANNEL_LINE_MAX];
    for (int count = 0; count < DRAIN_LINES; count++) {
        int result = channel_read(channel, line, clock_now_ns() + ANSWER_BEHIND_NS);
        if (result == -EMSGSIZE)
            channel->buffered = 0;
        else if (result < 0)
            return -EPROTO;
        else if (strncmp(line, prefix, strlen(prefix)) == 0 &&
                 text_parse_int64(line + strlen(prefix), 0, INT64_MAX, waiters) == 0)
            return 0;
        probe->unasked_lines++;
    }
    return -EPROTO;
}

int probe_waiters(struct probe *probe, int64_t *waiters, struct error *error)
{
    probe_drain(probe);
    int64_t unasked_lines = probe->unasked_lines;
    int result = subject_waiters(&probe->subject, waiters, error);
    if (result == -ETIMEDOUT)
        probe_lose_patience(probe);
    if (result != -EPROTO && result != -EMSGSIZE)
        return result;
    /* Too long for the buffer, it fills it. */
    if (result == -EMSGSIZE)
        probe->subject.channel.buffered = 0;
    result = find_answer(probe, waiters);
    if (result == 0)
        keep_unasked(probe, error->text);
    else
        probe->unasked_lines = unasked_lines;
    return result;
}

/* A connection that is to come may take as long as in a run; one that is gone is gone. */
static int64_t waiters_deadline(const struct probe *probe, int64_t start_ns, int64_t waiters,
                                int64_t wanted)
{
    bool above = waiters > wanted && probe->patience_ns > PROBE_SHORT_PATIENCE_NS;
    return start_ns + (above ? PROBE_SHORT_PATIENCE_NS : probe->patience_ns);
}

int probe_await_waiters(struct probe *probe, int64_t wanted, struct error *error)
{
    int64_t waiters = 0;
    int64_t start_ns = clock_now_ns();
    bool seen = false;
    for (;;) {
        int result = probe_waiters(probe, &waiters, error);
        if (result < 0)
            return result == -EPROTO ? -EBADMSG : result;
        if (waiters == wanted && seen)
            return 0;
        if (interrupt_signal())
            return error_set(error, -EINTR, "interrupted");
        if (clock_now_ns() >= waiters_deadline(probe, start_ns, waiters, wanted))
            return error_set(error, -EPROTO, "it said `waiters %" PRId64 "`, after %.0f s still",
                             waiters, (double)(clock_now_ns() - start_ns) / NS_PER_SECOND);
        seen = waiters == wanted;
        clock_sleep_until_ns(clock_now_ns() + (seen ? STEADY_NS : POLL_NS));
    }
}

bool probe_open(struct probe *probe, struct connection *peer, bool narrow, struct finding *finding)
{
    int result = peer_open(peer, probe->subject.port, narrow, clock_now_ns() + probe->patience_ns);
    if (result == -ETIMEDOUT)
        probe_lose_patience(probe);
    if (result < 0)
        finding_fail(finding, "it does not listen any more, or on another address",
                     "connecting to 127.0.0.1, port %d, failed: %s", probe->subject.port,
                     strerror(-result));
    return result == 0;
}

bool probe_talk(struct probe *probe, struct connection *peer, struct talk *talk, const char *cause,
                struct finding *finding)
{
    char text[256];
    talk_run(peer, talk, probe->patience_ns);
    if (talk->end == TALK_WHOLE)
        return true;
    talk_describe(talk, probe->patience_ns, text, sizeof text);
    finding_fail(finding, cause, "expected %zu byte%s back as sent; %s", talk->length,
                 talk->length == 1 ? "" : "s", text);
    if (talk->end == TALK_SILENT || talk->end == TALK_OPEN) {
        probe_lose_patience(probe);
        probe->echoes &= ++probe->silences < SILENCES_MAX;
    }
    return false;
}

bool probe_greet(struct probe *probe, struct connection *peer, size_t letters,
                 struct finding *finding)
{
    unsigned char bytes[1024];
    if (letters > sizeof bytes)
        letters = sizeof bytes;
    probe_letters(bytes, letters, peer->number);
    struct talk talk = {.bytes = bytes, .length = letters};
    bool whole = probe_talk(probe, peer, &talk, NULL, finding);
    if (!whole)
        finding->cause = greet_cause(talk.end);
    return whole;
}

void probe_letters(unsigned char *bytes, size_t length, unsigned seed)
{
    for (size_t i = 0; i < length; i++)
        bytes[i] = (unsigned char)('a' + (i * 7 + i / 26 + seed) % 26);
}

void probe_lose_patience(struct probe *probe)
{
    probe->patience_ns = PROBE_SHORT_PATIENCE_NS;
}

void probe_thin_crowd(struct probe *probe, size_t count, void (*leave)(struct connection *peer))
{
    while (probe->crowd_count > count)
        leave(&probe->crowd[--probe->crowd_count]);
}
