/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/generator/tally.h"

#include "base/clock.h"

#include <time.h>

void tally_settle(struct worker *worker, struct request request)
{
    if (!request.measured && worker->part == WORKER_WARMING_UP)
        worker->left_over--;
}

static void count_error(struct worker *worker, enum load_error_kind kind, struct request request)
{
    worker->errors[kind]++;
    worker->failed += request.measured;
}

/* What went wrong on the connection just now. */
static void count_failure(struct worker *worker, const struct connection *connection,
                          struct request request)
{
    if (worker->first_error[0] == '\0')
        connection_describe_failure(connection, &worker->messages, worker->first_error,
                                    sizeof worker->first_error);
    count_error(worker, connection->why, request);
}

void tally_failure(struct worker *worker, struct session *session)
{
    struct request request = {0};
    if (session->busy) {
        request = session->request;
        tally_settle(worker, request);
    }
    count_failure(worker, session->connection, request);
}

void tally_unsent(struct worker *worker, struct request request)
{
    count_error(worker, LOAD_ERROR_UNSENT, request);
}

void tally_loss(struct worker *worker, struct request request, int64_t until_ns)
{
    if (!request.measured)
        return;
    worker->lost++;
    if (worker->latency) {
        histogram_record(worker->latency, until_ns - request.intended_ns);
        excursions_note(&worker->excursions, request.intended_ns, until_ns);
    }
}

/* A request that was sent before the window and is open at its end was open all through it: it is
 * the window's, too. Otherwise a connection that hangs before the window would not be seen in a
 * closed loop, which sends nothing more on it. In an open loop such a request is the window's when
 * it is lost; what is only late belongs to the schedule before. */
static void claim(struct worker *worker, struct session *session)
{
    const struct window *window = worker->window;
    if (session->request.measured || worker->part != WORKER_DRAINING ||
        session->sent_ns >= window->begin_ns || window_end_ns(window) <= window->begin_ns)
        return;
    session->request.measured = true;
    worker->offered++;
}

void tally_loss_under_way(struct worker *worker, struct session *session, int64_t now_ns)
{
    claim(worker, session);
    if (session->request.measured)
        histogram_record(worker->service, now_ns - session->sent_ns);
    tally_loss(worker, session->request, now_ns);
}

static bool is_slow(const struct worker *worker, const struct session *session)
{
    const struct messages *messages = &worker->messages;
    return messages->protocol->is_slow(messages->shared, session->connection->exchange.number);
}

static void record_reply(struct worker *worker, const struct session *session, int64_t now_ns)
{
    int64_t intended_ns = session->request.intended_ns;
    int64_t since_ns = worker->latency ? intended_ns : session->sent_ns;
    histogram_record(worker->service, now_ns - session->sent_ns);
    if (worker->latency) {
        histogram_record(worker->latency, now_ns - intended_ns);
        excursions_note(&worker->excursions, intended_ns, now_ns);
    }
    if (!worker->other || is_slow(worker, session))
        return;
    histogram_record(worker->other, now_ns - since_ns);
    if (worker->latency)
        excursions_note(&worker->other_excursions, intended_ns, now_ns);
}

/* How long the reply has been there. */
static void record_reply_delay(struct worker *worker, const struct session *session)
{
    struct timespec now;
    if (session->connection->came_ns == 0)
        return;
    clock_gettime(CLOCK_REALTIME, &now);
    histogram_record(worker->reply_delay,
                     now.tv_sec * NS_PER_SECOND + now.tv_nsec - session->connection->came_ns);
}

void tally_silence(struct worker *worker, int64_t now_ns)
{
    int64_t silence_ns = now_ns - worker->quiet_since_ns;
    worker->quiet_since_ns = now_ns;
    if (worker->part != WORKER_WARMING_UP && silence_ns > worker->silence_ns)
        worker->silence_ns = silence_ns;
}

static void note_service(struct worker *worker, struct session *session, int64_t now_ns)
{
    int64_t service_ns = now_ns - session->sent_ns;
    if (service_ns > worker->longest_service_ns)
        worker->longest_service_ns = service_ns;
    session->answered = session->answered || now_ns >= worker->window->begin_ns;
}

/* A reply has come, whatever it says. */
static void note_reply(struct worker *worker, struct session *session, int64_t now_ns)
{
    tally_silence(worker, now_ns);
    tally_settle(worker, session->request);
    if (worker->options->closed)
        claim(worker, session);
}

void tally_answer(struct worker *worker, struct session *session, int64_t now_ns)
{
    int64_t so_far = atomic_load_explicit(&worker->answered_so_far, memory_order_relaxed);
    atomic_store_explicit(&worker->answered_so_far, so_far + 1, memory_order_relaxed);
    bool within = now_ns >= worker->window->begin_ns && now_ns < window_end_ns(worker->window);
    worker->replies += within;
    note_service(worker, session, now_ns);
    note_reply(worker, session, now_ns);
    if (!session->request.measured)
        return;
    worker->answered++;
    worker->punctual += within;
    record_reply(worker, session, now_ns);
    record_reply_delay(worker, session);
}

/* It is over in no time and no service: the request has failed, and the session goes on. */
void tally_error_reply(struct worker *worker, struct session *session, int64_t now_ns)
{
    session->answered = session->answered || now_ns >= worker->window->begin_ns;
    note_reply(worker, session, now_ns);
    count_failure(worker, session->connection, session->request);
}
