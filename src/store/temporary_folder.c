/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/temporary_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_PLACE "/tmp"
/* What stores make is flat; nobody shall run us out of stack or descriptors. */
#define DEPTH_MAX 16
/* Between its making and its locking a folder looks like one that was left: far less than this. */
#define UNLOCKED_SECONDS 10

static int remove_at(int parent, const char *name, int depth);

static int remove_contents(DIR *directory, int depth)
{
    int failure = 0;
    for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        int result = remove_at(dirfd(directory), entry->d_name, depth);
        if (result < 0 && failure == 0)
            failure = result;
    }
    return failure;
}

/* By descriptors, so that no link takes us elsewhere: root may remove what another user filled. */
static int remove_at(int parent, const char *name, int depth)
{
    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
        return 0;
    if (errno != EISDIR && errno != EPERM)
        return -errno;
    if (depth == DEPTH_MAX)
        return -ELOOP;
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? 0 : -errno;
    DIR *directory = fdopendir(fd);
    if (!directory) {
        close(fd);
        return -ENOMEM;
    }
    int result = remove_contents(directory, depth + 1);
    closedir(directory);
    if (unlinkat(parent, name, AT_REMOVEDIR) < 0 && errno != ENOENT && result == 0)
        result = -errno;
    return result;
}

int temporary_folder_remove(const char *path)
{
    return remove_at(AT_FDCWD, path, 0);
}

/* Opens the folder and locks it; -EWOULDBLOCK when another process holds it. */
static int lock(int place, const char *name)
{
    int fd = openat(place, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        int result = -errno;
        close(fd);
        return result;
    }
    return fd;
}

/* Root removes anybody's, since a folder is handed to the user that a database runs as. */
static bool was_left(int place, const char *name)
{
    struct stat status;
    return strncmp(name, TEMPORARY_FOLDER_NAME, strlen(TEMPORARY_FOLDER_NAME)) == 0 &&
           fstatat(place, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode) &&
           (status.st_uid == geteuid() || geteuid() == 0) &&
           time(NULL) - status.st_mtime >= UNLOCKED_SECONDS;
}

static void sweep(const char *path)
{
    DIR *directory = opendir(path);
    if (!directory)
        return;
    for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
        if (!was_left(dirfd(directory), entry->d_name))
            continue;
        int fd = lock(dirfd(directory), entry->d_name);
        if (fd < 0)
            continue;
        remove_at(dirfd(directory), entry->d_name, 0);
        close(fd);
    }
    closedir(directory);
}

/* In a connection string and in PostgreSQL's settings these would need quoting, and a comma ends a
 * path whatever one does. Returns what the first of them in the path is called, or NULL. */
static const char *unfit_character(const char *path)
{
    switch (path[strcspn(path, ",'\"\\")]) {
    case ',':
        return "a comma";
    case '\'':
        return "a single quote (')";
    case '"':
        return "a double quote (\")";
    case '\\':
        return "a backslash";
    default:
        return NULL;
    }
}

/* The folder in which ours is made, absolute, since a keeper leaves the folder it was started in.
 */
static int find_place(char place[PATH_MAX], struct error *error)
{
    const char *given = getenv("TMPDIR");
    if (!given || !*given)
        given = DEFAULT_PLACE;
    if (!realpath(given, place))
        return error_set(error, -errno, "cannot use %s for temporary files: %s; set TMPDIR", given,
                         strerror(errno));
    const char *unfit = unfit_character(place);
    if (unfit)
        return error_set(
            error, -EINVAL,
            "cannot use %s for temporary files: there is %s in its name; set TMPDIR to "
            "another",
            place, unfit);
    return 0;
}

/* The pattern of a folder's path in that place. */
static int make_pattern(char path[TEMPORARY_FOLDER_SIZE], const char *place, struct error *error)
{
    int length = snprintf(path, TEMPORARY_FOLDER_SIZE, "%s/" TEMPORARY_FOLDER_NAME "XXXXXX", place);
    if (length >= TEMPORARY_FOLDER_SIZE)
        return error_set(error, -ENAMETOOLONG,
                         "cannot use %s for temporary files: a socket in it would have too long a "
                         "name; set TMPDIR to a shorter one",
                         place);
    return 0;
}

int temporary_folder_check(struct error *error)
{
    char place[PATH_MAX];
    char path[TEMPORARY_FOLDER_SIZE];
    struct stat status;
    int result = find_place(place, error);
    if (result == 0)
        result = make_pattern(path, place, error);
    if (result < 0)
        return result;
    if (stat(place, &status) == 0 && !S_ISDIR(status.st_mode))
        errno = ENOTDIR;
    else if (access(place, W_OK | X_OK) == 0)
        return 0;
    return error_set(error, -errno, "cannot use %s for temporary files: %s; set TMPDIR", place,
                     strerror(errno));
}

int temporary_folder_make(struct temporary_folder *folder, struct error *error)
{
    struct temporary_folder made;
    char place[PATH_MAX];
    int result = find_place(place, error);
    if (result < 0)
        return result;
    sweep(place);
    result = make_pattern(made.path, place, error);
    if (result < 0)
        return result;
    if (!mkdtemp(made.path))
        return error_set(error, -errno, "cannot make a folder in %s: %s", place, strerror(errno));
    made.lock_fd = lock(AT_FDCWD, made.path);
    if (made.lock_fd < 0) {
        rmdir(made.path);
        return error_set(error, made.lock_fd, "cannot lock %s: %s", made.path,
                         strerror(-made.lock_fd));
    }
    *folder = made;
    return 0;
}

int temporary_folder_finish(struct temporary_folder *folder)
{
    int result = temporary_folder_remove(folder->path);
    close(folder->lock_fd);
    folder->lock_fd = -1;
    return result;
}
