/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/memory_slopes.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "experiment/memory.h"
#include "load/idle/idle.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a waiter of a program of which nothing is known is taken for until it has been measured:
 * more than that of any in bench/runtimes/, where a thread of Java's takes 142 KiB. */
#define FOREIGN_WAITER_BYTES (INT64_C(256) << 10)

/* What the kernel holds for both ends of a connection, and no less is believed: 7.3 KiB on 6.18,
 * of which older kernels charge a third (measure/memory/memory.h). */
#define CONNECTION_BYTES (INT64_C(8) << 10)

/* A thread's stacks and page tables aside, what the kernel holds for it: 6.5 KiB on 6.18. */
#define TASK_BYTES (INT64_C(7) << 10)

/* Where there is no cgroup, kernel memory that no process can be asked for is the whole machine's
 * growth, in which others' doings are larger than some hundred connections: it is reckoned. */
static int64_t all_bytes(const struct trial *trial, const struct memory_bill *bill)
{
    if (strcmp(bill->kernel_source, "meminfo") != 0)
        return bill->total_bytes;
    int64_t connections = arm_protocol(&trial->arm) ? trial->waiters : 0;
    return bill->user_bytes + bill->kernel_stack_bytes + bill->page_table_bytes +
           connections * CONNECTION_BYTES + bill->threads * TASK_BYTES;
}

static int try_waiters(struct run *run, const struct memory_slopes_entry *entry, int64_t waiters,
                       struct memory_slope_point *point, struct error *error)
{
    struct memory_bill bill;
    const struct trial trial = {.arm = entry->arm, .waiters = waiters, .warm = entry->warm};
    run->trial_number++;
    int result = memory_try(run, &trial, &bill, error);
    if (interrupt_signal())
        return error_set(error, -EINTR, "interrupted");
    if (result == 0)
        *point = (struct memory_slope_point){waiters, all_bytes(&trial, &bill)};
    return result;
}

static int measure(struct run *run, struct memory_slopes_entry *entry, int64_t least,
                   int64_t estimate, int64_t room, struct error *error)
{
    struct memory_slope_point points[MEMORY_SLOPE_POINTS];
    size_t count = 0;
    int result = 0;
    while (result == 0 && count < MEMORY_SLOPE_POINTS) {
        int64_t waiters = memory_slope_next(points, count, least, estimate, room);
        if (waiters == 0)
            break;
        result = try_waiters(run, entry, waiters, &points[count], error);
        if (result == 0)
            count++;
    }
    if (result == 0)
        entry->slope =
            memory_slope_of(points, count, arm_protocol(&entry->arm) ? CONNECTION_BYTES : 1);
    return result;
}

static void tell(const struct memory_slopes_entry *entry, double seconds, const struct error *fault)
{
    char name[256];
    arm_describe(&entry->arm, name, sizeof name);
    if (entry->known)
        fprintf(stderr,
                "memory of a waiter, measured first: %s%s %.1f KiB, both ends of its connection "
                "included (up to %" PRId64 " waiters, %.1f s)\n",
                name, entry->warm ? ", which has served," : "",
                (double)entry->slope.waiter_bytes / 1024, entry->slope.waiters, seconds);
    else
        warning_print("%s: what a waiter takes could not be measured first: %s", name, fault->text);
}

/* The arm as a trial of memory has it: one process, since what several take by themselves is no
 * waiter's, with requests of the idle clients' length, and without work that only takes time. */
static int copy_arm(struct arm *copy, const struct arm *arm)
{
    int result = arm_copy(copy, arm);
    if (result < 0)
        return result;
    struct arm_parameters *parameters = &copy->parameters;
    parameters->shards = 0;
    parameters->work_cpu_us = 0;
    parameters->work_slow_us = 0;
    parameters->work_slow_every = 0;
    if (parameters->request_bytes > 0)
        parameters->request_bytes = IDLE_REQUEST_BYTES;
    return 0;
}

static bool is_of(const struct memory_slopes_entry *entry, const struct arm *arm, bool warm)
{
    return entry->warm == warm && strcmp(entry->arm.scenario, arm->scenario) == 0 &&
           strcmp(entry->arm.subject, arm->subject) == 0 &&
           arm_has_same_command(&entry->arm, arm) && arm_has_same_parameters(&entry->arm, arm);
}

/* The arm's entry, added where there is none yet; NULL when out of memory. */
static struct memory_slopes_entry *entry_of(struct memory_slopes *slopes, const struct arm *arm,
                                            bool warm)
{
    struct arm copy;
    if (copy_arm(&copy, arm) < 0)
        return NULL;
    for (size_t i = 0; i < slopes->count; i++)
        if (is_of(&slopes->entries[i], &copy, warm)) {
            arm_finish(&copy);
            return &slopes->entries[i];
        }
    struct memory_slopes_entry *grown =
        reallocarray(slopes->entries, slopes->count + 1, sizeof *slopes->entries);
    if (!grown) {
        arm_finish(&copy);
        return NULL;
    }
    slopes->entries = grown;
    slopes->entries[slopes->count] = (struct memory_slopes_entry){.arm = copy, .warm = warm};
    return &slopes->entries[slopes->count++];
}

/* Of the numbers that nothing but memory is in the way of, the least that may take much of it; 0:
 * none may. */
static int64_t least_large(const struct limits *limits, enum model model, const int64_t *waiters,
                           size_t count, int64_t estimate)
{
    const int64_t largest = limits_largest(limits, model);
    const int64_t room = limits_memory_room(limits);
    int64_t least = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t n = waiters[i];
        if (n == PLAN_LARGEST)
            n = largest < MEMORY_SLOPES_LARGEST ? largest : MEMORY_SLOPES_LARGEST;
        if (n > 0 && n <= largest && memory_slope_is_wanted(n, estimate, room) &&
            (least == 0 || n < least))
            least = n;
    }
    return least;
}

/* A run that cannot measure it goes on, with an estimate. */
static int learn(struct run *run, struct memory_slopes_entry *entry, int64_t least,
                 int64_t estimate, int64_t room, struct error *error)
{
    struct error fault = {{0}};
    int64_t begin_ns = clock_now_ns();
    if (run->cgroup_home.directory[0] == '\0')
        cgroup_home_find(&run->cgroup_home, "");
    int result = measure(run, entry, least, estimate, room, &fault);
    if (result == -EINTR)
        return error_set(error, result, "%s", fault.text);
    entry->tried = true;
    entry->known = result == 0;
    tell(entry, (double)(clock_now_ns() - begin_ns) / (double)NS_PER_SECOND, &fault);
    return 0;
}

/* What the arm is taken for until it was measured. */
static int64_t estimate_of(const struct arm *arm, enum model model,
                           const struct limits_options *options)
{
    int64_t estimate = limits_waiter_bytes(model, options);
    return arm->foreign && estimate < FOREIGN_WAITER_BYTES ? FOREIGN_WAITER_BYTES : estimate;
}

int memory_slopes_learn(struct memory_slopes *slopes, const struct arm *arm, bool warm,
                        const int64_t *waiters, size_t count, struct limits_options *options,
                        struct error *error)
{
    struct limits limits;
    struct limits_options uncounted = *options;
    enum model model = MODEL_SOCKETS;
    model_find(arm->model, &model);
    uncounted.measured_bytes = LIMITS_NOT_COUNTED;
    limits_read(&limits, "", &uncounted);
    int64_t estimate = estimate_of(arm, model, options);
    int64_t least = least_large(&limits, model, waiters, count, estimate);
    if (least == 0 || arm_store(arm))
        return 0;
    struct memory_slopes_entry *entry = entry_of(slopes, arm, warm);
    if (!entry)
        return error_set(error, -ENOMEM, "out of memory");
    int result = 0;
    if (!entry->tried)
        result = learn(slopes->run, entry, least, estimate, limits_memory_room(&limits), error);
    if (result == 0 && entry->known) {
        options->measured_bytes = entry->slope.waiter_bytes;
        options->process_bytes = entry->slope.process_bytes;
        options->who = arm->subject;
    }
    return result;
}

void memory_slopes_finish(struct memory_slopes *slopes)
{
    for (size_t i = 0; i < slopes->count; i++)
        arm_finish(&slopes->entries[i].arm);
    free(slopes->entries);
    *slopes = (struct memory_slopes){0};
}
