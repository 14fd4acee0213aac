/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres/log.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define END_BYTES 4096

/* What follows an error are hints, and that the server is shut down now. */
static bool is_error(const char *line)
{
    return strstr(line, "FATAL: ") || strstr(line, "PANIC: ") || strstr(line, "ERROR: ") ||
           strstr(line, "error: ");
}

void postgres_log_last(int fd, char *line, size_t size)
{
    char end[END_BYTES + 1];
    off_t length = lseek(fd, 0, SEEK_END);
    off_t start = length > END_BYTES ? length - END_BYTES : 0;
    ssize_t got = length > 0 ? pread(fd, end, END_BYTES, start) : 0;
    bool found_error = false;
    char *rest = end;
    line[0] = '\0';
    end[got > 0 ? got : 0] = '\0';
    for (char *next; (next = strsep(&rest, "\n"));) {
        if (!*next || (found_error && !is_error(next)))
            continue;
        found_error = is_error(next);
        snprintf(line, size, "%s", next);
    }
}
