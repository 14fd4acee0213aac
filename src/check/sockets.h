/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a program has set up its sockets: the kernel hands us copies of them (pidfd_getfd), so that
 * options are read and not guessed from delays. */
#ifndef WAITBENCH_CHECK_SOCKETS_H
#define WAITBENCH_CHECK_SOCKETS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/types.h>

struct sockets {
    char address[INET6_ADDRSTRLEN]; /* it listens on; "" where that was not seen */
    int backlog;                    /* of its longest queue, as the kernel granted it */
    int accepted;                   /* connections seen */
    int nagling;                    /* of those, without TCP_NODELAY */
};

/* Looks at the sockets of that port that the process and those below it have. Returns 0, or -errno
 * where the kernel does not allow it (or is older than 5.6). */
int sockets_look(pid_t pid, int port, struct sockets *sockets);

#endif
