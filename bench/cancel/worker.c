/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"
#include "cancel.h"
#include "subject/blocked.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

int cancel_worker_open(struct cancel_worker *worker, enum cancel_kind kind)
{
    *worker = (struct cancel_worker){.kind = kind, .fds = {-1, -1}};
    if (kind == CANCEL_SOCKET &&
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, worker->fds) != 0)
        return -errno;
    return 0;
}

void cancel_worker_close(struct cancel_worker *worker)
{
    for (int i = 0; i < 2; i++)
        if (worker->fds[i] >= 0)
            close(worker->fds[i]);
}

void cancel_worker_compute(struct cancel *cancel, struct cancel_worker *worker)
{
    uint64_t value = worker->value;
    for (int64_t i = 0; i < cancel->slice; i++) {
        value += UINT64_C(0x9e3779b97f4a7c15);
        value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    }
    worker->value = value;
    if (worker->running_ns == 0)
        cancel_worker_note_running(cancel, worker);
}

void cancel_worker_note_running(struct cancel *cancel, struct cancel_worker *worker)
{
    worker->thread = gettid();
    worker->running_ns = clock_now_ns();
    sem_post(&cancel->running);
}

int cancel_await_running(struct cancel *cancel, const struct cancel_worker *workers, int64_t count)
{
    int result = 0;
    for (int64_t i = 0; i < count; i++)
        while (sem_wait(&cancel->running) != 0)
            continue;
    for (int64_t i = 0; i < count && result == 0; i++)
        if (workers[i].kind == CANCEL_SOCKET)
            result = blocked_await(workers[i].thread);
    return result;
}

void cancel_worker_note_stopped(struct cancel_worker *worker)
{
    worker->stopped_ns = clock_now_ns();
    worker->stopped_count++;
}

void cancel_delay(struct cancel *cancel)
{
    double delay_ns = gsl_rng_uniform(cancel->rng) * (double)(cancel->delay_us * NS_PER_US);
    int64_t end_ns = clock_now_ns() + (int64_t)delay_ns;
    while (clock_now_ns() < end_ns)
        continue;
}

int cancel_note_round(struct samples *samples, int64_t requested_ns,
                      const struct cancel_worker *workers, int64_t count, struct error *error)
{
    int64_t last_ns = requested_ns;
    for (int64_t i = 0; i < count; i++) {
        if (workers[i].running_ns == 0 || workers[i].running_ns > requested_ns)
            return error_set(error, -EPROTO, "cancel: a worker was asked to stop before it ran");
        if (workers[i].stopped_count != 1 || workers[i].stopped_ns < requested_ns)
            return error_set(error, -EPROTO, "cancel: a worker stopped %d times, %s",
                             (int)workers[i].stopped_count,
                             workers[i].stopped_ns < requested_ns ? "unasked" : "asked once");
        if (workers[i].stopped_ns > last_ns)
            last_ns = workers[i].stopped_ns;
    }
    samples_add(samples, last_ns - requested_ns);
    return 0;
}
