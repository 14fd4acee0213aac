/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/keeper.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The number that the keeper's end of the socket has there. */
#define KEEPER_FD 3

/* Leaves nothing of the maker's open: a reader of the maker's output would wait for us, too. */
static int keep_only(int fd)
{
    int null = open("/dev/null", O_RDWR);
    if (null < 0)
        return -errno;
    for (int i = 0; i <= 2; i++)
        if (dup2(null, i) < 0)
            return -errno;
    if (fd != KEEPER_FD && dup2(fd, KEEPER_FD) < 0)
        return -errno;
    if (fcntl(KEEPER_FD, F_SETFD, FD_CLOEXEC) < 0 || close_range(KEEPER_FD + 1, ~0U, 0) < 0)
        return -errno;
    return 0;
}

static _Noreturn void become_keeper(int fd, keeper_main *main, void *argument)
{
    static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    sigset_t none;
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    umask(077);
    if (setsid() < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0 || keep_only(fd) < 0)
        _exit(1);
    prctl(PR_SET_NAME, KEEPER_NAME);
    _exit(main(KEEPER_FD, argument));
}

int keeper_start(struct keeper *keeper, keeper_main *main, void *argument, struct error *error)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return error_set(error, -errno, "cannot make a socket: %s", strerror(errno));
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0) {
        int code = -errno;
        close(ends[0]);
        close(ends[1]);
        return error_set(error, code, "cannot start a process: %s", strerror(-code));
    }
    if (pid == 0) {
        close(ends[0]);
        become_keeper(ends[1], main, argument);
    }
    close(ends[1]);
    *keeper = (struct keeper){.pid = pid, .fd = ends[0]};
    return 0;
}

int keeper_stop(struct keeper *keeper)
{
    if (keeper->pid <= 0)
        return 0;
    int64_t deadline_ns = clock_now_ns() + KEEPER_TIDY_SECONDS * NS_PER_SECOND;
    int status = 0;
    pid_t ended;
    close(keeper->fd);
    while ((ended = waitpid(keeper->pid, &status, WNOHANG)) == 0 && clock_now_ns() < deadline_ns)
        clock_sleep_until_ns(clock_now_ns() + NS_PER_MS);
    *keeper = (struct keeper){.pid = 0, .fd = -1};
    if (ended == 0)
        return -ETIMEDOUT;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -ECHILD;
}

int keeper_hear(struct keeper *keeper, void *report, size_t size, struct error *error)
{
    char *next = report;
    while (size > 0) {
        ssize_t got = recv(keeper->fd, next, size, 0);
        if (got < 0 && errno == EINTR && interrupt_signal())
            return error_set(error, -EINTR, "interrupted");
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return error_set(error, -EPIPE,
                             "the process that was to tidy up (" KEEPER_NAME ") ended too early");
        next += got;
        size -= (size_t)got;
    }
    return 0;
}

void keeper_tell(int fd, const void *report, size_t size)
{
    /* A maker that is gone shows in keeper_is_released. */
    ssize_t sent = send(fd, report, size, MSG_NOSIGNAL);
    (void)sent;
}

bool keeper_is_released(int fd, int timeout_ms)
{
    struct pollfd end = {.fd = fd, .events = POLLIN};
    int ready;
    /* Nothing is ever sent this way: readable means closed. */
    while ((ready = poll(&end, 1, timeout_ms)) < 0 && errno == EINTR)
        ;
    return ready != 0;
}

/* The parent of a process, or -1. */
static pid_t parent_of(const char *pid)
{
    char path[64];
    char text[1024];
    int parent;
    snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
    if (text_read_file(path, text, sizeof text) < 0)
        return -1;
    /* PID (NAME) STATE PARENT ...; a name may have brackets of its own. */
    const char *name_end = strrchr(text, ')');
    return name_end && sscanf(name_end, ") %*c %d", &parent) == 1 ? parent : -1;
}

static void kill_children(void)
{
    DIR *directory = opendir("/proc");
    if (!directory)
        return;
    for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory))
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
            parent_of(entry->d_name) == getpid())
            kill(atoi(entry->d_name), SIGKILL);
    closedir(directory);
}

void keeper_end_children(void)
{
    /* Children of who is killed become ours, and so there may be more the next time. */
    for (;;) {
        pid_t ended = waitpid(-1, NULL, WNOHANG);
        if (ended < 0 && errno == ECHILD)
            return;
        if (ended != 0)
            continue;
        kill_children();
        clock_sleep_until_ns(clock_now_ns() + NS_PER_MS);
    }
}
