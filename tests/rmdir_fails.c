/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Put before the C library with LD_PRELOAD: the cgroup of a trial is removed, so that nothing is
 * left behind, and the runner is told that it could not be. The one that a run only tries whether
 * it can make (number 0) goes as always. */
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int rmdir(const char *path)
{
    if (syscall(SYS_rmdir, path) < 0)
        return -1;
    const char *name = strrchr(path, '/');
    const char *number = strrchr(path, '-');
    if (!name || !number || strncmp(name, "/waitbench-", 11) != 0 || strcmp(number, "-0") == 0)
        return 0;
    errno = EPERM;
    return -1;
}
