/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a request carries: 8 bytes that number it, then bytes of a seeded random pattern that begin
 * at a place depending on the number. So every request differs from its neighbours, and each byte
 * of a reply can be checked without keeping what was sent. */
#ifndef WAITBENCH_LOAD_PROTOCOL_PAYLOAD_H
#define WAITBENCH_LOAD_PROTOCOL_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAYLOAD_BYTES_MIN 8
#define PAYLOAD_BYTES_MAX (1 << 20)

struct payload {
    size_t size; /* of each message, the number included */
    unsigned char *pattern;
};

/* `size` is from PAYLOAD_BYTES_MIN to PAYLOAD_BYTES_MAX. Returns 0 or -ENOMEM. */
int payload_init(struct payload *payload, size_t size, uint64_t seed);
void payload_finish(struct payload *payload);

/* The bytes [offset, offset + length) of message `number`, written to `bytes`. They must lie
 * within the message. */
void payload_fill(const struct payload *payload, uint64_t number, size_t offset, void *bytes,
                  size_t length);

/* Whether `bytes` are the bytes [offset, offset + length) of message `number`. A piece that goes
 * beyond the message is wrong. */
bool payload_matches(const struct payload *payload, uint64_t number, size_t offset,
                     const void *bytes, size_t length);

#endif
