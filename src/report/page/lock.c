/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/page/lock.h"

#include "base/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

/* The folder itself is locked, so that no file is left for the lock; the kernel gives it back
 * however the process ends. */
int report_lock(const char *run_dir)
{
    int lock = open(run_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        return lock;
    fprintf(stderr, "waitbench: waiting for another report on %s\n", run_dir);
    while (flock(lock, LOCK_EX) < 0 && errno == EINTR && !interrupt_signal())
        continue;
    return lock;
}

void report_unlock(int lock)
{
    if (lock >= 0)
        close(lock);
}
