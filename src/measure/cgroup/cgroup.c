/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/cgroup/cgroup.h"

#include "base/clock.h"
#include "measure/cgroup/file.h"
#include "measure/cgroup/remove.h"
#include "measure/process/proc_stat.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static FILE *open_procs(const char *directory)
{
    char path[CGROUP_PATH_SIZE + 16];
    snprintf(path, sizeof path, "%s/cgroup.procs", directory);
    return fopen(path, "re");
}

/* The next pid, or 0 at the end. A process of another pid namespace reads as 0: it is left out,
 * not least because kill(0) would hit ourselves. */
static pid_t next_pid(FILE *procs)
{
    int pid;
    while (fscanf(procs, "%d", &pid) == 1) {
        if (pid > 0)
            return pid;
    }
    return 0;
}

static void kill_members(const char *directory)
{
    FILE *procs = open_procs(directory);
    if (!procs)
        return;
    for (pid_t pid = next_pid(procs); pid != 0; pid = next_pid(procs))
        kill(pid, SIGKILL);
    fclose(procs);
}

int cgroup_remove(const char *directory, struct error *error)
{
    const int64_t deadline_ns = clock_now_ns() + 5 * NS_PER_SECOND;
    int64_t pause_ns = NS_PER_MS;
    /* A member may have forked between the listing and the kill, and a killed one leaves only when
     * the kernel has torn it down: so list, kill and try again until rmdir finds it empty. */
    while (rmdir(directory) < 0) {
        if (errno == ENOENT)
            return 0;
        if (errno != EBUSY || clock_now_ns() > deadline_ns)
            return error_set(error, -errno, "cannot remove the cgroup %s: %s", directory,
                             strerror(errno));
        kill_members(directory);
        clock_sleep_until_ns(clock_now_ns() + pause_ns);
        if (pause_ns < 50 * NS_PER_MS)
            pause_ns *= 2;
    }
    return 0;
}

int cgroup_init(struct cgroup *cgroup, const struct cgroup_home *home, unsigned sequence,
                struct error *error)
{
    struct proc_stat self;
    int result = proc_stat_read("", getpid(), &self);
    if (result < 0)
        return error_set(error, result, "cannot read /proc/self/stat: %s", strerror(-result));

    struct cgroup made = {.version = home->version};
    int length = snprintf(made.directory, sizeof made.directory,
                          "%s/" CGROUP_NAME_PREFIX "%d-%" PRId64 "-%u", home->directory,
                          (int)getpid(), self.start_ticks, sequence);
    if (length >= (int)sizeof made.directory)
        return error_set(error, -ENAMETOOLONG, "%s: path too long", home->directory);
    if (mkdir(made.directory, 0755) < 0)
        return error_set(error, -errno, "cannot make the cgroup %s: %s", made.directory,
                         strerror(errno));
    char procs[CGROUP_PATH_SIZE + 16];
    snprintf(procs, sizeof procs, "%s/cgroup.procs", made.directory);
    made.procs_fd = open(procs, O_WRONLY | O_CLOEXEC);
    if (made.procs_fd < 0) {
        result = error_set(error, -errno, "cannot open %s: %s", procs, strerror(errno));
        rmdir(made.directory);
        return result;
    }
    /* v1 counts the socket buffers of a cgroup only once its limit for them has been written ("no
     * limit" does), and newer kernels charge accepted sockets only once that was done somewhere. v2
     * counts both always. Where it fails the bill lacks them: no reason to refuse the trial. */
    if (made.version == CGROUP_V1)
        cgroup_file_write(made.directory, "memory.kmem.tcp.limit_in_bytes", "-1");
    *cgroup = made;
    return 0;
}

int cgroup_enter(const struct cgroup *cgroup)
{
    /* 0 stands for the writer itself. */
    return write(cgroup->procs_fd, "0", 1) < 0 ? -errno : 0;
}

int cgroup_add(const struct cgroup *cgroup, pid_t pid)
{
    return dprintf(cgroup->procs_fd, "%d", (int)pid) < 0 ? -errno : 0;
}

int cgroup_pids(const struct cgroup *cgroup, pid_t *pids, size_t capacity)
{
    FILE *procs = open_procs(cgroup->directory);
    if (!procs)
        return -errno;
    size_t count = 0;
    for (pid_t pid = next_pid(procs); pid != 0; pid = next_pid(procs)) {
        if (count < capacity)
            pids[count] = pid;
        count++;
    }
    int result = ferror(procs) ? -EIO : (int)count;
    fclose(procs);
    return result;
}

int cgroup_finish(struct cgroup *cgroup, struct error *error)
{
    close(cgroup->procs_fd);
    cgroup->procs_fd = -1;
    return cgroup_remove(cgroup->directory, error);
}
