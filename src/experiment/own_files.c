/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/own_files.h"

#include "experiment/load_idle.h"
#include "measure/limits/limits.h"

/* A dozen is open in any run, and both ends of a pipe while a process starts. */
#define FILES_OF_RUN INT64_C(32)

/* What is said, what is answered, and last words. */
#define FILES_OF_PROCESS 3

static int check(int64_t files, struct error *error)
{
    const struct limits_options bare = {0};
    struct limits limits;
    limits_read(&limits, "", &bare);
    return limits_check_program(&limits, "this run", files, 0, error);
}

int own_files_check_clients(size_t clients, struct error *error)
{
    return check(FILES_OF_RUN + FILES_OF_PROCESS * (int64_t)clients, error);
}

/* Processes that keep connections which say nothing: of memory all are such. */
static int64_t idle_processes(const struct trial *trial)
{
    int64_t idle =
        load_idle_is_apart(trial) ? trial->load.connections - trial->load.active : trial->waiters;
    return (int64_t)idle_clients_processes(idle, (size_t)arm_shards(&trial->arm));
}

/* What it takes beside clients on other hosts, which have its connections in place of the run. */
static int64_t files_of(const struct trial *trial, bool has_clients)
{
    int64_t processes = arm_shards(&trial->arm) + idle_processes(trial);
    int64_t connections = load_idle_is_apart(trial) ? trial->load.active : trial->load.connections;
    return FILES_OF_PROCESS * processes + (has_clients ? 0 : connections);
}

int own_files_check(const struct run *run, const struct job *jobs, size_t count,
                    struct error *error)
{
    const int64_t clients = (int64_t)run->clients.count;
    int64_t most = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t t = 0; t < jobs[i].trials.count; t++) {
            int64_t files = files_of(&jobs[i].trials.trials[t], clients > 0);
            most = files > most ? files : most;
        }
    return check(FILES_OF_RUN + FILES_OF_PROCESS * clients + most, error);
}
