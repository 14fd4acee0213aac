/* SPDX-License-Identifier: GPL-3.0-or-later */
/* machine.json on disk. */
#include "measure/machine.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_BYTES_MAX (INT64_C(16) << 20)

int machine_write(const struct machine *machine, const char *path, struct error *error)
{
    char part[PATH_MAX];
    if (snprintf(part, sizeof part, "%s.part", path) >= (int)sizeof part)
        return error_set(error, -ENAMETOOLONG, "the path %.100s... is too long", path);
    if (json_dump_file(machine_json(machine), part, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) < 0)
        return error_set(error, -EIO, "cannot write %s: %s", part,
                         errno ? strerror(errno) : "out of memory");
    if (rename(part, path) < 0) {
        int result = -errno;
        unlink(part);
        return error_set(error, result, "cannot write %s: %s", path, strerror(-result));
    }
    return 0;
}

static int check_file(const char *path, struct error *error)
{
    struct stat status;
    if (stat(path, &status) < 0)
        return error_set(error, -errno, "cannot read %s: %s", path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return error_set(error, -EBADMSG, "%s is not a file", path);
    if (status.st_size > FILE_BYTES_MAX)
        return error_set(error, -EFBIG, "%s is over 16 MiB: this is no machine.json", path);
    return 0;
}

int machine_read(json_t **json, const char *path, struct error *error)
{
    int result = check_file(path, error);
    if (result < 0)
        return result;
    json_error_t problem;
    json_t *read = json_load_file(path, JSON_REJECT_DUPLICATES, &problem);
    if (!read)
        return error_set(error, -EBADMSG, "%s:%d: %s", path, problem.line, problem.text);
    if (!json_is_object(read))
        result = error_set(error, -EBADMSG, "%s:1: not a JSON object", path);
    else if (!machine_find_text(read, "hostname"))
        result = error_set(error, -EBADMSG, "%s:1: no host name: this is no machine.json", path);
    if (result < 0) {
        json_decref(read);
        return result;
    }
    *json = read;
    return 0;
}

const json_t *machine_find(const json_t *json, const char *path)
{
    char key[128];
    while (json) {
        size_t length = strcspn(path, ".");
        if (length >= sizeof key)
            return NULL;
        memcpy(key, path, length);
        key[length] = '\0';
        json = json_object_get(json, key);
        if (path[length] == '\0')
            return json_is_null(json) ? NULL : json;
        path += length + 1;
    }
    return NULL;
}

const char *machine_find_text(const json_t *json, const char *path)
{
    return json_string_value(machine_find(json, path));
}
