/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres/pid_file.h"

#include "base/text.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* Its lines, by what PostgreSQL calls them (miscadmin.h). */
enum { LINE_PID = 1, LINE_SHMEM_KEY = 7, LINE_STATUS = 8 };

int postgres_pid_file_read(const char *folder, struct postgres_pid_file *file)
{
    struct postgres_pid_file read = {.pid = -1, .memory_id = -1};
    char path[PATH_MAX];
    char text[2048];
    char *rest = text;
    int number = 0;
    snprintf(path, sizeof path, "%s/data/postmaster.pid", folder);
    int64_t length = text_read_file(path, text, sizeof text);
    if (length < 0)
        return (int)length;
    for (char *line; (line = strsep(&rest, "\n"));) {
        number++;
        if (number == LINE_PID)
            sscanf(line, "%d", &read.pid);
        else if (number == LINE_SHMEM_KEY)
            sscanf(line, "%lu %d", &read.memory_key, &read.memory_id);
        else if (number == LINE_STATUS)
            read.is_ready = strncmp(line, "ready", strlen("ready")) == 0;
    }
    if (read.pid <= 0)
        return -EBADMSG;
    *file = read;
    return 0;
}

bool postgres_pid_file_is_ready(const char *folder)
{
    struct postgres_pid_file file;
    return postgres_pid_file_read(folder, &file) == 0 && file.is_ready;
}
