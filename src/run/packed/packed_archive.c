/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/packed/packed_archive.h"

#include "base/alloc.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Where POSIX has the word that makes it a tar archive; GNU's has the same there. */
#define MAGIC_OFFSET 257

#define READ_BYTES 65536

struct reading {
    struct archive *archive;
    struct packed_files *files;
    const char *source;
    struct error *error;
    char folder[PATH_MAX]; /* of the files that were taken, with its slash; of none, all NUL */
    bool has_folder;
};

bool packed_archive_is(const char *bytes, size_t length)
{
    return length >= 512 && memcmp(bytes + MAGIC_OFFSET, "ustar", 5) == 0;
}

static int damaged(const struct reading *reading)
{
    const char *why = archive_error_string(reading->archive);
    return error_set(reading->error, -EBADMSG,
                     "%s: as an archive it is damaged (%s); pack it again", reading->source,
                     why ? why : "for no reason that is told");
}

/* A name from the archive, and never a place of ours: nothing is written under it. One that leads
 * out of the folder is refused all the same, since no run has it. */
static int check_path(const struct reading *reading, const char *path)
{
    if (!path || strlen(path) >= PATH_MAX)
        return error_set(reading->error, -EBADMSG, "%s: a name in it cannot be read",
                         reading->source);
    bool leads_out = *path == '/';
    for (const char *part = path; *part && !leads_out; part += strspn(part, "/")) {
        size_t length = strcspn(part, "/");
        leads_out = length == 2 && memcmp(part, "..", 2) == 0;
        part += length;
    }
    if (!leads_out)
        return 0;
    return error_set(reading->error, -EBADMSG,
                     "%s: the name %s in it leads out of the folder; pack the run's folder again",
                     reading->source, path);
}

static int check_kind(const struct reading *reading, struct archive_entry *entry, const char *path)
{
    bool is_link = archive_entry_hardlink(entry) || archive_entry_symlink(entry);
    if (!is_link &&
        (archive_entry_filetype(entry) == AE_IFREG || archive_entry_filetype(entry) == AE_IFDIR))
        return 0;
    return error_set(
        reading->error, -EBADMSG,
        "%s: %s in it is %s, which no run has; pack it again with the files themselves",
        reading->source, path, is_link ? "a link" : "not a file");
}

/* charts/ has files of the same names, which are no trials. */
static bool is_of_charts(const char *path, const char *name)
{
    static const char charts[] = "charts/";
    size_t length = (size_t)(name - path);
    if (length < sizeof charts - 1 || memcmp(name - sizeof charts + 1, charts, sizeof charts - 1))
        return false;
    return length == sizeof charts - 1 || *(name - sizeof charts) == '/';
}

/* All files are of one folder. */
static int check_folder(struct reading *reading, const char *path, const char *name)
{
    size_t length = (size_t)(name - path);
    if (!reading->has_folder)
        memcpy(reading->folder, path, length);
    reading->has_folder = true;
    if (strlen(reading->folder) == length && memcmp(reading->folder, path, length) == 0)
        return 0;
    return error_set(reading->error, -ENODATA,
                     "%s holds several runs, in %.200s and in %.*s; pack one run's folder",
                     reading->source, *reading->folder ? reading->folder : "./",
                     length > 0 ? (int)(length < 200 ? length : 200) : 2, length > 0 ? path : "./");
}

/* What is at hand, for the caller to free. A hole in a file counts as the zeros that it stands for.
 */
static int read_bytes(const struct reading *reading, const char *name, char **bytes, size_t *length)
{
    size_t room = 0;
    *bytes = NULL;
    *length = 0;
    for (;;) {
        if (room - *length < READ_BYTES) {
            room = 2 * room + READ_BYTES;
            *bytes = alloc_checked(realloc(*bytes, room + 1));
        }
        la_ssize_t count = archive_read_data(reading->archive, *bytes + *length, READ_BYTES);
        if (count <= 0) {
            (*bytes)[*length] = '\0';
            return count < 0 ? damaged(reading) : 0;
        }
        *length += (size_t)count;
        if (*length > PACKED_FILE_BYTES_MAX)
            return packed_too_large(reading->source, name, reading->error);
    }
}

static int take_file(struct reading *reading, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *known = packed_name_find(name, strlen(name));
    char *bytes = NULL;
    size_t length = 0;
    if (!known || is_of_charts(path, name))
        return 0;
    int result = check_folder(reading, path, name);
    if (result == 0)
        result = read_bytes(reading, known, &bytes, &length);
    if (result < 0) {
        free(bytes);
        return result;
    }
    return packed_files_add(reading->files, known, bytes, length, reading->source, reading->error);
}

static int read_entry(struct reading *reading, struct archive_entry *entry)
{
    const char *path = archive_entry_pathname(entry);
    /* Not every name can be said in the locale at hand. */
    if (!path)
        path = archive_entry_pathname_utf8(entry);
    int result = check_path(reading, path);
    if (result == 0)
        result = check_kind(reading, entry, path);
    if (result < 0 || archive_entry_filetype(entry) == AE_IFDIR)
        return result;
    while (strncmp(path, "./", 2) == 0)
        path += 2;
    return take_file(reading, path);
}

static int read_entries(struct reading *reading)
{
    struct archive_entry *entry;
    int result = 0;
    while (result == 0) {
        int header = archive_read_next_header(reading->archive, &entry);
        if (header == ARCHIVE_EOF)
            break;
        /* A warning is about a name's letters, an owner, a time: nothing that a run has. */
        result = header == ARCHIVE_OK || header == ARCHIVE_WARN ? read_entry(reading, entry)
                                                                : damaged(reading);
    }
    return result;
}

int packed_archive_read(struct packed_files *files, const char *bytes, size_t length,
                        const char *source, struct error *error)
{
    struct reading reading = {
        .archive = alloc_checked(archive_read_new()),
        .files = files,
        .source = source,
        .error = error,
    };
    archive_read_support_format_tar(reading.archive);
    int result = archive_read_open_memory(reading.archive, bytes, length) == ARCHIVE_OK
                     ? read_entries(&reading)
                     : damaged(&reading);
    archive_read_free(reading.archive);
    return result;
}
