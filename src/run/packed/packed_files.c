/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/packed/packed_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct packed_name packed_names[PACKED_FILES_MAX] = {
    {"machine.json", false}, {"plan.cfg", false},
    {"memory.csv", false},   {"throughput.csv", false},
    {"latency.csv", false},  {"latency-spectrum.csv", false},
    {"flow.csv", false},     {"memory-per-waiter.csv", true},
    {"summary.csv", true},   {"claims.csv", true},
    {"aa.csv", true},
};

const char *packed_name_find(const char *name, size_t length)
{
    for (size_t i = 0; i < PACKED_FILES_MAX; i++)
        if (strlen(packed_names[i].name) == length &&
            memcmp(packed_names[i].name, name, length) == 0)
            return packed_names[i].name;
    return NULL;
}

const struct packed_file *packed_files_find(const struct packed_files *files, const char *name)
{
    for (size_t i = 0; i < files->count; i++)
        if (strcmp(files->files[i].name, name) == 0)
            return &files->files[i];
    return NULL;
}

int packed_too_large(const char *source, const char *name, struct error *error)
{
    return error_set(error, -EFBIG, "%s: %s is over %zu MiB when it is unpacked: this is not a run",
                     source, name ? name : "it",
                     (name ? PACKED_FILE_BYTES_MAX : PACKED_BYTES_MAX) >> 20);
}

int packed_files_add(struct packed_files *files, const char *known, char *bytes, size_t length,
                     const char *source, struct error *error)
{
    int result = 0;
    if (packed_files_find(files, known))
        result = error_set(error, -EBADMSG, "%s: %s is in it twice; give one run", source, known);
    else if (length > PACKED_FILE_BYTES_MAX)
        result = packed_too_large(source, known, error);
    else if (length > PACKED_BYTES_MAX - files->bytes)
        result = packed_too_large(source, NULL, error);
    if (result < 0) {
        free(bytes);
        return result;
    }
    files->files[files->count++] = (struct packed_file){known, bytes, length};
    files->bytes += length;
    return 0;
}

void packed_files_finish(struct packed_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->files[i].bytes);
    *files = (struct packed_files){.count = 0};
}
