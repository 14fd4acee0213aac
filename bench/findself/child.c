/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "child.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

static int spawn(pid_t *pid, int input, int output, const char *const arguments[])
{
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0)
        return -error;
    error = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    if (error == 0) /* it changes no argument; its type is older than const */
        error =
            posix_spawn(pid, "/proc/self/exe", &actions, NULL, (char *const *)arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return -error;
}

int child_start(struct child *child, const char *const arguments[])
{
    int input[2], output[2];
    if (pipe2(input, O_CLOEXEC) != 0)
        return -errno;
    if (pipe2(output, O_CLOEXEC) != 0) {
        int error = -errno;
        close(input[0]);
        close(input[1]);
        return error;
    }
    pid_t pid;
    int result = spawn(&pid, input[0], output[1], arguments);
    close(input[0]);
    close(output[1]);
    if (result != 0) {
        close(input[1]);
        close(output[0]);
        return result;
    }
    *child = (struct child){.pid = pid, .input = input[1], .output = output[0]};
    return 0;
}

/* Lines are few and short, so byte by byte will do. Returns 1, 0 at the end, or -errno. */
static int read_byte(int fd, char *byte, int64_t deadline_ns)
{
    struct pollfd polled = {.fd = fd, .events = POLLIN};
    int ready;
    do
        ready = poll(&polled, 1, clock_poll_timeout_ms(deadline_ns));
    while (ready < 0 && errno == EINTR);
    if (ready == 0)
        return -ETIMEDOUT;
    ssize_t length = ready > 0 ? read(fd, byte, 1) : -1;
    return length < 0 ? -errno : (int)length;
}

int child_read_line(struct child *child, char *line, size_t size, int64_t deadline_ns)
{
    for (size_t length = 0; length < size; length++) {
        int result = read_byte(child->output, &line[length], deadline_ns);
        if (result <= 0)
            return result == 0 ? -ENODATA : result;
        if (line[length] == '\n') {
            line[length] = '\0';
            return 0;
        }
    }
    return -EMSGSIZE;
}

int child_end(struct child *child, int64_t deadline_ns)
{
    char byte;
    int status;
    int more = 1;
    if (child->pid == 0)
        return 0;
    close(child->input);
    /* Its end closes its standard output. */
    while (more == 1)
        more = read_byte(child->output, &byte, deadline_ns);
    if (more != 0)
        kill(child->pid, SIGKILL);
    close(child->output);
    pid_t ended = waitpid(child->pid, &status, 0);
    *child = (struct child){0};
    return more == 0 && ended > 0 && status == 0 ? 0 : -EPROTO;
}
