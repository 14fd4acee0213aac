/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/clause.h"

#include "base/clock.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>

#define RESETS      4
#define RESET_BYTES 4096
#define HALF_BYTES  65536
#define IDLE_PEERS  4
#define IDLE_NS     (3 * NS_PER_SECOND / 2)

/* A request, and a reset behind it, before the program has read either. Every second peer has also
 * closed its side: the program's write then fails with EPIPE, which SIGPIPE comes with. */
static void reset_all(struct probe *probe, struct connection *peers)
{
    unsigned char bytes[RESET_BYTES];
    probe_letters(bytes, sizeof bytes, 0);
    kill(-probe->subject.pid, SIGSTOP);
    for (size_t i = 0; i < RESETS; i++) {
        struct talk talk = {.bytes = bytes, .length = sizeof bytes, .half = i % 2 == 1};
        talk_send(&peers[i], &talk);
        connection_close(&peers[i]);
    }
    kill(-probe->subject.pid, SIGCONT);
}

void clause_resets(struct probe *probe, struct finding *finding)
{
    struct connection peers[RESETS];
    struct connection after = PEER_NONE;
    bool whole = true;
    for (size_t i = 0; i < RESETS; i++)
        peers[i] = (struct connection)PEER_NONE;
    for (size_t i = 0; whole && i < RESETS; i++)
        whole = probe_open(probe, &peers[i], false, finding) &&
                probe_greet(probe, &peers[i], 8, finding);
    if (whole) {
        reset_all(probe, peers);
        finding_hold(finding, "%d connections ended in a reset, and the next one was served",
                     RESETS);
        whole =
            probe_open(probe, &after, false, finding) && probe_greet(probe, &after, 64, finding);
        peer_leave(&after);
    }
    for (size_t i = 0; i < RESETS; i++)
        connection_close(&peers[i]);
}

void clause_half(struct probe *probe, struct finding *finding)
{
    unsigned char bytes[HALF_BYTES];
    struct connection peer = PEER_NONE;
    probe_letters(bytes, sizeof bytes, 5);
    struct talk talk = {.bytes = bytes, .length = sizeof bytes, .half = true};
    if (!probe_open(probe, &peer, false, finding))
        return;
    if (probe_talk(probe, &peer, &talk,
                   "at the end of what a peer sends, what it sent before is dropped, or the "
                   "connection is left open",
                   finding))
        finding_hold(finding, "got its answer and the end of the connection");
    connection_close(&peer);
}

/* How many are still open and silent; some have spoken, the others never did. */
static size_t count_open(struct connection *peers)
{
    size_t open = 0;
    for (size_t i = 0; i < IDLE_PEERS; i++)
        open += connection_check_idle(&peers[i]) == CONNECTION_WAITING;
    return open;
}

void clause_idle(struct probe *probe, struct finding *finding)
{
    struct connection peers[IDLE_PEERS] = {PEER_NONE, PEER_NONE, PEER_NONE, PEER_NONE};
    bool whole = true;
    for (size_t i = 0; whole && i < IDLE_PEERS; i++) {
        whole = probe_open(probe, &peers[i], false, finding);
        if (whole && i % 2 == 0)
            whole = probe_greet(probe, &peers[i], 8, finding);
    }
    if (whole) {
        clock_sleep_until_ns(clock_now_ns() + IDLE_NS);
        size_t open = count_open(peers);
        if (open == IDLE_PEERS)
            finding_hold(finding, "%d were left alone for 1.5 s", IDLE_PEERS);
        else
            finding_fail(finding,
                         "a timeout for connections that say nothing, or bytes that nobody asked "
                         "for",
                         "expected %d silent connections to stay as they are; after 1.5 s %zu of "
                         "them did",
                         IDLE_PEERS, open);
    }
    for (size_t i = 0; i < IDLE_PEERS; i++)
        peer_leave(&peers[i]);
}
