/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/sockets.h"

#include "base/text.h"
#include "measure/process/proc_tree.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PROCESSES_MAX 64

/* The C library of Debian 11 has neither. */
static int pidfd_of(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

static int copy_of(int pidfd, int fd)
{
    return (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
}

static bool is_option_set(int fd, int level, int option)
{
    int value = 0;
    socklen_t length = sizeof value;
    return getsockopt(fd, level, option, &value, &length) == 0 && value != 0;
}

/* Of a listener the kernel tells its queue's bound where others have segments. */
static void see_listener(int fd, const char *address, struct sockets *sockets)
{
    struct tcp_info info = {0};
    socklen_t length = sizeof info;
    snprintf(sockets->address, sizeof sockets->address, "%s", address);
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 &&
        (int)info.tcpi_sacked > sockets->backlog)
        sockets->backlog = (int)info.tcpi_sacked;
}

/* The port it is bound to, and its address in `text`; 0 for what is not a socket of TCP/IP. */
static int bound_to(int fd, char text[INET6_ADDRSTRLEN])
{
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &length) < 0)
        return 0;
    const struct sockaddr_in *in = (const struct sockaddr_in *)&address;
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&address;
    if (address.ss_family == AF_INET && inet_ntop(AF_INET, &in->sin_addr, text, INET6_ADDRSTRLEN))
        return ntohs(in->sin_port);
    if (address.ss_family == AF_INET6 &&
        inet_ntop(AF_INET6, &in6->sin6_addr, text, INET6_ADDRSTRLEN))
        return ntohs(in6->sin6_port);
    return 0;
}

static void see(int fd, int port, struct sockets *sockets)
{
    char address[INET6_ADDRSTRLEN];
    if (bound_to(fd, address) != port)
        return;
    if (is_option_set(fd, SOL_SOCKET, SO_ACCEPTCONN)) {
        see_listener(fd, address, sockets);
        return;
    }
    sockets->accepted++;
    sockets->nagling += !is_option_set(fd, IPPROTO_TCP, TCP_NODELAY);
}

static bool is_socket(pid_t pid, const char *fd)
{
    char path[64];
    char target[64];
    snprintf(path, sizeof path, "/proc/%d/fd/%.16s", (int)pid, fd);
    ssize_t length = readlink(path, target, sizeof target);
    return length > 7 && memcmp(target, "socket:", 7) == 0;
}

/* Returns 0, or -errno where we may not; descriptors that are closed meanwhile do not count. */
static int look_at_all(pid_t pid, int pidfd, DIR *folder, int port, struct sockets *sockets)
{
    for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        int64_t fd;
        if (text_parse_int64(entry->d_name, 0, INT_MAX, &fd) < 0 || !is_socket(pid, entry->d_name))
            continue;
        int copy = copy_of(pidfd, (int)fd);
        if (copy < 0 && errno != EBADF)
            return -errno;
        if (copy < 0)
            continue;
        see(copy, port, sockets);
        close(copy);
    }
    return 0;
}

static int look_at_process(pid_t pid, int port, struct sockets *sockets)
{
    char path[64];
    int pidfd = pidfd_of(pid);
    if (pidfd < 0)
        return -errno;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *folder = opendir(path);
    int result = folder ? look_at_all(pid, pidfd, folder, port, sockets) : -errno;
    if (folder)
        closedir(folder);
    close(pidfd);
    return result;
}

int sockets_look(pid_t pid, int port, struct sockets *sockets)
{
    pid_t pids[PROCESSES_MAX];
    struct sockets seen = {.backlog = -1};
    int count = proc_tree_list("", pid, pids, PROCESSES_MAX);
    int result = count < 0 ? count : 0;
    for (int i = 0; result == 0 && i < count && i < PROCESSES_MAX; i++) {
        result = look_at_process(pids[i], port, &seen);
        /* It has ended meanwhile. */
        if (i > 0 && (result == -ESRCH || result == -ENOENT))
            result = 0;
    }
    if (result == 0)
        *sockets = seen;
    return result;
}
