/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parked.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Nothing is asked of the heap where there is nothing to keep, which is the usual case. */
static int copy(char **kept, const char *bytes, size_t length)
{
    *kept = NULL;
    if (length == 0)
        return 0;
    *kept = malloc(length);
    if (!*kept)
        return -ENOMEM;
    memcpy(*kept, bytes, length);
    return 0;
}

int web_park(struct web_parked *parked, const struct web_turn *turn, size_t written)
{
    parked->turn = *turn;
    parked->bytes_length = turn->length;
    parked->replies_length = turn->filled - written;
    if (copy(&parked->bytes, turn->bytes, turn->length) < 0)
        return -ENOMEM;
    if (copy(&parked->replies, turn->replies + written, parked->replies_length) == 0)
        return 0;
    free(parked->bytes);
    return -ENOMEM;
}

int web_parked_add(struct web_parked *parked, const char *bytes, size_t length)
{
    char *grown = realloc(parked->bytes, parked->bytes_length + length);
    if (!grown)
        return -ENOMEM;
    memcpy(grown + parked->bytes_length, bytes, length);
    parked->bytes = grown;
    parked->bytes_length += length;
    return 0;
}

void web_unpark(struct web_parked *parked, struct web_turn *turn, char *replies)
{
    *turn = parked->turn;
    turn->bytes = parked->bytes;
    turn->length = parked->bytes_length;
    turn->replies = replies;
    turn->filled = parked->replies_length;
    if (parked->replies_length > 0)
        memcpy(replies, parked->replies, parked->replies_length);
}

void web_parked_finish(struct web_parked *parked)
{
    free(parked->bytes);
    free(parked->replies);
}
