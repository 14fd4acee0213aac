/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What /proc/PID/stat says of a process, as far as we need it. */
#ifndef WAITBENCH_MEASURE_PROCESS_PROC_STAT_H
#define WAITBENCH_MEASURE_PROCESS_PROC_STAT_H

#include <stdint.h>
#include <sys/types.h>

struct proc_stat {
    char state; /* 'R', 'S', ... as in proc(5); 'Z' has ended and waits to be reaped */
    pid_t parent;
    int64_t children_ticks; /* CPU time of children that it has reaped */
    int64_t start_ticks;    /* since boot; with the pid it names a process for good */
};

/* Reads `root`/proc/PID/stat; `root` is "" for this machine. Returns 0 or -errno: -ENOENT or -ESRCH
 * when there is no such process, -EBADMSG when the text is not what the kernel writes. */
int proc_stat_read(const char *root, pid_t pid, struct proc_stat *stat);

#endif
