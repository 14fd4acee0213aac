/* SPDX-License-Identifier: GPL-3.0-or-later */
/* postmaster.pid, which a PostgreSQL keeps in its data as long as it runs. */
#ifndef WAITBENCH_STORE_POSTGRES_PID_FILE_H
#define WAITBENCH_STORE_POSTGRES_PID_FILE_H

#include <stdbool.h>
#include <sys/types.h>

struct postgres_pid_file {
    pid_t pid;
    unsigned long memory_key; /* of its System V segment */
    int memory_id;            /* -1: it has not said so yet */
    bool is_ready;            /* it takes connections */
};

/* Reads `folder`/data/postmaster.pid. Returns 0, or -errno: -ENOENT when no server is there or the
 * last one ended in an orderly way. */
int postgres_pid_file_read(const char *folder, struct postgres_pid_file *file);

bool postgres_pid_file_is_ready(const char *folder);

#endif
