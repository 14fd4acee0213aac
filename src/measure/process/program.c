/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/process/program.h"

#include "base/channel.h"
#include "base/clock.h"
#include "measure/process/launch.h"

#include <errno.h>
#include <string.h>

/* From the end of its output to its own. */
#define EXIT_SECONDS 5

static int read_lines(const struct program *program, struct channel *channel, struct error *error)
{
    char line[CHANNEL_LINE_MAX];
    int64_t deadline_ns = clock_now_ns() + program->seconds * NS_PER_SECOND;
    for (;;) {
        int result = channel_read(channel, line, deadline_ns);
        if (result == -EPIPE)
            return 0;
        if (result == -EINTR)
            return error_set(error, result, "interrupted");
        if (result == -ETIMEDOUT)
            return error_set(error, result, "program did not end within %d s", program->seconds);
        if (result == 0)
            result = program->line(program->data, line, error);
        else
            error_set(error, result, "cannot read what the program prints: %s", strerror(-result));
        if (result < 0)
            return result;
    }
}

static int run_in(const struct program *program, const struct cgroup *cgroup, pid_t *pid,
                  struct error *error)
{
    char end[512];
    struct channel channel;
    int result = launch_start(&channel, program->argv, cgroup, program->cpus, error);
    if (result < 0)
        return result;
    *pid = channel.pid;
    result = read_lines(program, &channel, error);
    if (result == 0)
        result = channel_close(&channel, clock_now_ns() + EXIT_SECONDS * NS_PER_SECOND);
    if (result == -ETIMEDOUT && error->text[0] == '\0')
        error_set(error, result, "program closed its output and did not end");
    channel_finish(&channel);
    if (result == 0 && channel.status != 0) {
        channel_describe_end(&channel, end, sizeof end);
        result = error_set(error, -EPROTO, "program %s", end);
    }
    return result;
}

int program_run(const struct program *program, pid_t *pid, struct error *error)
{
    struct cgroup cgroup;
    if (program->cgroup_home->version == CGROUP_NONE)
        return run_in(program, NULL, pid, error);
    int result = cgroup_init(&cgroup, program->cgroup_home, program->sequence, error);
    if (result < 0)
        return result;
    result = run_in(program, &cgroup, pid, error);
    int finished = cgroup_finish(&cgroup, result < 0 ? NULL : error);
    return result < 0 ? result : finished;
}
