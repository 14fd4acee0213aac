/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flow/executor.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define WORKERS    4
#define ITEMS      100003 /* a prime, so that no chunk size divides it */
#define JOBS       2000
#define SUBMITTERS 3

static int square(void *context, size_t index)
{
    uint64_t *results = context;
    results[index] += index * index + 1;
    return 0;
}

static void test_map_calls_each_index_once(void **state)
{
    (void)state;
    struct executor *executor;
    uint64_t *results = calloc(ITEMS, sizeof *results);
    assert_non_null(results);
    assert_int_equal(executor_create(&executor, WORKERS), 0);
    assert_int_equal(executor_map(executor, square, results, ITEMS), 0);
    for (size_t i = 0; i < ITEMS; i++)
        assert_int_equal(results[i], i * i + 1);
    assert_int_equal(executor_map(executor, square, results, 0), 0);
    assert_int_equal(executor_map(executor, square, results, 1), 0);
    assert_int_equal(results[0], 2);
    assert_int_equal(results[1], 2);
    executor_destroy(executor);
    free(results);
}

static int fail_some(void *context, size_t index)
{
    atomic_fetch_add((atomic_size_t *)context, 1);
    if (index == 7000)
        return -EIO;
    return index > 7000 && index % 1000 == 0 ? -EPERM : 0;
}

static void test_map_returns_the_lowest_error_and_runs_all(void **state)
{
    (void)state;
    struct executor *executor;
    atomic_size_t called = 0;
    assert_int_equal(executor_create(&executor, WORKERS), 0);
    assert_int_equal(executor_map(executor, fail_some, &called, ITEMS), -EIO);
    assert_int_equal(called, ITEMS);
    executor_destroy(executor);
}

static int count_job(void *argument, void **value)
{
    *value = argument;
    return argument ? 0 : -EDOM;
}

static void test_job_resolves_its_future(void **state)
{
    (void)state;
    struct executor *executor;
    struct executor_job good, bad;
    int mark;
    void *value = NULL;
    assert_int_equal(executor_create(&executor, 1), 0);
    executor_job_init(&good, count_job, &mark);
    executor_job_init(&bad, count_job, NULL);
    assert_int_equal(executor_submit(executor, &good), 0);
    assert_int_equal(executor_submit(executor, &bad), 0);
    assert_int_equal(future_wait(&good.result, &value), 0);
    assert_ptr_equal(value, &mark);
    assert_int_equal(future_wait(&bad.result, &value), -EDOM);
    executor_job_finish(&good);
    executor_job_finish(&bad);
    executor_destroy(executor);
}

struct nested {
    struct executor *executor;
    int map_result;
};

static int map_inside(void *argument, void **value)
{
    (void)value;
    struct nested *nested = argument;
    nested->map_result = executor_map(nested->executor, square, NULL, 1);
    return 0;
}

static void test_map_from_its_own_worker_is_refused(void **state)
{
    (void)state;
    struct nested nested = {0};
    struct executor_job job;
    assert_int_equal(executor_create(&nested.executor, 1), 0);
    executor_job_init(&job, map_inside, &nested);
    assert_int_equal(executor_submit(nested.executor, &job), 0);
    assert_int_equal(future_wait(&job.result, NULL), 0);
    assert_int_equal(nested.map_result, -EDEADLK);
    executor_job_finish(&job);
    executor_destroy(nested.executor);
}

struct submitter {
    struct executor *executor;
    struct executor_job jobs[JOBS];
    atomic_size_t ran;
};

static int add_ran(void *argument, void **value)
{
    (void)value;
    atomic_fetch_add(&((struct submitter *)argument)->ran, 1);
    return 0;
}

static void *submitter_main(void *argument)
{
    struct submitter *submitter = argument;
    size_t accepted = 0;
    for (size_t i = 0; i < JOBS; i++) {
        executor_job_init(&submitter->jobs[i], add_ran, submitter);
        if (executor_submit(submitter->executor, &submitter->jobs[i]) == 0)
            accepted++;
    }
    return (void *)accepted;
}

/* Whenever the shutdown falls: what was accepted has run when it returns, and nothing else. */
static void test_shutdown_runs_what_was_accepted(void **state)
{
    (void)state;
    struct executor *executor;
    pthread_t threads[SUBMITTERS];
    struct submitter *submitters = calloc(SUBMITTERS, sizeof *submitters);
    assert_non_null(submitters);
    assert_int_equal(executor_create(&executor, 2), 0);
    for (int i = 0; i < SUBMITTERS; i++) {
        submitters[i].executor = executor;
        assert_int_equal(pthread_create(&threads[i], NULL, submitter_main, &submitters[i]), 0);
    }
    executor_shutdown(executor);
    size_t ran[SUBMITTERS];
    for (int i = 0; i < SUBMITTERS; i++)
        ran[i] = submitters[i].ran;
    for (int i = 0; i < SUBMITTERS; i++) {
        void *accepted;
        pthread_join(threads[i], &accepted);
        assert_int_equal(ran[i], (size_t)accepted);
        for (size_t job = 0; job < JOBS; job++)
            executor_job_finish(&submitters[i].jobs[job]);
    }
    struct executor_job late;
    executor_job_init(&late, add_ran, &submitters[0]);
    assert_int_equal(executor_submit(executor, &late), -ESHUTDOWN);
    assert_int_equal(future_wait_until(&late.result, 0), -ETIMEDOUT);
    assert_int_equal(executor_map(executor, square, NULL, 1), -ESHUTDOWN);
    executor_job_finish(&late);
    executor_shutdown(executor);
    executor_destroy(executor);
    free(submitters);
}

static void test_no_workers_is_an_error(void **state)
{
    (void)state;
    struct executor *executor = NULL;
    assert_int_equal(executor_create(&executor, 0), -EINVAL);
    assert_null(executor);
    executor_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_map_calls_each_index_once),
        cmocka_unit_test(test_map_returns_the_lowest_error_and_runs_all),
        cmocka_unit_test(test_job_resolves_its_future),
        cmocka_unit_test(test_map_from_its_own_worker_is_refused),
        cmocka_unit_test(test_shutdown_runs_what_was_accepted),
        cmocka_unit_test(test_no_workers_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
