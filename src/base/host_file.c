/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/host_file.h"

#include "base/text.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int join(char path[PATH_MAX], const char *root, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

static int join(char path[PATH_MAX], const char *root, const char *format, va_list arguments)
{
    size_t length = strlen(root);
    if (length >= PATH_MAX)
        return -ENAMETOOLONG;
    memcpy(path, root, length);
    int added = vsnprintf(path + length, PATH_MAX - length, format, arguments);
    return added < 0 || (size_t)added >= PATH_MAX - length ? -ENAMETOOLONG : 0;
}

int64_t host_file_read(const char *root, char *buffer, size_t size, const char *format, ...)
{
    char path[PATH_MAX];
    va_list arguments;
    va_start(arguments, format);
    int result = join(path, root, format, arguments);
    va_end(arguments);
    return result < 0 ? result : text_read_file(path, buffer, size);
}

int host_file_read_int64(const char *root, int64_t *value, const char *format, ...)
{
    char path[PATH_MAX];
    va_list arguments;
    va_start(arguments, format);
    int result = join(path, root, format, arguments);
    va_end(arguments);
    return result < 0 ? result : text_read_int64(path, value);
}

int host_file_read_line(const char *root, char *buffer, size_t size, const char *format, ...)
{
    char path[PATH_MAX];
    va_list arguments;
    va_start(arguments, format);
    int result = join(path, root, format, arguments);
    va_end(arguments);
    int64_t length = result < 0 ? result : text_read_file(path, buffer, size);
    if (length < 0) {
        buffer[0] = '\0';
        return (int)length;
    }
    buffer[strcspn(buffer, "\n")] = '\0';
    return 0;
}

int host_file_read_choice(const char *root, char *buffer, size_t size, const char *path)
{
    int result = host_file_read_line(root, buffer, size, "%s", path);
    const char *chosen = strchr(buffer, '[');
    if (chosen) {
        size_t length = strcspn(chosen + 1, "]");
        memmove(buffer, chosen + 1, length);
        buffer[length] = '\0';
    }
    return result;
}

bool host_file_is_writable(const char *root, const char *path)
{
    char full[PATH_MAX];
    if (snprintf(full, sizeof full, "%s%s", root, path) >= (int)sizeof full)
        return true;
    return access(full, W_OK) == 0 || errno == ENOENT;
}
