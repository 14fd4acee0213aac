/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres/launch.h"

#include "base/interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Returns what could not be done, or NULL. */
static const char *prepare(const struct postgres_launch *launch, pid_t keeper)
{
    interrupt_restore();
    if (dup2(launch->output_fd, 1) < 0 || dup2(launch->output_fd, 2) < 0)
        return "write to the log";
    int result = postgres_user_become(launch->user);
    if (result < 0) {
        errno = -result;
        return "become that user, and PostgreSQL refuses to run as root (run this as an ordinary "
               "user)";
    }
    /* After the change of user, which takes it back. */
    if (prctl(PR_SET_PDEATHSIG, launch->end_signal) < 0 || getppid() != keeper)
        return "be told of the keeper's end";
    /* A sleep ends up to 50 us late otherwise, and what sleeps is --store-delay-us. */
    prctl(PR_SET_TIMERSLACK, 1UL);
    if (chdir(launch->folder) < 0)
        return "enter its folder (set TMPDIR to one that it can reach)";
    return NULL;
}

static _Noreturn void become_program(const struct postgres_launch *launch, pid_t keeper)
{
    struct postgres_words environment = {.count = 0};
    char *const *command = launch->command->words;
    const char *failed = prepare(launch, keeper);
    postgres_words_add(&environment, "PATH=/usr/bin:/bin");
    postgres_words_add(&environment, "LC_ALL=C");
    /* Without it initdb would look through all time zones for the one we are in. */
    postgres_words_add(&environment, "TZ=UTC");
    if (!failed) {
        execve(command[0], command, environment.words);
        failed = "be run";
    }
    dprintf(launch->output_fd, "%s, as %s, cannot %s: %s\n", command[0], launch->user->name, failed,
            strerror(errno));
    _exit(127);
}

pid_t postgres_launch(const struct postgres_launch *launch)
{
    pid_t keeper = getpid();
    pid_t pid = fork();
    if (pid < 0)
        return -errno;
    if (pid == 0)
        become_program(launch, keeper);
    return pid;
}
