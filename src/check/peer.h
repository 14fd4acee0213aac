/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One client of the program that is tried: what it sends, at which pace, and what came back. */
#ifndef WAITBENCH_CHECK_PEER_H
#define WAITBENCH_CHECK_PEER_H

#include "load/connection/connection.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A connection that is not open. */
#define PEER_NONE \
    {             \
        .fd = -1, \
    }

/* Packets as they are on an Ethernet, where loopback's have 64 KiB. A server's send buffer is then
 * small, too, and a peer that does not read soon fills it. */
#define PEER_NARROW_BYTES 1460

/* Begins to connect to 127.0.0.1, without waiting. Closing it sends a reset, unless peer_leave does
 * it. Returns 0 or -errno. */
int peer_begin(struct connection *peer, int port, bool narrow);

/* Waits until it is connected. Returns 0 or -errno, -ETIMEDOUT at the deadline. */
int peer_await(const struct connection *peer, int64_t deadline_ns);

/* Both of it. */
int peer_open(struct connection *peer, int port, bool narrow, int64_t deadline_ns);

/* Closes it as a peer does that has said all. */
void peer_leave(struct connection *peer);

enum talk_end {
    TALK_GOING,
    TALK_WHOLE,  /* all of it came back */
    TALK_WRONG,  /* another byte came: `wanted` and `came`, at `received` */
    TALK_EXTRA,  /* more came than was sent */
    TALK_CLOSED, /* the other side closed before all was there */
    TALK_BROKEN, /* `system_error` */
    TALK_SILENT, /* nothing came and nothing could be sent for as long as we wait */
    TALK_OPEN,   /* all came, but it was not closed behind it */
};

/* A request, and how it goes. The caller fills in the first part; the rest is zero. */
struct talk {
    const unsigned char *bytes;
    size_t length;
    size_t piece_bytes; /* sent at once; 0: as much as is taken */
    int piece_pause_ms; /* between two of them */
    size_t read_bytes;  /* read at once; 0: as much as there is */
    int read_pause_us;  /* between two of them */
    bool late;          /* read only when no more is taken of what is sent */
    bool half;          /* close our side when all is sent, and expect the other to follow */
    enum talk_end end;
    size_t sent;
    size_t received;
    unsigned char wanted;
    unsigned char came;
    int system_error;
};

/* Sends as much of it as is taken now, and reads nothing. */
void talk_send(struct connection *peer, struct talk *talk);

/* Sends it, or the rest of it, and takes the echo, until it is whole or something is wrong, or
 * nothing moves for `patience_ns`. */
void talk_run(struct connection *peer, struct talk *talk, int64_t patience_ns);

/* What came instead of the echo: "0 of 1 bytes came back within 10 s". */
void talk_describe(const struct talk *talk, int64_t patience_ns, char *text, size_t size);

#endif
