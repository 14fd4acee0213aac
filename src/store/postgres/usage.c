/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a cluster has used of processors: its part of store/postgres_cluster.h that needs no libpq.
 */
#include "base/clock.h"
#include "base/text.h"
#include "store/postgres_cluster.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Of a process that has one thread, as all of PostgreSQL's have: to the nanosecond, where ticks
 * would be off by two for each process. */
static int own_cpu_ns(int pid, int64_t *cpu_ns)
{
    char path[64];
    char text[128];
    snprintf(path, sizeof path, "/proc/%d/schedstat", pid);
    int64_t length = text_read_file(path, text, sizeof text);
    if (length < 0)
        return (int)length;
    return sscanf(text, "%" SCNd64, cpu_ns) == 1 ? 0 : -EBADMSG;
}

/* Of the children that it has waited for. */
static int ended_cpu_ns(int pid, int64_t *cpu_ns)
{
    char path[64];
    char text[1024];
    char state;
    int64_t user;
    int64_t system;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    int64_t length = text_read_file(path, text, sizeof text);
    if (length < 0)
        return (int)length;
    /* Fields 3, 16 and 17 of proc(5); the 2nd, its name, may have anything in it. */
    const char *name_end = strrchr(text, ')');
    if (!name_end ||
        sscanf(name_end,
               ") %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %" SCNd64 " %" SCNd64, &state,
               &user, &system) != 3)
        return -EBADMSG;
    /* It has ended, and nobody has asked for its exit status yet. */
    if (state == 'Z' || state == 'X')
        return -ESRCH;
    *cpu_ns = (user + system) * (NS_PER_SECOND / sysconf(_SC_CLK_TCK));
    return 0;
}

/* Of its children that live. One that ends in between is counted by neither, this once. */
static int living_cpu_ns(int pid, int64_t *cpu_ns)
{
    char path[64];
    int child;
    int64_t sum = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
    FILE *children = fopen(path, "re");
    if (!children)
        return -errno;
    while (fscanf(children, "%d", &child) == 1) {
        int64_t used;
        if (own_cpu_ns(child, &used) == 0)
            sum += used;
    }
    fclose(children);
    *cpu_ns = sum;
    return 0;
}

int postgres_cluster_cpu_ns(const struct postgres_cluster *cluster, int64_t *cpu_ns)
{
    int64_t own = 0;
    int64_t ended = 0;
    int64_t living = 0;
    int result = own_cpu_ns(cluster->pid, &own);
    if (result == 0)
        result = ended_cpu_ns(cluster->pid, &ended);
    if (result == 0)
        result = living_cpu_ns(cluster->pid, &living);
    if (result < 0)
        return result == -ENOENT ? -ESRCH : result;
    *cpu_ns = own + ended + living;
    return 0;
}
