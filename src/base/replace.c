/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int write_whole(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -errno;
        bytes += written;
        length -= (size_t)written;
    }
    return 0;
}

/* Of a file that is there already. */
static int keep_mode(int fd, const char *path)
{
    struct stat status;
    if (stat(path, &status) < 0)
        return 0;
    return fchmod(fd, status.st_mode & 0777) < 0 ? -errno : 0;
}

static int write_beside(const char *part, const char *path, const char *bytes, size_t length)
{
    /* What lies there was left by another process of the same number, which was killed. */
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return -errno;
    int result = write_whole(fd, bytes, length);
    if (result == 0)
        result = keep_mode(fd, path);
    if (close(fd) < 0 && result == 0)
        result = -errno;
    return result;
}

int file_replace(const char *path, const char *bytes, size_t length, struct error *error)
{
    char part[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    if (snprintf(part, sizeof part, "%.*s.%s.%ld.part", (int)(name - path), path, name,
                 (long)getpid()) >= (int)sizeof part)
        return error_set(error, -ENAMETOOLONG, "the path %.100s... is too long", path);
    int result = write_beside(part, path, bytes, length);
    if (result == 0 && rename(part, path) < 0)
        result = -errno;
    if (result < 0) {
        unlink(part);
        return error_set(error, result, "cannot write %s: %s", path, strerror(-result));
    }
    return 0;
}

int replacement_begin(struct replacement *replacement, struct error *error)
{
    *replacement = (struct replacement){.bytes = NULL};
    replacement->out = open_memstream(&replacement->bytes, &replacement->length);
    return replacement->out ? 0 : error_set(error, -ENOMEM, "out of memory");
}

int replacement_end(struct replacement *replacement, const char *path, int result,
                    struct error *error)
{
    bool failed = ferror(replacement->out) != 0;
    failed |= fclose(replacement->out) != 0;
    if (result == 0 && failed)
        result = error_set(error, -ENOMEM, "cannot write %s: out of memory", path);
    if (result == 0)
        result = file_replace(path, replacement->bytes, replacement->length, error);
    free(replacement->bytes);
    return result;
}
