/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/channel.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_STDIN, CHILD_STDOUT, CHILD_STDERR, PIPE_COUNT };

static void close_pipes(int pipes[PIPE_COUNT][2])
{
    for (int i = 0; i < PIPE_COUNT; i++)
        for (int end = 0; end < 2; end++)
            if (pipes[i][end] >= 0)
                close(pipes[i][end]);
}

static _Noreturn void become_child(int pipes[PIPE_COUNT][2], pid_t parent, channel_child *child,
                                   void *argument)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* The parent may have died before the line above. */
    if (getppid() != parent)
        _exit(1);
    interrupt_restore();
    if (dup2(pipes[CHILD_STDIN][0], 0) < 0 || dup2(pipes[CHILD_STDOUT][1], 1) < 0 ||
        dup2(pipes[CHILD_STDERR][1], 2) < 0)
        _exit(1);
    close_pipes(pipes);
    child(argument);
    _exit(1);
}

int channel_start(struct channel *channel, channel_child *child, void *argument,
                  struct error *error)
{
    int pipes[PIPE_COUNT][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
    for (int i = 0; i < PIPE_COUNT; i++)
        if (pipe2(pipes[i], O_CLOEXEC) < 0) {
            int code = -errno;
            close_pipes(pipes);
            return error_set(error, code, "cannot make a pipe: %s", strerror(-code));
        }
    pid_t parent = getpid();
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0) {
        int code = -errno;
        close_pipes(pipes);
        return error_set(error, code, "cannot start a process: %s", strerror(-code));
    }
    if (pid == 0)
        become_child(pipes, parent, child, argument);
    /* Both sides set it, so that it holds whoever runs first. */
    setpgid(pid, pid);
    *channel = (struct channel){
        .pid = pid,
        .input_fd = pipes[CHILD_STDIN][1],
        .output_fd = pipes[CHILD_STDOUT][0],
        .error_fd = pipes[CHILD_STDERR][0],
    };
    fcntl(channel->output_fd, F_SETFL, O_NONBLOCK);
    fcntl(channel->error_fd, F_SETFL, O_NONBLOCK);
    fcntl(channel->input_fd, F_SETFL, O_NONBLOCK);
    pipes[CHILD_STDIN][1] = pipes[CHILD_STDOUT][0] = pipes[CHILD_STDERR][0] = -1;
    close_pipes(pipes);
    return 0;
}

int channel_write(struct channel *channel, const char *line)
{
    char bytes[CHANNEL_LINE_MAX + 1];
    int length = snprintf(bytes, sizeof bytes, "%s\n", line);
    if (length < 0 || length >= (int)sizeof bytes)
        return -EMSGSIZE;
    /* Short enough for PIPE_BUF: written whole or not at all. A child that never reads fills its
     * pipe after thousands of questions; -EAGAIN then says so. */
    ssize_t written = write(channel->input_fd, bytes, (size_t)length);
    return written < 0 ? -errno : 0;
}

/* What a child says may end in a CSV cell, on a terminal or in a page. Answers are ASCII. */
static char printable(char byte)
{
    return byte >= ' ' && byte <= '~' ? byte : '?';
}

static void keep_last_words(struct channel *channel, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        /* Some end their lines as terminals take them. */
        if (bytes[i] == '\n' || bytes[i] == '\r') {
            channel->last_words_ended = true;
            continue;
        }
        if (channel->last_words_ended)
            channel->last_words_length = 0;
        channel->last_words_ended = false;
        if (channel->last_words_length < sizeof channel->last_bytes - 1)
            channel->last_bytes[channel->last_words_length++] = bytes[i] ? bytes[i] : '?';
    }
    channel->last_bytes[channel->last_words_length] = '\0';
    /* A character may come in two reads: all of it is looked at again. */
    utf8_printable(channel->last_words, sizeof channel->last_words, channel->last_bytes);
}

/* Bytes at a time, and pieces: who prints without end keeps nobody from what else is to do. */
#define DRAIN_BYTES  1024
#define DRAIN_PIECES 64

static void drain_stderr(struct channel *channel)
{
    char bytes[DRAIN_BYTES];
    for (int i = 0; channel->error_fd >= 0 && i < DRAIN_PIECES; i++) {
        ssize_t got = read(channel->error_fd, bytes, sizeof bytes);
        if (got == 0) {
            close(channel->error_fd);
            channel->error_fd = -1;
        }
        if (got <= 0)
            return;
        keep_last_words(channel, bytes, (size_t)got);
    }
}

/* Takes a line out of the buffer; false when none is complete. */
static bool take_line(struct channel *channel, char *line)
{
    char *newline = memchr(channel->buffer, '\n', channel->buffered);
    if (!newline)
        return false;
    size_t length = (size_t)(newline - channel->buffer);
    size_t kept = length < CHANNEL_LINE_MAX ? length : CHANNEL_LINE_MAX - 1;
    for (size_t i = 0; i < kept; i++)
        line[i] = printable(channel->buffer[i]);
    line[kept] = '\0';
    channel->buffered -= length + 1;
    memmove(channel->buffer, newline + 1, channel->buffered);
    return true;
}

/* Waits for output of either kind. */
static int wait_for_output(struct channel *channel, int64_t deadline_ns)
{
    struct pollfd fds[2] = {
        {.fd = channel->output_fd, .events = POLLIN},
        {.fd = channel->error_fd, .events = POLLIN},
    };
    int ready = poll(fds, 2, clock_poll_timeout_ms(deadline_ns));
    if (interrupt_signal())
        return -EINTR;
    if (ready < 0)
        return errno == EINTR ? 0 : -errno;
    if (ready == 0)
        return -ETIMEDOUT;
    if (fds[1].revents)
        drain_stderr(channel);
    /* Who has only stderr to say is silent, however much it is. */
    return !fds[0].revents && clock_now_ns() >= deadline_ns ? -ETIMEDOUT : 0;
}

int channel_read(struct channel *channel, char *line, int64_t deadline_ns)
{
    while (!take_line(channel, line)) {
        if (channel->buffered == sizeof channel->buffer)
            return -EMSGSIZE;
        ssize_t got = read(channel->output_fd, channel->buffer + channel->buffered,
                           sizeof channel->buffer - channel->buffered);
        if (got == 0)
            return -EPIPE;
        if (got > 0) {
            channel->buffered += (size_t)got;
            continue;
        }
        if (errno != EAGAIN && errno != EINTR)
            return -errno;
        int result = wait_for_output(channel, deadline_ns);
        if (result < 0)
            return result;
    }
    return 0;
}

static void close_input(struct channel *channel)
{
    if (channel->input_fd > 0)
        close(channel->input_fd);
    channel->input_fd = -1;
}

/* Throws away what a child prints that nobody asked for. */
static void drain_stdout(struct channel *channel)
{
    for (int i = 0; i < DRAIN_PIECES; i++)
        if (read(channel->output_fd, channel->buffer, sizeof channel->buffer) <= 0)
            break;
    channel->buffered = 0;
}

/* One that is another user's, as behind sudo, cannot be killed: it is told by the end of its stdin,
 * and left to itself if it does not listen. */
static void await_end(struct channel *channel)
{
    int64_t deadline_ns = clock_now_ns() + CHANNEL_UNKILLABLE_SECONDS * NS_PER_SECOND;
    close_input(channel);
    while (waitpid(channel->pid, &channel->status, WNOHANG) == 0 && clock_now_ns() < deadline_ns) {
        drain_stdout(channel);
        drain_stderr(channel);
        clock_sleep_until_ns(clock_now_ns() + NS_PER_MS);
    }
}

/* Ends the child, and with it whatever it started in its process group. */
static void reap(struct channel *channel)
{
    kill(-channel->pid, SIGKILL);
    if (kill(channel->pid, SIGKILL) < 0 && errno == EPERM)
        await_end(channel);
    else
        while (waitpid(channel->pid, &channel->status, 0) < 0 && errno == EINTR)
            ;
    channel->pid = -1;
}

bool channel_ended(struct channel *channel)
{
    if (channel->pid < 0)
        return true;
    siginfo_t info = {0};
    /* Left unreaped at first, so that the group's id cannot be another's when it is killed. */
    if (waitid(P_PID, (id_t)channel->pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 ||
        info.si_pid == 0)
        return false;
    drain_stderr(channel);
    reap(channel);
    return true;
}

bool channel_is_stopped(const struct channel *channel)
{
    siginfo_t info = {0};
    return channel->pid > 0 &&
           waitid(P_PID, (id_t)channel->pid, &info, WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == channel->pid;
}

int channel_close(struct channel *channel, int64_t deadline_ns)
{
    close_input(channel);
    while (!channel_ended(channel)) {
        /* What is left then is channel_finish, which waits for nobody's good will. */
        if (interrupt_signal())
            return -EINTR;
        if (clock_now_ns() >= deadline_ns)
            return -ETIMEDOUT;
        drain_stdout(channel);
        drain_stderr(channel);
        clock_sleep_until_ns(clock_now_ns() + NS_PER_MS);
    }
    return 0;
}

void channel_finish(struct channel *channel)
{
    if (channel->pid > 0)
        reap(channel);
    int *fds[] = {&channel->input_fd, &channel->output_fd, &channel->error_fd};
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++) {
        if (*fds[i] > 0)
            close(*fds[i]);
        *fds[i] = -1;
    }
}

void channel_describe_end(const struct channel *channel, char *text, size_t size)
{
    int length;
    if (WIFSIGNALED(channel->status))
        length = snprintf(text, size, "was killed by signal %d (%s)", WTERMSIG(channel->status),
                          strsignal(WTERMSIG(channel->status)));
    else
        length = snprintf(text, size, "exited with status %d", WEXITSTATUS(channel->status));
    if (length > 0 && (size_t)length < size && channel->last_words_length > 0)
        snprintf(text + length, size - (size_t)length, ": %s", channel->last_words);
}
