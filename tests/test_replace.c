/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are written whole or not at all, where there is no room among others. */
#include "base/csv.h"
#include "base/replace.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
    char folder[64];
    char path[96];
};

static void place_init(struct place *place)
{
    snprintf(place->folder, sizeof place->folder, "/tmp/waitbench-replace-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->path, sizeof place->path, "%s/page", place->folder);
}

static void place_finish(struct place *place)
{
    unlink(place->path);
    /* Fails where anything else was left. */
    assert_int_equal(rmdir(place->folder), 0);
}

static void assert_holds(const struct place *place, const char *expected)
{
    char text[64] = "";
    FILE *file = fopen(place->path, "r");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    fclose(file);
    assert_string_equal(text, expected);
}

static void a_file_is_made_and_replaced_with_its_mode(void **state)
{
    (void)state;
    struct place place;
    struct stat status;
    place_init(&place);
    assert_int_equal(file_replace(place.path, "one", 3, NULL), 0);
    assert_holds(&place, "one");
    assert_int_equal(chmod(place.path, 0604), 0);
    assert_int_equal(file_replace(place.path, "two", 3, NULL), 0);
    assert_holds(&place, "two");
    assert_int_equal(stat(place.path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0604);
    place_finish(&place);
}

static void a_folder_that_is_not_there_is_named(void **state)
{
    (void)state;
    struct error error = {""};
    assert_int_equal(file_replace("/nonexistent/page", "one", 3, &error), -ENOENT);
    assert_string_equal(error.text, "cannot write /nonexistent/page: No such file or directory");
}

static void a_text_that_failed_replaces_nothing(void **state)
{
    (void)state;
    struct place place;
    struct replacement whole;
    place_init(&place);
    assert_int_equal(file_replace(place.path, "before", 6, NULL), 0);
    assert_int_equal(replacement_begin(&whole, NULL), 0);
    fputs("half a page", whole.out);
    assert_int_equal(replacement_end(&whole, place.path, -EPROTO, NULL), -EPROTO);
    assert_holds(&place, "before");
    assert_int_equal(replacement_begin(&whole, NULL), 0);
    fputs("a page", whole.out);
    assert_int_equal(replacement_end(&whole, place.path, 0, NULL), 0);
    assert_holds(&place, "a page");
    place_finish(&place);
}

/* A limit on the size of files stands for a full disk: write(2) takes a part, then nothing. In a
 * child, because it would stay for the other tests. */
static bool in_a_child_without_room(bool (*body)(const struct place *), const struct place *place)
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit limit = {100, 100};
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &limit);
        _exit(body(place) ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status == 0;
}

static bool replacing_tells_why(const struct place *place)
{
    char bytes[1000];
    struct error error = {""};
    memset(bytes, 'x', sizeof bytes);
    return file_replace(place->path, bytes, sizeof bytes, &error) == -EFBIG &&
           strstr(error.text, place->path) && strstr(error.text, strerror(EFBIG));
}

static void without_room_the_old_file_stays_and_nothing_else(void **state)
{
    (void)state;
    struct place place;
    place_init(&place);
    assert_int_equal(file_replace(place.path, "before", 6, NULL), 0);
    assert_true(in_a_child_without_room(replacing_tells_why, &place));
    assert_holds(&place, "before");
    place_finish(&place);
}

static bool creating_tells_why(const struct place *place)
{
    static const char *const columns[] = {
        "a_column_whose_name_is_so_long_that_with_its_like",
        "another_column_the_header_does_not_fit_into_a_hundred_bytes",
    };
    struct csv_writer *csv;
    struct error error = {""};
    return csv_create(&csv, place->path, columns, 2, &error) == -EFBIG &&
           strstr(error.text, strerror(EFBIG));
}

static void without_room_for_its_header_a_csv_is_not_left(void **state)
{
    (void)state;
    struct place place;
    place_init(&place);
    assert_true(in_a_child_without_room(creating_tells_why, &place));
    assert_int_equal(access(place.path, F_OK), -1);
    place_finish(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_made_and_replaced_with_its_mode),
        cmocka_unit_test(a_folder_that_is_not_there_is_named),
        cmocka_unit_test(a_text_that_failed_replaces_nothing),
        cmocka_unit_test(without_room_the_old_file_stays_and_nothing_else),
        cmocka_unit_test(without_room_for_its_header_a_csv_is_not_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
