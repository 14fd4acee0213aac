/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/protocol/payload.h"

#include <errno.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>
#include <string.h>

/* In how many places of the pattern a message may begin; prime, so that numbers which differ by a
 * power of two do not meet. */
#define STARTS 4093

#define NUMBER_BYTES sizeof(uint64_t)

int payload_init(struct payload *payload, size_t size, uint64_t seed)
{
    size_t length = size + STARTS;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    unsigned char *pattern = malloc(length);
    if (!rng || !pattern) {
        free(pattern);
        if (rng)
            gsl_rng_free(rng);
        return -ENOMEM;
    }
    gsl_rng_set(rng, seed);
    for (size_t i = 0; i < length; i++)
        pattern[i] = (unsigned char)gsl_rng_uniform_int(rng, 256);
    gsl_rng_free(rng);
    *payload = (struct payload){.size = size, .pattern = pattern};
    return 0;
}

void payload_finish(struct payload *payload)
{
    free(payload->pattern);
    payload->pattern = NULL;
}

/* How much of [offset, offset + length) is the message's number. */
static size_t number_part(size_t offset, size_t length)
{
    if (offset >= NUMBER_BYTES)
        return 0;
    return length < NUMBER_BYTES - offset ? length : NUMBER_BYTES - offset;
}

static const unsigned char *pattern_at(const struct payload *payload, uint64_t number,
                                       size_t offset)
{
    return payload->pattern + number % STARTS + offset;
}

void payload_fill(const struct payload *payload, uint64_t number, size_t offset, void *bytes,
                  size_t length)
{
    size_t part = number_part(offset, length);
    if (part > 0)
        memcpy(bytes, (const char *)&number + offset, part);
    memcpy((char *)bytes + part, pattern_at(payload, number, offset + part), length - part);
}

bool payload_matches(const struct payload *payload, uint64_t number, size_t offset,
                     const void *bytes, size_t length)
{
    size_t part = number_part(offset, length);
    if (offset > payload->size || length > payload->size - offset)
        return false;
    if (part > 0 && memcmp(bytes, (const char *)&number + offset, part) != 0)
        return false;
    return memcmp((const char *)bytes + part, pattern_at(payload, number, offset + part),
                  length - part) == 0;
}
