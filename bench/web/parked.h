/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A turn that cannot go on before the store has answered or the peer has taken its replies, in the
 * halves that do something else meanwhile. Buffers are there for everybody then: what is in them of
 * this turn is kept here, and only so long. */
#ifndef WAITBENCH_BENCH_WEB_PARKED_H
#define WAITBENCH_BENCH_WEB_PARKED_H

#include "turn.h"

struct web_parked {
    struct web_turn turn; /* where its bytes are is web_unpark's business */
    char *bytes;          /* that came and are not parsed yet */
    size_t bytes_length;
    char *replies; /* that are not written yet */
    size_t replies_length;
};

/* Keeps a copy of the turn, its bytes and its replies from `written` on. Returns 0 or -ENOMEM. */
int web_park(struct web_parked *parked, const struct web_turn *turn, size_t written);

/* More bytes came. Returns 0 or -ENOMEM. */
int web_parked_add(struct web_parked *parked, const char *bytes, size_t length);

/* The turn goes on: its replies are put into `replies`, which has the room that it had. Its bytes
 * stay with `parked`, until that is finished. */
void web_unpark(struct web_parked *parked, struct web_turn *turn, char *replies);

void web_parked_finish(struct web_parked *parked);

#endif
