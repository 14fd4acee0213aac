/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sqlite_file.h"

#include "store/row.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* While it is filled nobody else knows of the file, and one that is not finished is thrown away: no
 * journal, no waiting for the disk. WAL, which stays with the file, comes last. */
#define BEGIN                                                     \
    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;" \
    "CREATE TABLE item (a INTEGER PRIMARY KEY, b TEXT NOT NULL)"
#define INSERT "INSERT INTO item (a, b) VALUES (?1, ?2)"
#define END    "COMMIT; PRAGMA journal_mode = WAL"

static int insert_row(sqlite3_stmt *insert, uint64_t seed, int64_t id)
{
    char text[ROW_TEXT_LETTERS + 1];
    row_text(seed, id, text);
    int result = sqlite3_bind_int64(insert, 1, id);
    if (result == SQLITE_OK)
        result = sqlite3_bind_text(insert, 2, text, ROW_TEXT_LETTERS, SQLITE_STATIC);
    if (result == SQLITE_OK && sqlite3_step(insert) != SQLITE_DONE)
        result = SQLITE_ERROR;
    if (result == SQLITE_OK)
        result = sqlite3_reset(insert);
    return result;
}

static int insert_rows(sqlite3 *database, uint64_t seed, int64_t rows)
{
    sqlite3_stmt *insert;
    int result = sqlite3_prepare_v2(database, INSERT, -1, &insert, NULL);
    for (int64_t id = 1; result == SQLITE_OK && id <= rows; id++)
        result = insert_row(insert, seed, id);
    sqlite3_finalize(insert);
    return result;
}

static int fill(sqlite3 *database, uint64_t seed, int64_t rows)
{
    int result = sqlite3_exec(database, BEGIN, NULL, NULL, NULL);
    if (result == SQLITE_OK)
        result = insert_rows(database, seed, rows);
    if (result == SQLITE_OK)
        result = sqlite3_exec(database, END, NULL, NULL, NULL);
    return result;
}

/* Opens, fills and closes. The last to close a database takes -wal and -shm away. */
static int make(const char *path, uint64_t seed, int64_t rows, struct error *error)
{
    sqlite3 *database = NULL;
    int result =
        sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (result == SQLITE_OK)
        result = fill(database, seed, rows);
    if (result != SQLITE_OK)
        error_set(error, -EIO, "cannot make the SQLite database %s: %s", path,
                  database ? sqlite3_errmsg(database) : sqlite3_errstr(result));
    int closed = sqlite3_close(database);
    if (result == SQLITE_OK && closed != SQLITE_OK)
        error_set(error, -EIO, "cannot close the SQLite database %s: %s", path,
                  sqlite3_errstr(closed));
    return result == SQLITE_OK && closed == SQLITE_OK ? 0 : -EIO;
}

int sqlite_file_make(const char *path, uint64_t seed, int64_t rows, struct error *error)
{
    /* Made here, since SQLite would add to a file that somebody else has just put there. */
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
    if (fd < 0)
        return error_set(error, -errno, "cannot make the SQLite database %s: %s", path,
                         strerror(errno));
    close(fd);
    int result = make(path, seed, rows, error);
    if (result < 0)
        sqlite_file_remove(path);
    return result;
}

int sqlite_file_remove(const char *path)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    char name[PATH_MAX + 16];
    int failure = 0;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (snprintf(name, sizeof name, "%s%s", path, endings[i]) >= (int)sizeof name)
            return -ENAMETOOLONG;
        if (unlink(name) < 0 && errno != ENOENT && failure == 0)
            failure = -errno;
    }
    return failure;
}
