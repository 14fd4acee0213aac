/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/process/program.h"

#include "base/channel.h"
#include "base/clock.h"
#include "measure/process/measured.h"

#include <errno.h>
#include <string.h>

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
            return error_set(error, result, "subject still ran after %d s", program->seconds);
        if (result == 0)
            result = program->line(program->data, line, error);
        else
            error_set(error, result, "cannot read what the subject prints: %s", strerror(-result));
        if (result < 0)
            return result;
    }
}

int program_run(const struct program *program, pid_t *pid, struct error *error)
{
    struct measured measured = MEASURED_NONE;
    int result = measured_place(&measured, program->cgroup_home, program->sequence, error);
    if (result == 0)
        result = measured_launch(&measured, program->argv, program->cpus, error);
    *pid = shards_pid(&measured.shards);
    if (result == 0)
        result = read_lines(program, &measured.shards.items[0].channel, error);
    return measured_end(&measured, result, error);
}
