/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/gnuplot.h"

#include "base/channel.h"
#include "base/clock.h"
#include "base/interrupt.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* How often it is asked whether somebody wants to leave: a person takes this for at once. */
#define LOOK_NS (50 * NS_PER_MS)

/* What the child says, and the parent knows it by, when there is no such program. A status alone
 * would not do: a script by the name of gnuplot may end with any. */
static const char not_installed[] = "gnuplot is not installed: apt-get install gnuplot-nox";

static void become_gnuplot(void *argument)
{
    char *const *arguments = argument;
    execvp(arguments[0], arguments);
    if (errno == ENOENT)
        fputs(not_installed, stderr);
    else
        fprintf(stderr, "it cannot be started: %s", strerror(errno));
    fflush(stderr);
}

/* Until it has ended. Whoever else has its end of a pipe is not waited for. */
static int wait_for_end(struct channel *channel, int64_t deadline_ns)
{
    for (;;) {
        int64_t look_ns = clock_now_ns() + LOOK_NS;
        if (channel_close(channel, look_ns < deadline_ns ? look_ns : deadline_ns) == 0)
            return 0;
        if (interrupt_signal())
            return -EINTR;
        if (clock_now_ns() >= deadline_ns)
            return -ETIMEDOUT;
    }
}

static int judge_end(const struct channel *channel, struct error *error)
{
    if (WIFEXITED(channel->status) && WEXITSTATUS(channel->status) == 0)
        return 0;
    if (strcmp(channel->last_words, not_installed) == 0)
        return error_set(error, -ENOENT, "%s", not_installed);
    if (WIFEXITED(channel->status) && channel->last_words_length > 0)
        return error_set(error, -EIO, "gnuplot failed: %s", channel->last_words);
    char end[512];
    channel_describe_end(channel, end, sizeof end);
    return error_set(error, -EIO, "gnuplot failed: it %s", end);
}

int gnuplot_run(const char *script, const char *run_dir, const char *out, int64_t deadline_ns,
                struct error *error)
{
    /* -d leaves out the user's own settings, which would change the chart. */
    char *arguments[] = {
        (char[]){"gnuplot"}, (char[]){"-d"}, (char[]){"-c"}, (char *)script,
        (char *)run_dir,     (char *)out,    NULL,
    };
    struct channel channel = {.pid = -1};
    int64_t begin_ns = clock_now_ns();
    int result = channel_start(&channel, become_gnuplot, arguments, error);
    if (result < 0)
        return result;
    result = wait_for_end(&channel, deadline_ns);
    if (result == 0)
        result = judge_end(&channel, error);
    else if (result == -EINTR)
        error_set(error, result, "interrupted");
    else
        error_set(error, result, "gnuplot took over %.0f s for %s",
                  (double)(clock_now_ns() - begin_ns) / NS_PER_SECOND, script);
    channel_finish(&channel);
    return result;
}
