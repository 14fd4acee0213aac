/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/whole_file.h"

#include "base/alloc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define ROOM_BYTES 65536

/* A file's size is not believed: it may grow meanwhile. */
static int read_all(FILE *file, size_t limit, char **bytes, size_t *length)
{
    size_t room = ROOM_BYTES;
    *bytes = alloc_array(room + 1, 1);
    *length = 0;
    for (;;) {
        size_t count = fread(*bytes + *length, 1, room - *length, file);
        *length += count;
        if (ferror(file))
            return errno > 0 ? -errno : -EIO;
        if (*length > limit)
            return -EFBIG;
        if (count == 0)
            break;
        if (*length == room) {
            room *= 2;
            *bytes = alloc_checked(realloc(*bytes, room + 1));
        }
    }
    (*bytes)[*length] = '\0';
    return 0;
}

int whole_file_read(const char *path, size_t limit, char **bytes, size_t *length)
{
    char *read = NULL;
    size_t count = 0;
    FILE *file = fopen(path, "re");
    if (!file)
        return -errno;
    int result = read_all(file, limit, &read, &count);
    fclose(file);
    if (result < 0) {
        free(read);
        return result;
    }
    *bytes = read;
    *length = count;
    return 0;
}
