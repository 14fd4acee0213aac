/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cancel.h"

#include "base/clock.h"
#include "subject/control.h"
#include "subject/parameter.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

/* How long the kernel may take to clear away a thread that was joined. */
#define SETTLE_NS (2 * NS_PER_SECOND)

static int count_entries(const char *path)
{
    DIR *folder = opendir(path);
    int count = 0;
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count;
}

/* A joined thread may still be listed for a moment: waits for it, and returns what is listed then.
 */
static int count_settled(const char *path, int expected)
{
    int64_t deadline_ns = clock_now_ns() + SETTLE_NS;
    int now = count_entries(path);
    while (now > expected && clock_now_ns() < deadline_ns)
        now = count_entries(path);
    return now;
}

static int verify_nothing_left(const char *path, int before, struct error *error)
{
    int now = count_settled(path, before);
    if (now == before)
        return 0;
    return error_set(error, -EPROTO, "cancel: %s had %d entries, now %d", path, before, now);
}

static int run_all(struct cancel *cancel, struct error *error)
{
    int result =
        cancel_rounds(cancel, CANCEL_COMPUTE, 1, cancel->cancellations, &cancel->compute, error);
    if (result == 0)
        result =
            cancel_rounds(cancel, CANCEL_SOCKET, 1, cancel->cancellations, &cancel->socket, error);
    if (result == 0)
        result = cancel_rounds(cancel, CANCEL_SOCKET, cancel->waiters, cancel->crowds,
                               &cancel->crowd, error);
    if (result == 0)
        result = cancel_checks(cancel, error);
    return result;
}

/* One round that is not measured: what a process opens once and keeps (libuv: a pipe for signals)
 * is there afterwards, and no leak. */
static int warm_up(struct cancel *cancel, struct error *error)
{
    struct samples unused;
    if (samples_init(&unused, 1) != 0)
        return error_set(error, -ENOMEM, "cancel: no memory");
    int result = cancel_rounds(cancel, CANCEL_SOCKET, 1, 1, &unused, error);
    samples_finish(&unused);
    return result;
}

static int run(struct cancel *cancel, struct error *error)
{
    cancel->rng = gsl_rng_alloc(gsl_rng_mt19937);
    if (!cancel->rng || samples_init(&cancel->compute, (size_t)cancel->cancellations) != 0 ||
        samples_init(&cancel->socket, (size_t)cancel->cancellations) != 0 ||
        samples_init(&cancel->crowd, (size_t)cancel->crowds) != 0)
        return error_set(error, -ENOMEM, "cancel: no memory");
    gsl_rng_set(cancel->rng, (unsigned long)cancel->seed);
    sem_init(&cancel->running, 0, 0);
    int threads = count_entries("/proc/self/task");
    int result = warm_up(cancel, error);
    int descriptors = count_entries("/proc/self/fd");
    /* The thread of the warm-up must not count as one that was there before. */
    threads = count_settled("/proc/self/task", threads);
    if (result == 0)
        result = run_all(cancel, error);
    if (result == 0)
        result = verify_nothing_left("/proc/self/fd", descriptors, error);
    if (result == 0)
        result = verify_nothing_left("/proc/self/task", threads, error);
    sem_destroy(&cancel->running);
    return result;
}

static void print_figures(struct cancel *cancel)
{
    metric_print_samples("compute_stop", &cancel->compute);
    metric_print_samples("socket_stop", &cancel->socket);
    metric_print("crowd_stop_ns", samples_mean(&cancel->crowd));
    metric_print("check_ns", (double)cancel->checks_ns / (double)cancel->checks);
    if (cancel->turns_ns > 0)
        metric_print("loop_turn_ns", (double)cancel->turns_ns / (double)cancel->checks);
}

int main(int argc, char **argv)
{
    struct cancel cancel = {.cancellations = 10000,
                            .crowds = 20,
                            .waiters = 200,
                            .slice = 1000,
                            .delay_us = 50,
                            .checks = 500000,
                            .seed = 1};
    const struct parameter parameters[] = {
        {"cancellations", "count", "workers of each kind cancelled one by one",
         &cancel.cancellations, 1, 1000000, NULL, NULL},
        {"crowds", "count", "crowds cancelled all at once", &cancel.crowds, 1, 100000, NULL, NULL},
        {"waiters", "count", "of a crowd", &cancel.waiters, 1, 10000, NULL, NULL},
        {"slice", "count", "rounds of mixing between two looks at the request", &cancel.slice, 1,
         1000000000, NULL, NULL},
        {"delay-us", "", "the request comes at random below this", &cancel.delay_us, 0, 1000000,
         NULL, NULL},
        {"checks", "count", "looks at the request, for the cost of one", &cancel.checks, 1,
         1000000000, NULL, NULL},
        {"seed", "", "of the random moments", &cancel.seed, 0, INT64_MAX, NULL, NULL},
        {0},
    };
    struct error error;
    parameters_parse(parameters, "Workers are asked to stop.", argc, argv);
    control_raise_nofile();
    int result = run(&cancel, &error);
    if (result == 0) {
        parameters_print(parameters);
        print_figures(&cancel);
    }
    gsl_rng_free(cancel.rng);
    samples_finish(&cancel.compute);
    samples_finish(&cancel.socket);
    samples_finish(&cancel.crowd);
    if (result == 0)
        return metric_end();
    error_print("%s", error.text);
    return EXIT_MEASUREMENT_FAILED;
}
