/* SPDX-License-Identifier: GPL-3.0-or-later */
/* No worker is asked to stop before it runs: the start barrier, and the check behind it. */
#include "base/clock.h"
#include "cancel.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

#define WORKERS 20

struct task {
    struct cancel *cancel;
    struct cancel_worker worker;
    pthread_t thread;
    atomic_bool blocks;
};

/* Says that it waits long before it does: what counts is the waiting. */
static void *dawdle(void *argument)
{
    struct task *task = argument;
    struct pollfd polled = {.fd = task->worker.fds[0], .events = POLLIN};
    cancel_worker_note_running(task->cancel, &task->worker);
    int64_t end_ns = clock_now_ns() + 5 * NS_PER_MS;
    while (clock_now_ns() < end_ns)
        continue;
    task->blocks = true;
    poll(&polled, 1, -1);
    return NULL;
}

static void test_barrier_waits_until_all_sleep(void **state)
{
    (void)state;
    struct cancel cancel = {.slice = 1};
    struct task tasks[WORKERS] = {0};
    struct cancel_worker workers[WORKERS];
    sem_init(&cancel.running, 0, 0);
    for (int i = 0; i < WORKERS; i++) {
        tasks[i].cancel = &cancel;
        assert_int_equal(cancel_worker_open(&tasks[i].worker, CANCEL_SOCKET), 0);
        assert_int_equal(pthread_create(&tasks[i].thread, NULL, dawdle, &tasks[i]), 0);
    }
    for (int i = 0; i < WORKERS; i++) {
        while (sem_wait(&cancel.running) != 0)
            continue;
    }
    for (int i = 0; i < WORKERS; i++) {
        workers[i] = tasks[i].worker;
        sem_post(&cancel.running);
    }
    assert_int_equal(cancel_await_running(&cancel, workers, WORKERS), 0);
    for (int i = 0; i < WORKERS; i++)
        assert_true(tasks[i].blocks);
    for (int i = 0; i < WORKERS; i++) {
        assert_int_equal(write(tasks[i].worker.fds[1], "", 1), 1);
        pthread_join(tasks[i].thread, NULL);
        cancel_worker_close(&tasks[i].worker);
    }
    sem_destroy(&cancel.running);
}

static void test_computing_begins_with_the_first_slice(void **state)
{
    (void)state;
    struct cancel cancel = {.slice = 1};
    struct cancel_worker worker;
    int posted;
    sem_init(&cancel.running, 0, 0);
    assert_int_equal(cancel_worker_open(&worker, CANCEL_COMPUTE), 0);
    assert_int_equal(worker.running_ns, 0);
    for (int i = 0; i < 3; i++)
        cancel_worker_compute(&cancel, &worker);
    assert_true(worker.running_ns > 0);
    assert_int_equal(worker.thread, gettid());
    sem_getvalue(&cancel.running, &posted);
    assert_int_equal(posted, 1);
    assert_int_equal(cancel_await_running(&cancel, &worker, 1), 0);
    cancel_worker_close(&worker);
    sem_destroy(&cancel.running);
}

static void test_round_is_timed_from_request_to_last_stop(void **state)
{
    (void)state;
    struct samples samples;
    struct error error;
    struct cancel_worker workers[] = {
        {.running_ns = 90, .stopped_ns = 130, .stopped_count = 1},
        {.running_ns = 100, .stopped_ns = 120, .stopped_count = 1},
    };
    assert_int_equal(samples_init(&samples, 4), 0);
    assert_int_equal(cancel_note_round(&samples, 100, workers, 2, &error), 0);
    assert_int_equal(samples.count, 1);
    assert_int_equal((int)samples.values[0], 30);
    samples_finish(&samples);
}

static void assert_refused(struct cancel_worker worker)
{
    struct samples samples;
    struct error error;
    struct cancel_worker workers[] = {
        {.running_ns = 90, .stopped_ns = 130, .stopped_count = 1},
        worker,
    };
    assert_int_equal(samples_init(&samples, 4), 0);
    assert_int_equal(cancel_note_round(&samples, 100, workers, 2, &error), -EPROTO);
    assert_int_equal(samples.count, 0);
    samples_finish(&samples);
}

static void test_round_is_refused(void **state)
{
    (void)state;
    /* Never ran; ran only after the request; stopped unasked; never; twice. */
    assert_refused((struct cancel_worker){.running_ns = 0, .stopped_ns = 120, .stopped_count = 1});
    assert_refused(
        (struct cancel_worker){.running_ns = 101, .stopped_ns = 120, .stopped_count = 1});
    assert_refused((struct cancel_worker){.running_ns = 90, .stopped_ns = 99, .stopped_count = 1});
    assert_refused((struct cancel_worker){.running_ns = 90, .stopped_ns = 0, .stopped_count = 0});
    assert_refused((struct cancel_worker){.running_ns = 90, .stopped_ns = 120, .stopped_count = 2});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_barrier_waits_until_all_sleep),
        cmocka_unit_test(test_computing_begins_with_the_first_slice),
        cmocka_unit_test(test_round_is_timed_from_request_to_last_stop),
        cmocka_unit_test(test_round_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
