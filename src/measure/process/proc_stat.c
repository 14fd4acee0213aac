/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/process/proc_stat.h"

#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

int proc_stat_read(const char *root, pid_t pid, struct proc_stat *stat)
{
    char path[PATH_MAX];
    char text[1024];
    snprintf(path, sizeof path, "%s/proc/%d/stat", root, (int)pid);
    int64_t length = text_read_file(path, text, sizeof text);
    if (length < 0)
        return (int)length;

    /* The name in parentheses may itself hold spaces and parentheses: count from the last one. */
    const char *fields = strrchr(text, ')');
    struct proc_stat read;
    int64_t user;
    int64_t system;
    if (!fields || sscanf(fields,
                          ") %c %d %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %" SCNd64 " %" SCNd64
                          " %*s %*s %*s %*s %" SCNd64,
                          &read.state, &read.parent, &user, &system, &read.start_ticks) != 5)
        return -EBADMSG;
    read.children_ticks = user + system;
    *stat = read;
    return 0;
}
