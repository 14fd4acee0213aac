/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of a run that came as one file, in memory: those of a list of names, and nothing else.
 */
#ifndef WAITBENCH_RUN_PACKED_PACKED_FILES_H
#define WAITBENCH_RUN_PACKED_PACKED_FILES_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* A file, and all of a run unpacked: a long run has a few megabytes. What takes more is refused. */
#define PACKED_FILE_BYTES_MAX ((size_t)32 << 20)
#define PACKED_BYTES_MAX      ((size_t)64 << 20)

/* Of a run: what was measured and under which conditions, then what is derived of that. */
#define PACKED_FILES_MAX 11
struct packed_name {
    const char *name;
    bool is_derived; /* `waitbench report` makes it again */
};
extern const struct packed_name packed_names[PACKED_FILES_MAX];

struct packed_file {
    const char *name; /* one of packed_names */
    char *bytes;      /* with a NUL behind the last */
    size_t length;
};

struct packed_files {
    struct packed_file files[PACKED_FILES_MAX];
    size_t count;
    size_t bytes; /* of all of them */
};

/* The name as the list has it, or NULL where it is not on it. `length` is the name's. */
const char *packed_name_find(const char *name, size_t length);

/* Takes over `bytes`, also on failure. `known` is one of the list's; `source` is what it came in.
 * Returns 0; -EBADMSG where it is there already; -EFBIG where a limit is passed. */
int packed_files_add(struct packed_files *files, const char *known, char *bytes, size_t length,
                     const char *source, struct error *error);

/* The file of that name, or NULL. */
const struct packed_file *packed_files_find(const struct packed_files *files, const char *name);

/* -EFBIG, with the words for what is over a limit. `name` may be NULL: all of it. */
int packed_too_large(const char *source, const char *name, struct error *error);

void packed_files_finish(struct packed_files *files);

#endif
