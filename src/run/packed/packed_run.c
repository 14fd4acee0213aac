/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/packed/packed_run.h"

#include "base/replace.h"
#include "base/whole_file.h"
#include "run/packed/gzip.h"
#include "run/packed/packed_archive.h"
#include "run/packed/packed_page.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool packed_run_is(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && (S_ISREG(status.st_mode) || S_ISFIFO(status.st_mode));
}

static int parse_plain(struct packed_files *files, const char *bytes, size_t length,
                       const char *source, struct error *error)
{
    if (packed_archive_is(bytes, length))
        return packed_archive_read(files, bytes, length, source, error);
    if (packed_page_is(bytes, length))
        return packed_page_read(files, bytes, length, source, error);
    return error_set(error, -ENODATA,
                     "%s is no run: it is not a folder, nor a .tar.gz of one, nor a report.html",
                     source);
}

static int unpack(struct packed_files *files, const char *bytes, size_t length, const char *source,
                  struct error *error)
{
    char *plain = NULL;
    size_t plain_length = 0;
    if (!gzip_is(bytes, length))
        return parse_plain(files, bytes, length, source, error);
    int result = gzip_unpack(bytes, length, PACKED_BYTES_MAX, &plain, &plain_length);
    if (result == -EFBIG)
        return packed_too_large(source, NULL, error);
    if (result < 0)
        return error_set(error, result,
                         "%s is cut short or damaged: it is no whole gzip; have it "
                         "sent again",
                         source);
    result = parse_plain(files, plain, plain_length, source, error);
    free(plain);
    return result;
}

/* A plan, or what was derived of trials that are not there, is none. */
static bool has_run(const struct packed_files *files)
{
    for (size_t i = 0; i < PACKED_FILES_MAX; i++)
        if (!packed_names[i].is_derived && strcmp(packed_names[i].name, "plan.cfg") != 0 &&
            packed_files_find(files, packed_names[i].name))
            return true;
    return false;
}

int packed_run_parse(struct packed_files *files, const char *bytes, size_t length,
                     const char *source, struct error *error)
{
    *files = (struct packed_files){.count = 0};
    int result = unpack(files, bytes, length, source, error);
    if (result == 0 && !has_run(files))
        result =
            error_set(error, -ENODATA,
                      "%s holds no run: it has neither machine.json nor a file of trials", source);
    if (result < 0)
        packed_files_finish(files);
    return result;
}

int packed_run_read(struct packed_files *files, const char *path, struct error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    int result = whole_file_read(path, PACKED_BYTES_MAX, &bytes, &length);
    if (result == -EFBIG)
        return error_set(error, result, "%s is over %zu MiB: this is not a run", path,
                         PACKED_BYTES_MAX >> 20);
    if (result < 0)
        return error_set(error, result, "cannot read %s: %s", path, strerror(-result));
    result = packed_run_parse(files, bytes, length, path, error);
    free(bytes);
    return result;
}

static int file_path(char *path, const char *folder, const char *name, struct error *error)
{
    if (snprintf(path, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX)
        return error_set(error, -ENAMETOOLONG, "%.300s...: the path is too long", folder);
    return 0;
}

int packed_run_write(const struct packed_files *files, const char *folder, struct error *error)
{
    char path[PATH_MAX];
    size_t written = 0;
    int result = 0;
    while (result == 0 && written < files->count) {
        const struct packed_file *file = &files->files[written];
        result = file_path(path, folder, file->name, error);
        if (result == 0)
            result = file_replace(path, file->bytes, file->length, error);
        written += result == 0;
    }
    while (result < 0 && written-- > 0)
        if (file_path(path, folder, files->files[written].name, NULL) == 0)
            unlink(path);
    return result;
}
