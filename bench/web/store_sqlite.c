/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows in a SQLite database, which is a library that blocks: it is called by whoever has the
 * request, each thread with a connection of its own, opened with its first query, and a prepared
 * statement. The same in all halves: WAL, no mutex (SQLITE_OPEN_NOMUTEX), no shared cache, no
 * statistics of memory, which put one mutex before every allocation of all threads, and a small
 * cache of pages (CACHE_SIZE). All else is as SQLite comes; in particular no query waits for a lock
 * (that is a failure at once). */
#include "store.h"

#include "base/clock.h"
#include "store/kept_folder.h"
#include "store/sqlite_file.h"

#include <errno.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Descriptors go on working when a file is moved or removed: whether it is still in its place is
 * looked at no more often than this, for it is a system call. */
#define LOOK_EVERY_NS NS_PER_SECOND

/* A connection that is closed locks everybody out for a moment, to see whether it is the last; one
 * that is being opened meets that where connections come and go, and waits. */
#define OPEN_WAIT_MS 1000

/* Of each connection, in pages of 4 KiB. SQLite's own 2 MB fill with the first hundreds of
 * requests: what a waiter takes would depend on how many it has had, and a window would measure how
 * connections fill their caches. 16 pages hold all of the table's tree but the leaves, of which
 * there are some 700, and are there from the first query on. A loop, whose one connection would
 * keep half of the leaves, reads one with nearly every query as threads do, from the kernel's cache
 * of the file. */
#define CACHE_SIZE "PRAGMA cache_size = 16"

struct connection {
    sqlite3 *database;
    sqlite3_stmt *select;
    int64_t looked_ns; /* when it was last seen in its place */
};

struct shared {
    struct kept_folder folder; /* of the temporary database, if it is one */
    char path[PATH_MAX];
    /* Open as long as the process: else a connection that happens to be the only one would, when it
     * closes, tidy the database up, and the next would have to prepare it again. */
    struct connection first;
};

static void connection_close(struct connection *connection)
{
    sqlite3_finalize(connection->select);
    sqlite3_close(connection->database);
}

/* The coarse clock takes a quarter of the other's time, and this is asked with every query. */
static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

/* Returns SQLite's code. */
static int connection_open(struct connection *connection, const char *path)
{
    *connection = (struct connection){.looked_ns = now_ns()};
    int result = sqlite3_open_v2(path, &connection->database,
                                 SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_busy_timeout(connection->database, OPEN_WAIT_MS);
    if (result == SQLITE_OK)
        result = sqlite3_exec(connection->database, CACHE_SIZE, NULL, NULL, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_prepare_v3(connection->database, SQLITE_FILE_SELECT, -1,
                                    SQLITE_PREPARE_PERSISTENT, &connection->select, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_busy_timeout(connection->database, 0);
    if (result != SQLITE_OK)
        connection_close(connection);
    return result;
}

static bool is_in_its_place(struct connection *connection)
{
    int moved = 0;
    int64_t now = now_ns();
    if (now - connection->looked_ns < LOOK_EVERY_NS)
        return true;
    connection->looked_ns = now;
    sqlite3_file_control(connection->database, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return !moved;
}

static enum store_answer take_row(sqlite3_stmt *select, char text[ROW_TEXT_LETTERS + 1])
{
    const unsigned char *letters = sqlite3_column_text(select, 0);
    if (!letters || sqlite3_column_bytes(select, 0) != ROW_TEXT_LETTERS)
        return STORE_FAILED;
    memcpy(text, letters, ROW_TEXT_LETTERS + 1);
    return STORE_FOUND;
}

static enum store_answer query(struct connection *connection, int64_t id,
                               char text[ROW_TEXT_LETTERS + 1])
{
    enum store_answer answer = STORE_FAILED;
    if (sqlite3_bind_int64(connection->select, 1, id) != SQLITE_OK)
        return STORE_FAILED;
    int result = sqlite3_step(connection->select);
    if (result == SQLITE_ROW)
        answer = take_row(connection->select, text);
    else if (result == SQLITE_DONE)
        answer = STORE_NOT_FOUND;
    sqlite3_reset(connection->select);
    return answer;
}

static void close_session(struct store_session *session)
{
    connection_close(session->state);
    free(session->state);
    session->state = NULL;
}

static void open_session(struct store_session *session)
{
    const struct shared *shared = session->store->state;
    struct connection *connection = malloc(sizeof *connection);
    if (connection && connection_open(connection, shared->path) == SQLITE_OK)
        session->state = connection;
    else
        free(connection);
}

static bool is_locked_out(const struct connection *connection)
{
    return sqlite3_errcode(connection->database) == SQLITE_BUSY;
}

/* One to the file that is at the path now, if there is one to be had. */
static struct connection *current_connection(struct store_session *session)
{
    if (session->state && !is_in_its_place(session->state))
        close_session(session);
    if (!session->state)
        open_session(session);
    return session->state;
}

/* A connection that has failed is closed, and the next query opens another: the file may be back by
 * then. There is nothing wrong with one that finds the file locked. */
static enum store_answer get_row(struct store_session *session, int64_t id,
                                 char text[ROW_TEXT_LETTERS + 1])
{
    struct connection *connection = current_connection(session);
    if (!connection)
        return STORE_FAILED;
    enum store_answer answer = query(connection, id, text);
    if (answer == STORE_FAILED && !is_locked_out(connection))
        close_session(session);
    return answer;
}

/* A temporary one is made where there is no path. */
static int find_database(struct shared *shared, const struct store_options *options,
                         struct error *error)
{
    size_t size = sizeof shared->path;
    if (options->path) {
        if (snprintf(shared->path, size, "%s", options->path) >= (int)size)
            return error_set(error, -ENAMETOOLONG, "the path %s is too long", options->path);
        return 0;
    }
    int result = kept_folder_make(&shared->folder, error);
    if (result < 0)
        return result;
    snprintf(shared->path, size, "%s/rows.sqlite", shared->folder.path);
    return sqlite_file_make(shared->path, options->seed, options->rows, error);
}

static int open_first(struct shared *shared, struct error *error)
{
    char text[ROW_TEXT_LETTERS + 1];
    int result = connection_open(&shared->first, shared->path);
    if (result != SQLITE_OK)
        return error_set(error, -EIO, "cannot open the SQLite database %s: %s", shared->path,
                         sqlite3_errstr(result));
    if (query(&shared->first, 1, text) == STORE_FOUND)
        return 0;
    result = sqlite3_errcode(shared->first.database);
    connection_close(&shared->first);
    return error_set(error, -EIO, "there is no row 1 to be had from the SQLite database %s (%s)",
                     shared->path, sqlite3_errstr(result));
}

static void close_store(struct store *store)
{
    struct shared *shared = store->state;
    kept_folder_remove(&shared->folder);
}

static int open_store(struct store *store, struct error *error)
{
    struct shared *shared = calloc(1, sizeof *shared);
    if (!shared)
        return error_set(error, -ENOMEM, "no memory for a SQLite database");
    if (!sqlite3_threadsafe() || sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) != SQLITE_OK) {
        free(shared);
        return error_set(error, -ENOTSUP, "this SQLite is not made for threads");
    }
    int result = find_database(shared, &store->options, error);
    if (result == 0)
        result = open_first(shared, error);
    if (result == 0) {
        store->state = shared;
        return 0;
    }
    kept_folder_remove(&shared->folder);
    free(shared);
    return result;
}

const struct store_engine store_sqlite = {
    .name = "sqlite",
    .open = open_store,
    .close = close_store,
    .get = get_row,
    .session_close = close_session,
};
