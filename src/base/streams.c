/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* open() takes the lowest number that is free: `fd` itself, since those below it are open. */
int streams_ensure(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0)
            return -errno;
    return 0;
}
