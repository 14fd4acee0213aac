/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres/end.h"

#include "base/clock.h"
#include "base/text.h"
#include "store/postgres/pid_file.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/wait.h>

/* PostgreSQL gives its own processes 5 seconds before it kills them. */
#define IMMEDIATE_SECONDS 6
#define KILLED_SECONDS    5

/* Whether the process is a server for that folder, by its command line, which anybody may read. A
 * pid in a file may be another's by now, and who has ended has no command line left. */
static bool works_in(pid_t pid, const char *folder)
{
    char path[64];
    char line[4096];
    snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
    int64_t length = text_read_file(path, line, sizeof line);
    return length > 0 && memmem(line, (size_t)length, folder, strlen(folder)) != NULL;
}

/* One that is not our child cannot be waited for; once it has ended, it works nowhere. */
static bool is_gone(pid_t pid, const char *folder, bool is_child)
{
    return is_child ? waitpid(pid, NULL, WNOHANG) != 0 : !works_in(pid, folder);
}

static bool goes(pid_t pid, const char *folder, bool is_child, int seconds)
{
    int64_t deadline_ns = clock_now_ns() + seconds * NS_PER_SECOND;
    while (!is_gone(pid, folder, is_child)) {
        if (clock_now_ns() > deadline_ns)
            return false;
        clock_sleep_until_ns(clock_now_ns() + NS_PER_MS);
    }
    return true;
}

/* SIGQUIT is PostgreSQL's "immediate shutdown": it ends its processes, takes back what it has of
 * the system, and saves nothing. */
static void end_postmaster(pid_t pid, const char *folder, bool is_child)
{
    kill(pid, SIGQUIT);
    /* Stopped, it would not hear of it. */
    kill(pid, SIGCONT);
    if (goes(pid, folder, is_child, IMMEDIATE_SECONDS))
        return;
    kill(pid, SIGKILL);
    goes(pid, folder, is_child, KILLED_SECONDS);
}

/* One that was killed has left its System V segment, a few bytes by which PostgreSQL finds out
 * whether anybody still uses its data. */
static void remove_memory(const struct postgres_pid_file *file)
{
    struct shmid_ds segment;
    if (file->memory_id >= 0 && shmctl(file->memory_id, IPC_STAT, &segment) == 0 &&
        (unsigned long)segment.shm_perm.__key == file->memory_key)
        shmctl(file->memory_id, IPC_RMID, NULL);
}

void postgres_end(const char *folder, pid_t pid)
{
    struct postgres_pid_file file;
    if (pid > 0)
        end_postmaster(pid, folder, true);
    /* Somebody may have started it anew, as a test does that restarts the database. */
    if (postgres_pid_file_read(folder, &file) == 0 && file.pid != pid && works_in(file.pid, folder))
        end_postmaster(file.pid, folder, false);
    if (postgres_pid_file_read(folder, &file) == 0)
        remove_memory(&file);
}
