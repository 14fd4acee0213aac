/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/gnuplot.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIMEOUT_NS (60 * NS_PER_SECOND)

struct child {
    pid_t pid;
    int messages; /* its stderr */
    char said[4096];
    size_t said_length;
};

static int spawn(struct child *child, char *const *arguments, int write_end)
{
    posix_spawn_file_actions_t actions;
    int result = posix_spawn_file_actions_init(&actions);
    if (result != 0)
        return -result;
    result = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (result == 0)
        result =
            posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (result == 0)
        result = posix_spawn_file_actions_adddup2(&actions, write_end, STDERR_FILENO);
    if (result == 0)
        result = posix_spawnp(&child->pid, arguments[0], &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return -result;
}

static int start(struct child *child, char *const *arguments)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    int result = spawn(child, arguments, ends[1]);
    close(ends[1]);
    child->messages = ends[0];
    if (result < 0)
        close(ends[0]);
    return result;
}

/* Keeps what it says until it closes its stderr. Returns 0, -errno, or -ETIMEDOUT. */
static int listen_until_end(struct child *child, int64_t deadline_ns)
{
    for (;;) {
        struct pollfd messages = {.fd = child->messages, .events = POLLIN};
        int timeout_ms = clock_poll_timeout_ms(deadline_ns);
        int ready = poll(&messages, 1, timeout_ms);
        if (ready < 0 && errno != EINTR)
            return -errno;
        if (ready == 0 && timeout_ms == 0)
            return -ETIMEDOUT;
        if (ready <= 0)
            continue;
        char bytes[1024];
        ssize_t got = read(child->messages, bytes, sizeof bytes);
        if (got < 0)
            return -errno;
        if (got == 0)
            return 0;
        size_t room = sizeof child->said - 1 - child->said_length;
        size_t kept = (size_t)got < room ? (size_t)got : room;
        memcpy(child->said + child->said_length, bytes, kept);
        child->said_length += kept;
    }
}

/* Its last line that is not blank: gnuplot prints the script's line and a caret before it. */
static const char *last_line(char *text)
{
    const char *last = "it gave no reason";
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        if (line[strspn(line, " \t\r")] != '\0')
            last = line + strspn(line, " \t\r");
    return last;
}

/* Returns its wait status. */
static int reap(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

int gnuplot_run(const char *script, const char *run_dir, const char *out, struct error *error)
{
    /* -d leaves out the user's own settings, which would change the chart. */
    char *arguments[] = {
        (char[]){"gnuplot"}, (char[]){"-d"}, (char[]){"-c"}, (char *)script,
        (char *)run_dir,     (char *)out,    NULL,
    };
    struct child child = {0};
    int result = start(&child, arguments);
    if (result == -ENOENT)
        return error_set(error, result, "gnuplot is not installed: apt-get install gnuplot-nox");
    if (result < 0)
        return error_set(error, result, "cannot start gnuplot: %s", strerror(-result));
    result = listen_until_end(&child, clock_now_ns() + TIMEOUT_NS);
    close(child.messages);
    if (result < 0)
        kill(child.pid, SIGKILL);
    int status = reap(child.pid);
    if (result == -ETIMEDOUT)
        return error_set(error, result, "gnuplot took over a minute for %s", script);
    if (result < 0)
        return error_set(error, result, "cannot read from gnuplot: %s", strerror(-result));
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return error_set(error, -EIO, "gnuplot failed: %.600s", last_line(child.said));
    return 0;
}
