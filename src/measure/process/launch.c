/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/process/launch.h"

#include "base/own_stack.h"
#include "measure/placement/placement.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct launch {
    char *const *argv;
    const struct cgroup *cgroup;
    hwloc_const_bitmap_t cpus;
    char **environment;
};

bool launch_drops(const char *entry)
{
    static const char *const prefixes[] = {"MALLOC_", "GLIBC_TUNABLES=", "UV_", "LD_PRELOAD="};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(entry, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

/* Borrows the strings of `environ`; the array is the caller's to free. NULL when out of memory. */
static char **kept_environment(void)
{
    size_t count = 0;
    while (environ[count])
        count++;
    char **kept = calloc(count + 1, sizeof *kept);
    size_t next = 0;
    for (size_t i = 0; kept && i < count; i++)
        if (!launch_drops(environ[i]))
            kept[next++] = environ[i];
    return kept;
}

/* Where memory runs out the kernel ends the likeliest first, which in a small cgroup is the runner,
 * and with it the whole run. A measured program that is ended is a failed row. Anybody may make
 * themselves likelier; where it cannot be written (no /proc) nothing changes. */
static void go_first_when_memory_is_out(void)
{
    static const char likeliest[] = "1000";
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return;
    (void)!write(file, likeliest, sizeof likeliest - 1);
    close(file);
}

static void launch_child(void *argument)
{
    struct launch *launch = argument;
    go_first_when_memory_is_out();
    int result = launch->cgroup ? cgroup_enter(launch->cgroup) : 0;
    if (result < 0)
        dprintf(2, "cannot enter the trial's cgroup: %s\n", strerror(-result));
    else if (launch->cpus && (result = placement_bind(launch->cpus)) < 0)
        dprintf(2, "cannot bind to the server's CPUs: %s\n", strerror(-result));
    else {
        own_stack_give_back();
        execvpe(launch->argv[0], launch->argv, launch->environment);
    }
    if (result == 0)
        dprintf(2, "cannot run %s: %s\n", launch->argv[0], strerror(errno));
    _exit(127);
}

int launch_start(struct channel *channel, char *const *argv, const struct cgroup *cgroup,
                 hwloc_const_bitmap_t cpus, struct error *error)
{
    struct launch launch = {argv, cgroup, cpus, kept_environment()};
    if (!launch.environment)
        return error_set(error, -ENOMEM, "out of memory");
    int result = channel_start(channel, launch_child, &launch, error);
    free(launch.environment);
    return result;
}
