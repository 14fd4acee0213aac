/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/machine/section.h"

#include "base/host_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

json_t *section_text(const char *text)
{
    json_t *string = json_string(text);
    if (string)
        return string;
    char *ascii = strdup(text);
    if (!ascii)
        return NULL;
    for (char *at = ascii; *at; at++)
        if ((unsigned char)*at >= 0x80)
            *at = '?';
    string = json_string(ascii);
    free(ascii);
    return string;
}

void section_put_text(struct section *section, const char *key, const char *text)
{
    json_object_set_new(section->object, key, section_text(text));
}

void section_put_int64(struct section *section, const char *key, int64_t value)
{
    json_object_set_new(section->object, key, json_integer(value));
}

void section_put_not_seen(struct section *section, const char *key, const char *reason)
{
    json_object_set_new(section->object, key, json_null());
    char field[128];
    snprintf(field, sizeof field, "%s%s%s", section->name, section->name[0] ? "." : "", key);
    json_t *entry = json_object();
    json_object_set_new(entry, "field", section_text(field));
    json_object_set_new(entry, "reason", section_text(reason));
    json_array_append_new(section->not_seen, entry);
}

static void put_unreadable(struct section *section, const char *key, const char *file, int result)
{
    char reason[512];
    snprintf(reason, sizeof reason, "%s: %s", file, strerror(-result));
    section_put_not_seen(section, key, reason);
}

void section_read_text(struct section *section, const char *key, const char *file)
{
    char line[4096];
    int result = host_file_read_line(section->root, line, sizeof line, "%s", file);
    if (result < 0)
        put_unreadable(section, key, file, result);
    else
        section_put_text(section, key, line);
}

void section_read_int64(struct section *section, const char *key, const char *file)
{
    int64_t value;
    int result = host_file_read_int64(section->root, &value, "%s", file);
    if (result < 0)
        put_unreadable(section, key, file, result);
    else
        section_put_int64(section, key, value);
}

void section_read_choice(struct section *section, const char *key, const char *file)
{
    char choice[256];
    int result = host_file_read_choice(section->root, choice, sizeof choice, file);
    if (result < 0)
        put_unreadable(section, key, file, result);
    else
        section_put_text(section, key, choice);
}

/* Reads line by line, because with many CPUs the file is hundreds of kilobytes. */
int section_find_cpuinfo(const char *root, const char *key, char *value, size_t size)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/proc/cpuinfo", root) >= (int)sizeof path)
        return -ENAMETOOLONG;
    FILE *cpuinfo = fopen(path, "re");
    if (!cpuinfo)
        return -errno;
    char *line = NULL;
    size_t line_size = 0;
    int result = -ENOENT;
    while (result != 0 && getline(&line, &line_size, cpuinfo) >= 0) {
        char *rest = line;
        const char *name = strsep(&rest, ":");
        if (!rest || strncmp(name, key, strlen(key)) != 0)
            continue;
        if (name[strlen(key) + strspn(name + strlen(key), " \t")] != '\0')
            continue;
        rest += strspn(rest, " ");
        rest[strcspn(rest, "\n")] = '\0';
        snprintf(value, size, "%s", rest);
        result = 0;
    }
    free(line);
    fclose(cpuinfo);
    return result;
}
