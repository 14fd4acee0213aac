/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/clause.h"

#include "base/clock.h"
#include "check/family.h"
#include "measure/process/proc_tree.h"
#include "measure/process/usage.h"
#include "run/model.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CLOSED    30
#define PROCESSES 64
#define LINES_MAX 1000

/* ---- waiters ---- */

/* What `waiters` says comes to that: 0, or the finding has failed; -EPROTO for another number. */
static int expect_waiters(struct probe *probe, int64_t wanted, const char *when, const char *cause,
                          struct finding *finding)
{
    struct error error = {{0}};
    int result = probe_await_waiters(probe, wanted, &error);
    if (result < 0)
        finding_fail(finding,
                     result == -EPROTO
                         ? cause
                         : "an answer is not flushed, or standard input is not read line by line",
                     "expected `waiters %" PRId64 "` %s; %s", wanted, when, error.text);
    return result;
}

void clause_waiters_none(struct probe *probe, struct finding *finding)
{
    int result =
        expect_waiters(probe, 0, "before any connection is open",
                       "it counts its listener, or connections that have been closed", finding);
    probe->tells = result == 0 || result == -EPROTO;
    if (result == 0)
        finding_hold(finding, "`waiters 0` before any connection is open");
}

/* Fewer than the crowd was, by those that left in that way. */
static void thin(struct probe *probe, size_t from, void (*leave)(struct connection *peer),
                 const char *how, const char *cause, struct finding *finding)
{
    char when[64];
    if (probe->crowd_count < from) {
        finding->verdict = VERDICT_NOT_TRIED;
        return;
    }
    probe_thin_crowd(probe, from - CLOSED, leave);
    snprintf(when, sizeof when, "after %d of %zu connections %s", CLOSED, from, how);
    if (expect_waiters(probe, (int64_t)probe->crowd_count, when, cause, finding) == 0)
        finding_hold(finding, "`waiters %zu` %s", probe->crowd_count, when);
}

void clause_waiters_closed(struct probe *probe, struct finding *finding)
{
    thin(probe, PROBE_CROWD, peer_leave, "closed",
         "it counts what was ever accepted, or does not see that a peer has closed: a read of 0 "
         "bytes is the end",
         finding);
}

void clause_waiters_reset(struct probe *probe, struct finding *finding)
{
    thin(probe, PROBE_CROWD - CLOSED, connection_close, "were reset",
         "an error of a connection (ECONNRESET) leaves its handler before the count is taken back",
         finding);
}

/* ---- stats ---- */

struct answers {
    int lines;
    char model[32];
    char runtime[64];
};

/* A line of the answer; true, or the finding has failed. */
static bool take_stat(struct answers *answers, char *line, struct finding *finding)
{
    char *space = strchr(line, ' ');
    answers->lines++;
    if (!space || space == line || answers->lines > LINES_MAX) {
        finding_fail(finding, "a line of a log, or a value without its key",
                     "expected lines `key value`, up to %d, and `end`; line %d was '%.80s'",
                     LINES_MAX, answers->lines, line);
        return false;
    }
    *space = '\0';
    if (!subject_stat_is_sound(line, space + 1)) {
        finding_fail(finding, "a unit behind the number, or a decimal point in it",
                     "expected a whole number of 0 or more for `%.40s`; it said '%.40s'", line,
                     space + 1);
        return false;
    }
    if (strcmp(line, "model") == 0)
        snprintf(answers->model, sizeof answers->model, "%s", space + 1);
    if (strcmp(line, "runtime") == 0)
        snprintf(answers->runtime, sizeof answers->runtime, "%s", space + 1);
    return true;
}

static void fail_stats(struct probe *probe, const struct answers *answers, int result,
                       struct finding *finding)
{
    finding_fail(finding, "the answer is not flushed, or lacks its last line `end`",
                 "expected lines `key value`, and `end`; after %d line%s came %s", answers->lines,
                 answers->lines == 1 ? "" : "s",
                 result == -ETIMEDOUT  ? "nothing more"
                 : result == -EMSGSIZE ? "a line over 4 KiB"
                                       : "the end of standard output");
    if (result == -ETIMEDOUT)
        probe_lose_patience(probe);
}

/* In a bounded time, however many lines come. Behind a line that is wrong the others are read on to
 * the end, so that nothing takes them for an answer. */
static bool read_stats(struct probe *probe, struct answers *answers, struct finding *finding)
{
    struct channel *channel = &probe->subject.channel;
    char line[CHANNEL_LINE_MAX];
    bool sound = true;
    int64_t deadline_ns = clock_now_ns() + probe->patience_ns;
    probe_drain(probe);
    int result = channel_write(channel, "stats");
    while (result == 0) {
        result = channel_read(channel, line, deadline_ns);
        if (result == 0 && strcmp(line, "end") == 0)
            return sound;
        if (result == 0 && sound)
            sound = take_stat(answers, line, finding);
    }
    if (sound)
        fail_stats(probe, answers, result, finding);
    return false;
}

/* Of the program and all that it started. */
static int64_t count_threads(pid_t pid)
{
    pid_t pids[PROCESSES];
    int count = proc_tree_list("", pid, pids, PROCESSES);
    int64_t threads = 0;
    for (int i = 0; i < count && i < PROCESSES; i++) {
        int64_t of_process = usage_threads(pids[i]);
        threads += of_process > 0 ? of_process : 0;
    }
    return threads;
}

static void judge_model(struct probe *probe, const struct answers *answers, struct finding *finding)
{
    struct error error;
    int64_t waiters = 0;
    int64_t threads = count_threads(probe->subject.pid);
    if (!model_is(answers->model, MODEL_THREADS) || !probe->tells) {
        finding_hold(finding, "%d line%s, and `end`%s%s", answers->lines,
                     answers->lines == 1 ? "" : "s", answers->model[0] != '\0' ? "; model " : "",
                     answers->model);
    } else if (probe_waiters(probe, &waiters, &error) == 0 && threads < waiters) {
        finding_fail(finding, "`model threads` from a pool: say another model",
                     "expected a thread for each waiter, as `model threads` says; the kernel "
                     "counts %" PRId64 " thread%s with %" PRId64 " waiters",
                     threads, threads == 1 ? "" : "s", waiters);
    } else {
        finding_hold(finding,
                     "%d lines, and `end`; model threads: %" PRId64 " of them with %" PRId64
                     " waiters",
                     answers->lines, threads, waiters);
    }
}

void clause_stats(struct probe *probe, struct finding *finding)
{
    struct answers answers = {0};
    if (read_stats(probe, &answers, finding))
        judge_model(probe, &answers, finding);
}

/* ---- standard output ---- */

void clause_stdout(struct probe *probe, struct finding *finding)
{
    probe_drain(probe);
    if (probe->unasked_lines > 0)
        finding_fail(finding,
                     "a log or a framework's greeting on standard output: standard error "
                     "is the place for them",
                     "expected answers and nothing else; %" PRId64
                     " line%s came that nobody asked for, the first: %s",
                     probe->unasked_lines, probe->unasked_lines == 1 ? "" : "s", probe->unasked);
    else
        finding_hold(finding, "nothing that was not asked for");
}
