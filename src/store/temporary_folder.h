/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders for stores that last as long as a process. Each is locked by the process that is to
 * remove it (store/keeper.h), so that one whose process was killed is told from those in use. */
#ifndef WAITBENCH_STORE_TEMPORARY_FOLDER_H
#define WAITBENCH_STORE_TEMPORARY_FOLDER_H

#include "base/error.h"

/* A Unix socket in it has a name of at most 107 bytes. */
#define TEMPORARY_FOLDER_SIZE 92
#define TEMPORARY_FOLDER_NAME "waitbench-store-"

struct temporary_folder {
    char path[TEMPORARY_FOLDER_SIZE]; /* below TMPDIR, or /tmp; absolute */
    int lock_fd; /* close-on-exec: as long as it is open, the folder is in use */
};

/* Whether one can be made, as far as that shows without making it. Returns 0, or -errno with
 * `error` saying what is wrong with TMPDIR: -ENOENT, -ENOTDIR, -EACCES, -ENAMETOOLONG, or -EINVAL
 * for a character in its path that a store could not cope with. */
int temporary_folder_check(struct error *error);

/* Makes an empty folder for nobody but this user, after removing those left by processes that were
 * killed. Returns 0, or -errno with `error` set. */
int temporary_folder_make(struct temporary_folder *folder, struct error *error);

/* Removes it with all that is in it, following no link, and closes the lock. Returns 0 or -errno.
 */
int temporary_folder_finish(struct temporary_folder *folder);

/* The same by its path, for who does not hold the lock. One that is not there is no error. */
int temporary_folder_remove(const char *path);

#endif
