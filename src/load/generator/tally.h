/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What became of a worker's requests, counted where it happens, so that the sums always come out:
 * of those due within the window each is answered, fails or is lost. For session.c only. */
#ifndef WAITBENCH_LOAD_GENERATOR_TALLY_H
#define WAITBENCH_LOAD_GENERATOR_TALLY_H

#include "load/generator/worker.h"

/* The reply to the request under way is whole: it is what it should be, or an error. */
void tally_answer(struct worker *worker, struct session *session, int64_t now_ns);
void tally_error_reply(struct worker *worker, struct session *session, int64_t now_ns);

/* Something went wrong on the session's connection just now, with its request if one is under way.
 */
void tally_failure(struct worker *worker, struct session *session);

/* A request was due where no connection is left. One that waited for its turn is settled first. */
void tally_unsent(struct worker *worker, struct request request);

/* A request that was due before the window is over, however it ended. */
void tally_settle(struct worker *worker, struct request request);

/* A request is given up at that time. Its age is the least its latency can be, so one that is never
 * answered still shows. */
void tally_loss(struct worker *worker, struct request request, int64_t until_ns);

/* The same of the one under way. */
void tally_loss_under_way(struct worker *worker, struct session *session, int64_t now_ns);

/* There was no reply since the last one until now. */
void tally_silence(struct worker *worker, int64_t now_ns);

#endif
