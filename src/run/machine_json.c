/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/machine_json.h"

#include "run/measurement_version.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_BYTES_MAX (INT64_C(16) << 20)

static int check_file(const char *path, struct error *error)
{
    struct stat status;
    if (stat(path, &status) < 0)
        return error_set(error, -errno, "cannot read %s: %s", path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return error_set(error, -EBADMSG, "%s is not a file", path);
    if (status.st_size > FILE_BYTES_MAX)
        return error_set(error, -EFBIG, "%s is over 16 MiB: this is not a machine.json", path);
    return 0;
}

/* Takes over the reference of `read`, which is NULL where jansson found a `problem`. */
static int accept(json_t **json, json_t *read, const json_error_t *problem, const char *name,
                  struct error *error)
{
    int result = 0;
    if (!read)
        return error_set(error, -EBADMSG, "%s:%d: %s", name, problem->line, problem->text);
    if (!json_is_object(read))
        result = error_set(error, -EBADMSG, "%s:1: not a JSON object", name);
    else if (!machine_find_text(read, "hostname"))
        result = error_set(error, -EBADMSG, "%s:1: no host name: this is not a machine.json", name);
    if (result < 0) {
        json_decref(read);
        return result;
    }
    *json = read;
    return 0;
}

int machine_read(json_t **json, const char *path, struct error *error)
{
    json_error_t problem;
    int result = check_file(path, error);
    if (result < 0)
        return result;
    return accept(json, json_load_file(path, JSON_REJECT_DUPLICATES, &problem), &problem, path,
                  error);
}

int machine_parse(json_t **json, const char *text, size_t length, const char *name,
                  struct error *error)
{
    json_error_t problem;
    return accept(json, json_loadb(text, length, JSON_REJECT_DUPLICATES, &problem), &problem, name,
                  error);
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

int64_t machine_measurement_version(const json_t *json)
{
    const json_t *version = machine_find(json, "measurement_version");
    return json_is_integer(version) ? json_integer_value(version) : MEASUREMENT_VERSION_FIRST;
}
