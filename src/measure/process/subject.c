/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/process/subject.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "measure/process/launch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define STATS_LINES_MAX 1000

/* A process that ends closes what it has before it can be reaped, so who sees that waits for the
 * end as long as a subject may take for it, or until an interrupt comes. */
static bool ends_by_itself(struct subject *subject)
{
    int64_t deadline_ns = clock_now_ns() + SUBJECT_EXIT_SECONDS * NS_PER_SECOND;
    while (!channel_ended(&subject->channel) && clock_now_ns() < deadline_ns && !interrupt_signal())
        clock_sleep_until_ns(clock_now_ns() + NS_PER_MS);
    return channel_ended(&subject->channel);
}

/* Says what the subject did instead of answering; `expected` completes "... instead of". */
static int contract_broken(struct subject *subject, int result, const char *expected, int seconds,
                           struct error *error)
{
    char end[512];
    if (result == -EINTR)
        return error_set(error, result, "interrupted");
    if (result == -ETIMEDOUT)
        return error_set(error, result, "subject did not say %s within %d s", expected, seconds);
    if (result == -EMSGSIZE)
        return error_set(error, result, "subject printed a line over 4 KiB instead of %s",
                         expected);
    if (result == -EAGAIN)
        return error_set(error, result, "subject does not read its standard input");
    if (result != -EPIPE)
        return error_set(error, result, "cannot talk to the subject: %s", strerror(-result));
    if (!ends_by_itself(subject))
        return error_set(error, result, "subject closed its standard output before it said %s",
                         expected);
    channel_describe_end(&subject->channel, end, sizeof end);
    return error_set(error, result, "subject %s before it said %s", end, expected);
}

/* The first line: `listening PORT`, to which there may be a client. */
int subject_listen(struct subject *subject, struct error *error)
{
    static const char prefix[] = "listening ";
    char line[CHANNEL_LINE_MAX];
    int64_t deadline_ns = clock_now_ns() + SUBJECT_LISTEN_SECONDS * NS_PER_SECOND;
    int64_t port;
    int result = channel_read(&subject->channel, line, deadline_ns);
    if (result < 0)
        return contract_broken(subject, result, "`listening PORT`", SUBJECT_LISTEN_SECONDS, error);
    if (strncmp(line, prefix, strlen(prefix)) != 0 ||
        text_parse_int64(line + strlen(prefix), 1, 65535, &port) < 0)
        return error_set(error, -EPROTO, "subject said '%.80s' instead of `listening PORT`", line);
    subject->port = (int)port;
    return 0;
}

/* The first line of one that has no port. Threads are started one by one, and a machine that is
 * busy takes its time for each. */
static int read_waiting(struct subject *subject, int64_t waiters, struct error *error)
{
    char line[CHANNEL_LINE_MAX];
    char first[48];
    char expected[64];
    int seconds = SUBJECT_LISTEN_SECONDS + (int)(waiters / SUBJECT_WAITERS_PER_SECOND);
    int64_t deadline_ns = clock_now_ns() + seconds * NS_PER_SECOND;
    snprintf(first, sizeof first, "waiting %" PRId64, waiters);
    snprintf(expected, sizeof expected, "`%s`", first);
    int result = channel_read(&subject->channel, line, deadline_ns);
    if (result < 0)
        return contract_broken(subject, result, expected, seconds, error);
    if (strcmp(line, first) != 0)
        return error_set(error, -EPROTO, "subject said '%.80s' instead of %s", line, expected);
    return 0;
}

int subject_launch(struct subject *subject, char *const *argv, const struct cgroup *cgroup,
                   hwloc_const_bitmap_t cpus, struct error *error)
{
    int result = launch_start(&subject->channel, argv, cgroup, cpus, error);
    if (result == 0)
        subject->pid = subject->channel.pid;
    return result;
}

int subject_start(struct subject *subject, char *const *argv, const struct cgroup *cgroup,
                  hwloc_const_bitmap_t cpus, struct error *error)
{
    int result = subject_launch(subject, argv, cgroup, cpus, error);
    if (result < 0)
        return result;
    result = subject_listen(subject, error);
    if (result < 0)
        subject_kill(subject);
    return result;
}

int subject_start_waiting(struct subject *subject, char *const *argv, const struct cgroup *cgroup,
                          hwloc_const_bitmap_t cpus, int64_t waiters, struct error *error)
{
    int result = subject_launch(subject, argv, cgroup, cpus, error);
    if (result < 0)
        return result;
    result = read_waiting(subject, waiters, error);
    if (result < 0)
        subject_kill(subject);
    return result;
}

/* Sends a question; a subject that has died shows in the answer. */
static int ask(struct subject *subject, const char *question, struct error *error)
{
    int result = channel_write(&subject->channel, question);
    if (result == -EAGAIN)
        return contract_broken(subject, result, question, SUBJECT_ANSWER_SECONDS, error);
    return 0;
}

static int read_answer(struct subject *subject, char *line, const char *expected,
                       int64_t deadline_ns, struct error *error)
{
    int result = channel_read(&subject->channel, line, deadline_ns);
    return result == 0 ? 0
                       : contract_broken(subject, result, expected, SUBJECT_ANSWER_SECONDS, error);
}

int subject_waiters(struct subject *subject, int64_t *waiters, struct error *error)
{
    static const char prefix[] = "waiters ";
    char line[CHANNEL_LINE_MAX];
    int64_t deadline_ns = clock_now_ns() + SUBJECT_ANSWER_SECONDS * NS_PER_SECOND;
    int64_t count;
    int result = ask(subject, "waiters", error);
    if (result == 0)
        result = read_answer(subject, line, "`waiters N`", deadline_ns, error);
    if (result < 0)
        return result;
    if (strncmp(line, prefix, strlen(prefix)) != 0 ||
        text_parse_int64(line + strlen(prefix), 0, INT64_MAX, &count) < 0)
        return error_set(error, -EPROTO, "subject said '%.80s' instead of `waiters N`", line);
    *waiters = count;
    return 0;
}

static void keep_text(char *text, size_t size, const char *value)
{
    snprintf(text, size, "%s", value);
}

/* False where the value is not a number and ought to be one. */
static bool keep_stat(struct subject_stats *stats, const char *key, const char *value)
{
    bool sound = true;
    const struct {
        const char *key;
        int64_t *number;
    } numbers[] = {
        {"heap_allocated_bytes", &stats->heap_allocated_bytes},
        {"heap_resident_bytes", &stats->heap_resident_bytes},
        {"loop_iterations", &stats->loop_iterations},
        {"stack_bytes", &stats->stack_bytes},
        {"store_connections_most", &stats->store_connections_most},
        {"store_errors", &stats->store_errors},
        {"runtime_threads", &stats->runtime_threads},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (strcmp(key, numbers[i].key) == 0)
            sound = text_parse_int64(value, 0, INT64_MAX, numbers[i].number) == 0;
    if (strcmp(key, "model") == 0)
        keep_text(stats->model, sizeof stats->model, value);
    if (strcmp(key, "allocator") == 0)
        keep_text(stats->allocator, sizeof stats->allocator, value);
    if (strcmp(key, "allocator_version") == 0)
        keep_text(stats->allocator_version, sizeof stats->allocator_version, value);
    if (strcmp(key, "runtime") == 0)
        keep_text(stats->runtime, sizeof stats->runtime, value);
    return sound;
}

bool subject_stat_is_sound(const char *key, const char *value)
{
    struct subject_stats stats;
    return keep_stat(&stats, key, value);
}

int subject_stats(struct subject *subject, struct subject_stats *stats, struct error *error)
{
    char line[CHANNEL_LINE_MAX];
    int64_t deadline_ns = clock_now_ns() + SUBJECT_ANSWER_SECONDS * NS_PER_SECOND;
    struct subject_stats read = {
        .heap_allocated_bytes = -1,
        .heap_resident_bytes = -1,
        .loop_iterations = -1,
        .stack_bytes = -1,
        .store_connections_most = -1,
        .store_errors = -1,
        .runtime_threads = -1,
    };
    int result = ask(subject, "stats", error);
    for (int count = 0; result == 0; count++) {
        result = read_answer(subject, line, "`end` after `stats`", deadline_ns, error);
        if (result < 0)
            break;
        if (strcmp(line, "end") == 0) {
            *stats = read;
            return 0;
        }
        char *space = strchr(line, ' ');
        if (!space || count == STATS_LINES_MAX)
            return error_set(error, -EPROTO,
                             space ? "subject answered `stats` with over 1,000 lines"
                                   : "subject answered `stats` with '%.80s', not `key value`",
                             line);
        *space = '\0';
        keep_stat(&read, line, space + 1);
    }
    return result;
}

int subject_stop(struct subject *subject, struct error *error)
{
    char end[512];
    int64_t deadline_ns = clock_now_ns() + SUBJECT_EXIT_SECONDS * NS_PER_SECOND;
    int result = channel_close(&subject->channel, deadline_ns);
    if (result == -EINTR) {
        error_set(error, result, "interrupted");
    } else if (result < 0) {
        error_set(error, result, "subject ignored the end of its standard input for %d s",
                  SUBJECT_EXIT_SECONDS);
    } else if (subject->channel.status != 0) {
        channel_describe_end(&subject->channel, end, sizeof end);
        result = error_set(error, -EPROTO, "at its end the subject %s", end);
    }
    subject_kill(subject);
    return result;
}

/* A subject that dies resets its connections, and whether the clients tell of that or the subject
 * is asked first is up to the scheduler. Its own end is what both come from. */
bool subject_blame(struct subject *subject, struct error *error)
{
    char end[512];
    struct error seen = *error;
    if (subject->channel.pid <= 0 || !channel_ended(&subject->channel))
        return false;
    channel_describe_end(&subject->channel, end, sizeof end);
    error_set(error, -EPIPE, "subject %s, and then: %s", end, seen.text);
    return true;
}

void subject_kill(struct subject *subject)
{
    channel_finish(&subject->channel);
}
