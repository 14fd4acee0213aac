/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/guard.h"

#include "base/interrupt.h"
#include "check/family.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void become_worker(pid_t parent, guard_work *work, void *data)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    /* The parent may have died before the line above. */
    if (getppid() != parent)
        exit(1);
    exit(work(data));
}

int guard_run(guard_work *work, void *data)
{
    int status = 0;
    pid_t parent = getpid();
    int result = family_adopt();
    if (result < 0)
        return result;
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0)
        return -errno;
    if (pid == 0)
        become_worker(parent, work, data);
    /* A signal ends the wait once, and the worker tidies up within bounds. */
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        if (interrupt_signal())
            kill(pid, interrupt_signal());
    family_end();
    return WIFEXITED(status) ? WEXITSTATUS(status) : -ECHILD;
}
