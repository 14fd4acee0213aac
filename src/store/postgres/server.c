/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres/server.h"

#include "base/clock.h"
#include "store/keeper.h"
#include "store/postgres/end.h"
#include "store/postgres/launch.h"
#include "store/postgres/log.h"
#include "store/postgres/pid_file.h"
#include "store/postgres/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* How often it is looked whether a child has ended or the server is ready. */
#define LOOK_MS 2
/* Of the server's start, which takes a tenth of a second. */
#define READY_SECONDS 60

struct server {
    const struct postgres_server_plan *plan;
    int fd; /* to the maker */
    struct temporary_folder folder;
    int log_fd;
    pid_t pid; /* of the postmaster; 0: not started */
};

static int fail(const struct server *server, int code, const char *what, struct error *error)
{
    char line[512];
    postgres_log_last(server->log_fd, line, sizeof line);
    return error_set(error, code, "cannot make a PostgreSQL in %s with the programs of %s: %s%s%s",
                     server->folder.path, server->plan->programs, what, line[0] ? ": " : "", line);
}

static int make_folder(struct server *server, struct error *error)
{
    char path[TEMPORARY_FOLDER_SIZE + 8];
    const struct postgres_user *user = &server->plan->user;
    int result = temporary_folder_make(&server->folder, error);
    if (result < 0)
        return result;
    snprintf(path, sizeof path, "%s/log", server->folder.path);
    server->log_fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
    if (server->log_fd < 0)
        return error_set(error, -errno, "cannot make %s: %s", path, strerror(errno));
    /* Last, since from then on it is another's who may put anything there. */
    if (user->is_other && chown(server->folder.path, user->uid, user->gid) < 0)
        return error_set(error, -errno, "cannot give %s to %s: %s", server->folder.path, user->name,
                         strerror(errno));
    return 0;
}

/* Starts a program with its output in the log. */
static int start(struct server *server, const struct postgres_words *command, int end_signal,
                 pid_t *pid, struct error *error)
{
    struct postgres_launch launch = {
        .command = command,
        .user = &server->plan->user,
        .folder = server->folder.path,
        .output_fd = server->log_fd,
        .end_signal = end_signal,
    };
    *pid = postgres_launch(&launch);
    return *pid < 0 ? error_set(error, *pid, "cannot start a process: %s", strerror(-*pid)) : 0;
}

/* Whether it has ended by now. */
static bool has_ended(pid_t pid, int *status)
{
    return waitpid(pid, status, WNOHANG) == pid;
}

static void initdb_command(const struct server *server, struct postgres_words *command)
{
    /* Small segments of the log: less to write, and to remove. */
    static const char *const options[] = {
        "--encoding=UTF8", "--no-locale",       "--no-sync",          "--no-clean",
        "--wal-segsize=1", "--no-instructions", "--auth-local=trust", "--auth-host=reject",
    };
    postgres_words_add(command, "%s/initdb", server->plan->programs);
    postgres_words_add(command, "--pgdata=%s/data", server->folder.path);
    postgres_words_add(command, "--username=%s", POSTGRES_SERVER_ROLE);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        postgres_words_add(command, "%s", options[i]);
}

static int run_initdb(struct server *server, struct error *error)
{
    struct postgres_words command = {.count = 0};
    int status;
    pid_t pid;
    initdb_command(server, &command);
    int result = start(server, &command, SIGKILL, &pid, error);
    if (result < 0)
        return result;
    while (!has_ended(pid, &status))
        if (keeper_is_released(server->fd, LOOK_MS))
            return error_set(error, -ECANCELED, "nobody waits for it any more");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return fail(server, -EIO, "initdb failed", error);
    return 0;
}

static int start_postmaster(struct server *server, struct error *error)
{
    struct postgres_words command = {.count = 0};
    postgres_words_add(&command, "%s/postgres", server->plan->programs);
    postgres_settings_add(&command, server->folder.path, server->plan->rows,
                          server->plan->connections);
    /* Its own ending of all its processes, should we be killed. */
    return start(server, &command, SIGQUIT, &server->pid, error);
}

static int wait_until_ready(struct server *server, struct error *error)
{
    int64_t deadline_ns = clock_now_ns() + READY_SECONDS * NS_PER_SECOND;
    int status;
    while (!postgres_pid_file_is_ready(server->folder.path)) {
        if (has_ended(server->pid, &status)) {
            server->pid = 0;
            return fail(server, -EIO, "its server ended", error);
        }
        if (clock_now_ns() > deadline_ns)
            return fail(server, -ETIMEDOUT, "its server takes no connections", error);
        if (keeper_is_released(server->fd, LOOK_MS))
            return error_set(error, -ECANCELED, "nobody waits for it any more");
    }
    return 0;
}

static int make(struct server *server, struct error *error)
{
    const struct postgres_server_plan *plan = server->plan;
    int result = plan->place ? plan->place(plan->place_argument) : 0;
    if (result < 0)
        return error_set(error, result, "cannot put PostgreSQL in its place: %s",
                         strerror(-result));
    result = make_folder(server, error);
    if (result == 0)
        result = run_initdb(server, error);
    if (result == 0)
        result = start_postmaster(server, error);
    if (result == 0)
        result = wait_until_ready(server, error);
    return result;
}

static int tidy_up(struct server *server)
{
    if (server->folder.lock_fd < 0)
        return 0;
    postgres_end(server->folder.path, server->pid);
    /* An initdb in mid-work, and what was left of a server that was killed. */
    keeper_end_children();
    return temporary_folder_finish(&server->folder);
}

int postgres_server_keep(int fd, void *plan)
{
    struct server server = {.plan = plan, .fd = fd, .folder = {.lock_fd = -1}, .log_fd = -1};
    struct postgres_server_report report = {0};
    report.code = make(&server, &report.error);
    report.pid = server.pid;
    memcpy(report.folder, server.folder.path, sizeof report.folder);
    if (report.code == 0) {
        keeper_tell(fd, &report, sizeof report);
        keeper_is_released(fd, -1);
        return tidy_up(&server) == 0 ? 0 : 1;
    }
    /* The other way round, lest who is told of a failure still finds something. */
    int result = tidy_up(&server);
    keeper_tell(fd, &report, sizeof report);
    return result == 0 ? 0 : 1;
}
