/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/family.h"

#include "base/clock.h"
#include "measure/process/proc_tree.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILLED_AT_ONCE 256
/* One that starts others as fast as it can is killed again and again, but not for ever. */
#define KILL_SECONDS 5

int family_adopt(void)
{
    return prctl(PR_SET_CHILD_SUBREAPER, 1) < 0 ? -errno : 0;
}

size_t family_list(pid_t *pids, size_t capacity)
{
    pid_t found[KILLED_AT_ONCE + 1];
    int count = proc_tree_list("", getpid(), found, KILLED_AT_ONCE + 1);
    size_t below = count > 1 ? (size_t)count - 1 : 0;
    for (size_t i = 0; i < below && i < capacity && i < KILLED_AT_ONCE; i++)
        pids[i] = found[i + 1];
    return below;
}

static void reap_all(void)
{
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ;
}

void family_end(void)
{
    pid_t pids[KILLED_AT_ONCE];
    int64_t deadline_ns = clock_now_ns() + KILL_SECONDS * NS_PER_SECOND;
    for (;;) {
        reap_all();
        size_t count = family_list(pids, KILLED_AT_ONCE);
        if (count == 0 || clock_now_ns() > deadline_ns)
            return;
        for (size_t i = 0; i < count && i < KILLED_AT_ONCE; i++)
            kill(pids[i], SIGKILL);
        clock_sleep_until_ns(clock_now_ns() + NS_PER_MS);
    }
}
