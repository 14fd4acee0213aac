/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/clause.h"

#include <stdlib.h>
#include <string.h>

#define REQUEST_BYTES  64
#define REQUESTS       10
#define PIECE_BYTES    7
#define PIECE_PAUSE_MS 2
#define BINARY_BYTES   1024
#define AHEAD_REQUESTS 1000
#define LARGE_BYTES    (1 << 20)
#define LARGE_READ     16384
#define LARGE_PAUSE_US 500
#define SEVERAL        4 /* few, so that a limit on connections shows where it is asked for */
#define SEVERAL_TURNS  5

/* One talk on a connection of its own; true where all came back. */
static bool talk_once(struct probe *probe, struct talk *talk, bool narrow, const char *cause,
                      struct finding *finding)
{
    struct connection peer = PEER_NONE;
    if (!probe_open(probe, &peer, narrow, finding))
        return false;
    bool whole = probe_talk(probe, &peer, talk, cause, finding);
    peer_leave(&peer);
    return whole;
}

void clause_one_byte(struct probe *probe, struct finding *finding)
{
    struct connection peer = PEER_NONE;
    if (!probe_open(probe, &peer, false, finding))
        return;
    if (probe_greet(probe, &peer, 1, finding)) {
        probe->echoes = true;
        finding_hold(finding, "came back");
    }
    peer_leave(&peer);
}

void clause_requests(struct probe *probe, struct finding *finding)
{
    struct connection peer = PEER_NONE;
    bool whole = probe_open(probe, &peer, false, finding);
    int i = 0;
    for (; whole && i < REQUESTS; i++) {
        peer.number = (uint32_t)i;
        whole = probe_greet(probe, &peer, REQUEST_BYTES, finding);
    }
    peer_leave(&peer);
    if (whole)
        finding_hold(finding, "%d of %d bytes, one after the other", REQUESTS, REQUEST_BYTES);
    else if (i > 1)
        finding->cause = "it serves a connection once and not in a loop, or answers with what is "
                         "left in a buffer";
}

void clause_pieces(struct probe *probe, struct finding *finding)
{
    unsigned char bytes[REQUEST_BYTES];
    probe_letters(bytes, sizeof bytes, 3);
    struct talk talk = {
        .bytes = bytes,
        .length = sizeof bytes,
        .piece_bytes = PIECE_BYTES,
        .piece_pause_ms = PIECE_PAUSE_MS,
    };
    if (talk_once(probe, &talk, false,
                  "it takes what one read brings for a whole request, or waits for one", finding))
        finding_hold(finding, "%d bytes, %d at a time", REQUEST_BYTES, PIECE_BYTES);
}

void clause_binary(struct probe *probe, struct finding *finding)
{
    unsigned char bytes[BINARY_BYTES];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i < 256 ? i : i * 151 + i / 256);
    struct talk talk = {.bytes = bytes, .length = sizeof bytes};
    if (talk_once(probe, &talk, false,
                  "bytes are taken for text: decoded, ended at a 0, or cut at a line's end",
                  finding))
        finding_hold(finding, "%d bytes, 0x00 to 0xff", BINARY_BYTES);
}

void clause_ahead(struct probe *probe, struct finding *finding)
{
    unsigned char bytes[AHEAD_REQUESTS * REQUEST_BYTES];
    for (size_t i = 0; i < AHEAD_REQUESTS; i++)
        probe_letters(bytes + i * REQUEST_BYTES, REQUEST_BYTES, (unsigned)i);
    struct talk talk = {
        .bytes = bytes,
        .length = sizeof bytes,
        .piece_bytes = REQUEST_BYTES,
        .late = true,
    };
    if (talk_once(probe, &talk, false,
                  "answers overtake one another, or what comes while one is sent is lost", finding))
        finding_hold(finding, "%d, and their answers in order", AHEAD_REQUESTS);
}

void clause_large(struct probe *probe, struct finding *finding)
{
    unsigned char *bytes = malloc(LARGE_BYTES);
    if (!bytes) {
        finding_fail(finding, NULL, "out of memory");
        return;
    }
    probe_letters(bytes, LARGE_BYTES, 11);
    struct talk talk = {
        .bytes = bytes,
        .length = LARGE_BYTES,
        .read_bytes = LARGE_READ,
        .read_pause_us = LARGE_PAUSE_US,
        .late = true,
    };
    if (talk_once(probe, &talk, true,
                  "a write that takes a part of the bytes is not gone on with: write in a loop, "
                  "or keep the rest until the socket takes it",
                  finding))
        finding_hold(finding, "1 MiB to a peer that reads slowly");
    free(bytes);
}

/* Each sends in its turn, all before the first one reads. */
static bool take_turns(struct probe *probe, struct connection *peers, struct finding *finding)
{
    unsigned char bytes[SEVERAL][REQUEST_BYTES];
    struct talk talks[SEVERAL];
    for (size_t i = 0; i < SEVERAL; i++) {
        probe_letters(bytes[i], REQUEST_BYTES, (unsigned)(peers[i].number * 5 + i));
        talks[i] = (struct talk){.bytes = bytes[i], .length = REQUEST_BYTES};
        talk_send(&peers[i], &talks[i]);
    }
    for (size_t i = 0; i < SEVERAL; i++)
        if (!probe_talk(probe, &peers[SEVERAL - 1 - i], &talks[SEVERAL - 1 - i],
                        "connections share a buffer or a socket, or one waits for another",
                        finding))
            return false;
    return true;
}

void clause_several(struct probe *probe, struct finding *finding)
{
    struct connection peers[SEVERAL] = {PEER_NONE, PEER_NONE, PEER_NONE, PEER_NONE};
    bool whole = true;
    for (size_t i = 0; whole && i < SEVERAL; i++)
        whole = probe_open(probe, &peers[i], false, finding);
    for (int turn = 0; whole && turn < SEVERAL_TURNS; turn++) {
        for (size_t i = 0; i < SEVERAL; i++)
            peers[i].number = (uint32_t)turn;
        whole = take_turns(probe, peers, finding);
    }
    for (size_t i = 0; i < SEVERAL; i++)
        peer_leave(&peers[i]);
    if (whole)
        finding_hold(finding, "%d, asked all at once, do not mix", SEVERAL);
}
