/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/clause.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "check/family.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define OPEN_PEERS    10
#define UNREAD_BYTES  (1 << 20)
#define CONTRACT_NS   NS_PER_SECOND
#define SURVIVORS_MAX 256
/* What it started may take a moment longer to see that it has ended. */
#define SURVIVAL_NS NS_PER_SECOND

/* Has ended, and is not reaped: what reaps it ends its process group, too, and who lives on is not
 * known then. */
static bool has_ended(pid_t pid)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid != 0;
}

/* Ends its input and waits, reading on what it prints. Returns 0 or -ETIMEDOUT. */
static int await_end(struct subject *subject, int64_t deadline_ns)
{
    char line[CHANNEL_LINE_MAX];
    if (subject->channel.input_fd >= 0)
        close(subject->channel.input_fd);
    subject->channel.input_fd = -1;
    while (!has_ended(subject->channel.pid)) {
        if (clock_now_ns() >= deadline_ns || interrupt_signal())
            return -ETIMEDOUT;
        int result = channel_read(&subject->channel, line, clock_now_ns() + NS_PER_MS);
        if (result == -EMSGSIZE)
            subject->channel.buffered = 0;
        else if (result == -EPIPE)
            clock_sleep_until_ns(clock_now_ns() + NS_PER_MS);
    }
    return 0;
}

static void name_survivor(struct probe *probe, pid_t pid)
{
    char path[64];
    char name[32] = "";
    size_t length = strlen(probe->survivors);
    snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
    if (text_read_file(path, name, sizeof name) > 0)
        name[strcspn(name, "\n")] = '\0';
    if (length + sizeof name + 16 < sizeof probe->survivors)
        snprintf(probe->survivors + length, sizeof probe->survivors - length, "%s%s (%d)",
                 length > 0 ? ", " : "", name, (int)pid);
}

/* Whoever lives on when it has ended, after a moment. */
static void see_survivors(struct probe *probe)
{
    pid_t pids[SURVIVORS_MAX];
    int64_t deadline_ns = clock_now_ns() + SURVIVAL_NS;
    size_t count = family_list(pids, SURVIVORS_MAX);
    while (count > 0 && clock_now_ns() < deadline_ns && !interrupt_signal()) {
        clock_sleep_until_ns(clock_now_ns() + 10 * NS_PER_MS);
        count = family_list(pids, SURVIVORS_MAX);
    }
    probe->survivor_count = count;
    for (size_t i = 0; i < count && i < SURVIVORS_MAX; i++)
        name_survivor(probe, pids[i]);
}

/* Some are silent, one has not read its answer. */
static void open_peers(struct probe *probe, struct connection *peers)
{
    struct finding unused = {0};
    unsigned char *bytes = malloc(UNREAD_BYTES);
    for (size_t i = 0; i < OPEN_PEERS; i++)
        peers[i] = (struct connection)PEER_NONE;
    for (size_t i = 0; probe->connects && i < OPEN_PEERS; i++)
        if (!probe_open(probe, &peers[i], true, &unused))
            break;
    if (bytes && peers[0].fd >= 0) {
        probe_letters(bytes, UNREAD_BYTES, 0);
        struct talk talk = {.bytes = bytes, .length = UNREAD_BYTES};
        talk_send(&peers[0], &talk);
    }
    free(bytes);
}

static void judge_end(struct probe *probe, int64_t elapsed_ns, struct finding *finding)
{
    char end[512];
    double seconds = (double)elapsed_ns / NS_PER_SECOND;
    channel_describe_end(&probe->subject.channel, end, sizeof end);
    if (probe->subject.channel.status != 0)
        finding_fail(finding,
                     "an error on the way out: it closed every connection, and one was "
                     "gone already; or it waits for a signal that it was not sent",
                     "expected exit code 0 when standard input ends; it %s", end);
    else if (elapsed_ns > CONTRACT_NS)
        finding_warn(finding, "it waits for its connections or threads with a limit of time",
                     "expected it to end within a second of its standard input; it took %.1f s "
                     "(%d s are granted)",
                     seconds, SUBJECT_EXIT_SECONDS);
    else
        finding_hold(finding,
                     "exit code 0, %.2f s after the end of standard input, with %d "
                     "connections open",
                     seconds, OPEN_PEERS);
}

void clause_end(struct probe *probe, struct finding *finding)
{
    struct connection peers[OPEN_PEERS];
    open_peers(probe, peers);
    int64_t start_ns = clock_now_ns();
    int result = await_end(&probe->subject, start_ns + SUBJECT_EXIT_SECONDS * NS_PER_SECOND);
    int64_t elapsed_ns = clock_now_ns() - start_ns;
    probe->ended = result == 0;
    if (result < 0) {
        finding_fail(finding,
                     "threads that are not daemons, or a loop that waits for its "
                     "connections",
                     "expected it to end within a second of its standard input; it still ran %d s "
                     "later, and was killed",
                     SUBJECT_EXIT_SECONDS);
    } else {
        see_survivors(probe);
        channel_ended(&probe->subject.channel);
        judge_end(probe, elapsed_ns, finding);
    }
    for (size_t i = 0; i < OPEN_PEERS; i++)
        connection_close(&peers[i]);
    probe_kill(probe);
}

void clause_processes(struct probe *probe, struct finding *finding)
{
    if (probe->survivor_count > 0)
        finding_fail(finding,
                     "children are started and not ended, or left to run in a session of "
                     "their own",
                     "expected no process of it after its end; %zu ran on and were killed: %s",
                     probe->survivor_count, probe->survivors);
    else
        finding_hold(finding, "none is left");
}
