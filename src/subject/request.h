/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests of a fixed size in a connection's stream of bytes, which reads cut anywhere: where each
 * one ends, and its number, which is its first REQUEST_NUMBER_BYTES (src/load/payload.h puts it
 * there). */
#ifndef WAITBENCH_SUBJECT_REQUEST_H
#define WAITBENCH_SUBJECT_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REQUEST_NUMBER_BYTES 8

/* How far the current request has come; zeroed at the connection's start. */
struct subject_request {
    int64_t received_bytes; /* of it */
    uint64_t number;        /* its bytes so far, in native order; the others are 0 */
};

/* Takes what belongs to the current request from `bytes`, and returns how much that was: `length`,
 * or less when the next request begins there. `size` (of every request, above 0) is the same for
 * the whole connection. */
size_t request_take(struct subject_request *request, int64_t size, const char *bytes,
                    size_t length);

static inline bool request_is_complete(const struct subject_request *request, int64_t size)
{
    return request->received_bytes == size;
}

#endif
