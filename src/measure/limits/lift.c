/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/limits/lift.h"

#include "base/host_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* PID_MAX_LIMIT of a 64-bit kernel: more tasks there cannot be. Enough for mappings and
 * connections, too. */
#define TASKS_MOST INT64_C(4194304)

static const struct {
    const char *name;
    const char *file;
} settings[] = {
    {"kernel.pid_max", "/proc/sys/kernel/pid_max"},
    {"kernel.threads-max", "/proc/sys/kernel/threads-max"},
    {"vm.max_map_count", "/proc/sys/vm/max_map_count"},
    {"net.netfilter.nf_conntrack_max", "/proc/sys/net/netfilter/nf_conntrack_max"},
};
#define SETTINGS (sizeof settings / sizeof *settings)
_Static_assert(SETTINGS <= LIFT_MAX, "room for each");

/* Returns 0 or -errno. */
static int write_setting(const char *root, const char *file, int64_t value)
{
    char path[PATH_MAX];
    char text[32];
    snprintf(path, sizeof path, "%s%s", root, file);
    int length = snprintf(text, sizeof text, "%" PRId64 "\n", value);
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_TRUNC);
    if (fd < 0)
        return -errno;
    ssize_t written = write(fd, text, (size_t)length);
    int result = written < 0 ? -errno : 0;
    close(fd);
    return result;
}

/* The last one first. */
static void put_back(const struct lift *lift, const char *root)
{
    for (size_t i = lift->count; i-- > 0;) {
        const struct lifted *lifted = &lift->settings[i];
        const char *file = settings[lifted->number].file;
        int64_t value;
        if (host_file_read_int64(root, &value, "%s", file) == 0 && value == lifted->now)
            write_setting(root, file, lifted->before);
    }
}

/* Raises one; the kernel may make less of it than was asked for. */
static int raise_setting(struct lift *lift, const char *root, size_t number, struct error *error)
{
    struct lifted lifted = {.number = number};
    const char *file = settings[number].file;
    int result = host_file_read_int64(root, &lifted.before, "%s", file);
    if (result < 0 || lifted.before >= TASKS_MOST)
        return 0;
    result = write_setting(root, file, TASKS_MOST);
    bool denied = result == -EACCES || result == -EPERM || result == -EROFS;
    if (result < 0)
        return error_set(
            error, result, "--lift-limits: cannot raise %s: %s%s", settings[number].name,
            strerror(-result),
            denied ? "; it takes root, outside of a container (`waitbench doctor` has the commands)"
                   : "");
    result = host_file_read_int64(root, &lifted.now, "%s", file);
    if (result == 0)
        lift->settings[lift->count++] = lifted;
    return 0;
}

/* What the keeper tells once all is raised, or nothing. */
struct told {
    int result;
    struct lift lift;
    struct error error;
};

/* Out of reach of what is sent to the runner's group, and in nobody's way: whoever waits for the
 * run's output to end must not wait for this process. */
static void leave_group(void)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    setsid();
    prctl(PR_SET_NAME, "waitbench-keep");
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
        dup2(null, fd);
}

/* Raises, tells, and puts back when the other end of `go` is gone: closed, or with its process. Who
 * raises is who puts back, so that there is no moment at which nobody would. */
static void keep(const char *root, int go, int tell)
{
    struct told told = {0};
    char byte;
    leave_group();
    for (size_t i = 0; told.result == 0 && i < SETTINGS; i++)
        told.result = raise_setting(&told.lift, root, i, &told.error);
    bool heard = write(tell, &told, sizeof told) == sizeof told;
    while (heard && told.result == 0 && read(go, &byte, 1) < 0 && errno == EINTR)
        continue;
    put_back(&told.lift, root);
    _exit(0);
}

static int hear(struct lift *lift, int tell, struct error *error)
{
    struct told told;
    ssize_t got;
    do
        got = read(tell, &told, sizeof told);
    while (got < 0 && errno == EINTR);
    if (got != sizeof told)
        return error_set(error, -EPIPE, "--lift-limits: the process that raises them died");
    if (told.result < 0)
        return error_set(error, told.result, "%s", told.error.text);
    memcpy(lift->settings, told.lift.settings, sizeof lift->settings);
    lift->count = told.lift.count;
    return 0;
}

int lift_limits(struct lift *lift, const char *root, struct error *error)
{
    int go[2];
    int tell[2];
    if (pipe2(go, O_CLOEXEC) < 0)
        return error_set(error, -errno, "cannot make a pipe: %s", strerror(errno));
    int result = pipe2(tell, O_CLOEXEC) < 0 ? -errno : 0;
    pid_t pid = result == 0 ? fork() : -1;
    if (pid == 0) {
        close(go[1]);
        close(tell[0]);
        keep(root, go[0], tell[1]);
    }
    if (result == 0 && pid < 0)
        result = -errno;
    close(go[0]);
    if (result < 0) {
        close(go[1]);
        return error_set(error, result, "cannot start a process: %s", strerror(-result));
    }
    close(tell[1]);
    *lift = (struct lift){.keeper_fd = go[1], .keeper_pid = pid};
    result = hear(lift, tell[0], error);
    close(tell[0]);
    if (result < 0)
        lift_finish(lift);
    return result;
}

const char *lift_name(const struct lifted *lifted)
{
    return settings[lifted->number].name;
}

void lift_finish(struct lift *lift)
{
    if (lift->keeper_pid > 0) {
        close(lift->keeper_fd);
        waitpid(lift->keeper_pid, NULL, 0);
    }
    *lift = (struct lift){0};
}
