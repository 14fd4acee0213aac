/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sqlite_file.h"

#include "store/row.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define SEED 7
#define ROWS 1000

struct place {
    char folder[64];
    char path[128];
};

static int make_folder(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    strcpy(place->folder, "/tmp/waitbench-test-XXXXXX");
    if (!mkdtemp(place->folder))
        return -1;
    snprintf(place->path, sizeof place->path, "%s/rows.sqlite", place->folder);
    *state = place;
    return 0;
}

/* Fails unless the folder is empty. */
static int remove_folder(void **state)
{
    struct place *place = *state;
    int result = rmdir(place->folder);
    free(place);
    return result;
}

static bool is_there(const struct place *place, const char *ending)
{
    char path[256];
    snprintf(path, sizeof path, "%s%s", place->path, ending);
    return access(path, F_OK) == 0;
}

static void ask(sqlite3 *database, const char *question, char *answer, size_t size)
{
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(database, question, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    snprintf(answer, size, "%s", (const char *)sqlite3_column_text(statement, 0));
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
}

static void test_it_holds_the_rows_of_the_seed(void **state)
{
    struct place *place = *state;
    sqlite3 *database;
    sqlite3_stmt *select;
    char answer[64];
    assert_int_equal(sqlite_file_make(place->path, SEED, ROWS, NULL), 0);
    assert_false(is_there(place, "-wal") || is_there(place, "-shm"));
    assert_int_equal(sqlite3_open_v2(place->path, &database, SQLITE_OPEN_READONLY, NULL), 0);
    ask(database, "PRAGMA journal_mode", answer, sizeof answer);
    assert_string_equal(answer, "wal");
    ask(database, "SELECT count(*) || ' ' || min(a) || ' ' || max(a) FROM item", answer,
        sizeof answer);
    assert_string_equal(answer, "1000 1 1000");
    ask(database, "PRAGMA integrity_check", answer, sizeof answer);
    assert_string_equal(answer, "ok");
    assert_int_equal(sqlite3_prepare_v2(database, SQLITE_FILE_SELECT, -1, &select, NULL), 0);
    for (int64_t id = 1; id <= ROWS; id++) {
        char text[ROW_TEXT_LETTERS + 1];
        row_text(SEED, id, text);
        assert_int_equal(sqlite3_bind_int64(select, 1, id), SQLITE_OK);
        assert_int_equal(sqlite3_step(select), SQLITE_ROW);
        assert_string_equal((const char *)sqlite3_column_text(select, 0), text);
        sqlite3_reset(select);
    }
    sqlite3_finalize(select);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
    assert_int_equal(sqlite_file_remove(place->path), 0);
}

/* A server that is killed leaves -wal and -shm behind. */
static void test_all_that_belongs_to_it_is_removed(void **state)
{
    struct place *place = *state;
    sqlite3 *database;
    char answer[64];
    assert_int_equal(sqlite_file_make(place->path, SEED, 10, NULL), 0);
    assert_int_equal(sqlite3_open(place->path, &database), SQLITE_OK);
    ask(database, "SELECT count(*) FROM item", answer, sizeof answer);
    assert_string_equal(answer, "10");
    assert_true(is_there(place, "-wal") && is_there(place, "-shm"));
    assert_int_equal(sqlite_file_remove(place->path), 0);
    sqlite3_close(database);
    assert_int_equal(sqlite_file_remove(place->path), 0);
}

static void test_what_is_there_already_is_left_alone(void **state)
{
    struct place *place = *state;
    struct error error = {""};
    struct stat status;
    FILE *file = fopen(place->path, "w");
    assert_non_null(file);
    fputs("mine", file);
    fclose(file);
    assert_int_equal(sqlite_file_make(place->path, SEED, ROWS, &error), -EEXIST);
    assert_non_null(strstr(error.text, place->path));
    assert_int_equal(stat(place->path, &status), 0);
    assert_int_equal(status.st_size, 4);
    unlink(place->path);
}

/* Without room for it there is nothing afterwards, and a line that says why. */
static void test_a_file_that_cannot_be_made(void **state)
{
    (void)state;
    struct error error = {""};
    assert_int_equal(sqlite_file_make("/proc/rows.sqlite", SEED, ROWS, &error), -ENOENT);
    assert_string_equal(error.text, "cannot make the SQLite database /proc/rows.sqlite: "
                                    "No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_it_holds_the_rows_of_the_seed, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(test_all_that_belongs_to_it_is_removed, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(test_what_is_there_already_is_left_alone, make_folder,
                                        remove_folder),
        cmocka_unit_test(test_a_file_that_cannot_be_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
