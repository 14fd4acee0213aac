/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/csv.h"
#include "run_folder.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include <cmocka.h>

/* Stands before the C library's: memory has ended. */
static bool strdup_fails;

char *strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = strdup_fails ? NULL : malloc(size);
    return copy ? memcpy(copy, text, size) : NULL;
}

static struct csv_table *parse(const char *text)
{
    struct csv_table *table = NULL;
    struct error error = {""};
    if (csv_parse(&table, text, strlen(text), "t.csv", &error) != 0)
        fail_msg("%s", error.text);
    return table;
}

static void assert_refused(const char *text, size_t length, const char *message)
{
    struct csv_table *table = NULL;
    struct error error = {""};
    assert_int_equal(csv_parse(&table, text, length, "t.csv", &error), -EBADMSG);
    assert_null(table);
    assert_string_equal(error.text, message);
}

static void test_cells_by_name(void **state)
{
    (void)state;
    struct csv_table *table = parse("a,b,c\n1,,x\n2.5,y,\n");
    assert_int_equal(csv_row_count(table), 2);
    assert_int_equal(csv_column_count(table), 3);
    assert_string_equal(csv_column_name(table, 2), "c");
    assert_string_equal(csv_cell(table, 0, csv_column(table, "c")), "x");
    assert_string_equal(csv_cell(table, 1, csv_column(table, "b")), "y");
    assert_string_equal(csv_cell(table, 0, csv_column(table, "b")), "");
    assert_int_equal(csv_column(table, "d"), -1);
    assert_string_equal(csv_cell(table, 1, -1), "");
    csv_table_destroy(table);
    csv_table_destroy(NULL);
}

static void test_header_alone(void **state)
{
    (void)state;
    struct csv_table *table = parse("a,b\n");
    assert_int_equal(csv_row_count(table), 0);
    csv_table_destroy(table);
}

static void test_quotes(void **state)
{
    (void)state;
    struct csv_table *table = parse("a,b\r\n\"x, \"\"y\"\"\",\"two\nlines\"\r\n\"\",\"\"\"\"\n");
    assert_string_equal(csv_cell(table, 0, 0), "x, \"y\"");
    assert_string_equal(csv_cell(table, 0, 1), "two\nlines");
    assert_string_equal(csv_cell(table, 1, 0), "");
    assert_string_equal(csv_cell(table, 1, 1), "\"");
    assert_int_equal(csv_line(table, 0), 2);
    assert_int_equal(csv_line(table, 1), 4); /* the row before has a newline in a cell */
    csv_table_destroy(table);
}

static void test_join(void **state)
{
    (void)state;
    struct error error = {""};
    struct csv_table *rows = parse("key,q\n1,a\n2,b\n1,c\n");
    struct csv_table *others = parse("name,key\n\"o, ne\",1\ntwo,2\n");
    const size_t matches[] = {0, CSV_NO_ROW, 1};
    struct csv_table *joined = NULL;
    assert_int_equal(csv_join(&joined, rows, others, matches, &error), 0);
    assert_int_equal(csv_row_count(joined), 3);
    assert_int_equal(csv_column_count(joined), 3);
    assert_int_equal(csv_column(joined, "name"), 2);
    assert_string_equal(csv_cell(joined, 0, 2), "o, ne");
    assert_string_equal(csv_cell(joined, 1, 2), "");
    assert_string_equal(csv_cell(joined, 2, 2), "two");
    assert_string_equal(csv_cell(joined, 2, csv_column(joined, "key")), "1");
    assert_int_equal(csv_line(joined, 2), 4);
    csv_table_destroy(joined);
    csv_table_destroy(others);
    csv_table_destroy(rows);
}

static void test_numbers(void **state)
{
    (void)state;
    struct csv_table *table = parse("n,m\n1.5,\n-2e3,\n,\n12 kB,\nnan,\n0x10,\n1e999,\n");
    struct error error = {""};
    double value = 7;
    assert_int_equal(csv_number(table, 0, 0, &value, &error), 1);
    assert_true(value == 1.5);
    assert_int_equal(csv_number(table, 1, 0, &value, &error), 1);
    assert_true(value == -2000);
    assert_int_equal(csv_number(table, 2, 0, &value, &error), 0);
    assert_int_equal(csv_number(table, 0, -1, &value, &error), 0);
    assert_string_equal(error.text, "");
    for (size_t row = 3; row < csv_row_count(table); row++)
        assert_int_equal(csv_number(table, row, 0, &value, &error), -EBADMSG);
    assert_true(value == -2000); /* left untouched */
    assert_int_equal(csv_number(table, 3, 0, &value, &error), -EBADMSG);
    assert_string_equal(error.text, "t.csv:5: column n: '12 kB' is not a number");
    csv_table_destroy(table);
}

static void test_malformed_text_names_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *message;
    } files[] = {
        {"", "t.csv:1: the file is empty, not even a header line"},
        {"a,b\n1,2\n3,4", "t.csv:3: the last line is cut short (no newline)"},
        {"a,b\n1,2\n3", "t.csv:3: the last line is cut short (no newline)"},
        {"a,b\n1,2\n3,", "t.csv:3: the last line is cut short (no newline)"},
        {"a,b\n1\n", "t.csv:2: 1 cells where the header has 2"},
        {"a,b\n1,2\n1,2,3\n", "t.csv:3: 3 cells where the header has 2"},
        {"a,b\n\n", "t.csv:2: 1 cells where the header has 2"},
        {"a,b\n\"1\n2\",3\n4\n", "t.csv:4: 1 cells where the header has 2"},
        {"a,b,a\n1,2,3\n", "t.csv:1: the column a is named twice"},
        {"a,b\n1,\"2\n", "t.csv:3: a quoted cell never ends"},
        {"a,b\n1,\"", "t.csv:2: a quoted cell never ends"},
        {"a,b\n1,\"2\"3\n", "t.csv:2: text behind a closing quote"},
        {"a,b\n1,2\"3\n", "t.csv:2: a quote inside a cell that is not quoted"},
        {"a,b\n1\r2,3\n", "t.csv:2: a carriage return without a newline"},
        {"a,b\n1,2\r", "t.csv:2: a carriage return without a newline"},
        {"a,b\n1,\"2\"", "t.csv:2: the last line is cut short (no newline)"},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        assert_refused(files[i].text, strlen(files[i].text), files[i].message);
    assert_refused("a,b\n1,\0002\n", 9, "t.csv:2: a NUL byte");
    assert_refused("\0", 1, "t.csv:1: a NUL byte");
}

/* A header, a whole row, then `length` times `filler` on one line. */
static void assert_long_line_refused(char filler, size_t length)
{
    const char before[] = "a,b\n1,2\n";
    char *text = malloc(sizeof before + length + 1);
    assert_non_null(text);
    memcpy(text, before, sizeof before);
    memset(text + sizeof before - 1, filler, length);
    text[sizeof before - 1 + length] = '\n';
    struct csv_table *table = NULL;
    struct error error = {""};
    assert_int_equal(csv_parse(&table, text, sizeof before + length, "t.csv", &error), -EBADMSG);
    assert_string_equal(error.text, "t.csv:3: a line of over 1 MiB");
    free(text);
}

static void test_long_lines(void **state)
{
    (void)state;
    assert_long_line_refused('x', 10000000);
    assert_long_line_refused(',', 10000000);
    assert_long_line_refused('x', (1 << 20) + 1);
}

/* Names are compared with each other, which a line full of them would make a matter of minutes. */
static void test_many_columns(void **state)
{
    (void)state;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    for (int i = 0; i < 100000; i++)
        fprintf(out, "%d,", i);
    fputs("last\n", out);
    fclose(out);
    assert_refused(text, length, "t.csv:1: over 4096 columns");
    free(text);
}

/* Every prefix of a file is either whole rows or refused: none is read as something else. */
static void test_every_prefix(void **state)
{
    (void)state;
    const char text[] = "a,b\r\n\"x\ny\",\"\"\"z\"\n1,2\n";
    size_t accepted = 0;
    for (size_t length = 0; length < sizeof text; length++) {
        /* An exact copy, so that a sanitizer sees reads beyond its end. */
        char *prefix = malloc(length + 1);
        memcpy(prefix, text, length);
        struct csv_table *table = NULL;
        struct error error = {""};
        int result = csv_parse(&table, prefix, length, "t.csv", &error);
        assert_true(result == 0 || result == -EBADMSG);
        assert_true((result == 0) == (error.text[0] == '\0'));
        accepted += result == 0;
        csv_table_destroy(table);
        free(prefix);
    }
    assert_int_equal(accepted, 3); /* behind each of the three rows */
}

static void test_files_that_cannot_be_read(void **state)
{
    (void)state;
    struct csv_table *table = NULL;
    struct error error = {""};
    assert_int_equal(csv_read(&table, "/nowhere/t.csv", &error), -ENOENT);
    assert_string_equal(error.text, "cannot open /nowhere/t.csv: No such file or directory");
    assert_int_equal(csv_read(&table, "/tmp", &error), -EISDIR);
    assert_non_null(strstr(error.text, "/tmp"));
    assert_null(table);
}

static const char *const columns[] = {"text", "number", "other"};

static void test_what_is_written_is_read(void **state)
{
    (void)state;
    static const char *const texts[] = {"plain",       "",        "comma, quote \"\" and \" one",
                                        "line\nbreak", "\r\n",    " spaces ",
                                        "\"quoted\"",  "\xff\x01"};
    struct run_folder folder;
    struct error error = {""};
    struct csv_writer *writer;
    char path[PATH_MAX];
    run_folder_create(&folder);
    snprintf(path, sizeof path, "%s/t.csv", folder.path);
    assert_int_equal(csv_create(&writer, path, columns, 3, &error), 0);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        csv_set_text(writer, "text", "replaced by the next");
        csv_set_text(writer, "text", texts[i]);
        csv_set_double(writer, "number", i % 2 ? NAN : 0.1 * (double)i);
        assert_int_equal(csv_end_row(writer, &error), 0);
    }
    csv_set_int64(writer, "number", INT64_MIN);
    assert_int_equal(csv_end_row(writer, &error), 0);
    csv_destroy(writer);
    csv_destroy(NULL);

    struct csv_table *table;
    assert_int_equal(csv_read(&table, path, &error), 0);
    assert_int_equal(csv_row_count(table), sizeof texts / sizeof *texts + 1);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        double value = 0;
        assert_string_equal(csv_cell(table, i, 0), texts[i]);
        assert_int_equal(csv_number(table, i, 1, &value, &error), i % 2 ? 0 : 1);
        assert_true(i % 2 || fabs(value - 0.1 * (double)i) < 1e-9);
        assert_string_equal(csv_cell(table, i, 2), ""); /* never set */
    }
    assert_string_equal(csv_cell(table, csv_row_count(table) - 1, 1), "-9223372036854775808");
    csv_table_destroy(table);
    run_folder_destroy(&folder);
}

static void test_existing_file_is_left_alone(void **state)
{
    (void)state;
    struct run_folder folder;
    struct error error = {""};
    struct csv_writer *writer = NULL;
    char path[PATH_MAX];
    run_folder_create(&folder);
    run_folder_write(&folder, "t.csv", "precious\n");
    snprintf(path, sizeof path, "%s/t.csv", folder.path);
    assert_int_equal(csv_create(&writer, path, columns, 3, &error), -EEXIST);
    assert_null(writer);
    assert_non_null(strstr(error.text, path));
    char text[32] = "";
    FILE *file = run_folder_open(&folder, "t.csv", "r");
    assert_true(fread(text, 1, sizeof text - 1, file) > 0);
    fclose(file);
    assert_string_equal(text, "precious\n");
    run_folder_destroy(&folder);
}

/* The disk is full in the middle of a row: what was written of it is taken back. */
static void test_full_disk_leaves_whole_rows(void **state)
{
    (void)state;
    struct run_folder folder;
    struct error error = {""};
    struct csv_writer *writer;
    char path[PATH_MAX];
    struct rlimit before;
    run_folder_create(&folder);
    snprintf(path, sizeof path, "%s/t.csv", folder.path);
    assert_int_equal(csv_create(&writer, path, columns, 3, &error), 0);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit small = {100, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int rows = 0;
    int result;
    do {
        csv_set_text(writer, "text", "seventeen letters");
        result = csv_end_row(writer, &error);
        rows += result == 0;
    } while (result == 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(result, -EFBIG);
    assert_non_null(strstr(error.text, path));
    csv_set_text(writer, "text", "there is room again");
    assert_int_equal(csv_end_row(writer, &error), 0);
    csv_destroy(writer);
    struct csv_table *table;
    assert_int_equal(csv_read(&table, path, &error), 0);
    assert_int_equal(csv_row_count(table), rows + 1);
    csv_table_destroy(table);
    run_folder_destroy(&folder);
}

/* A cell that was set and is empty would say that nothing was measured. */
static void test_a_cell_for_which_there_is_no_memory(void **state)
{
    (void)state;
    struct run_folder folder;
    struct error error = {""};
    struct csv_writer *writer;
    struct csv_table *table;
    char path[PATH_MAX];
    run_folder_create(&folder);
    snprintf(path, sizeof path, "%s/t.csv", folder.path);
    assert_int_equal(csv_create(&writer, path, columns, 3, &error), 0);
    csv_set_text(writer, "text", "lost");
    strdup_fails = true;
    csv_set_text(writer, "other", ""); /* takes no memory */
    csv_set_int64(writer, "number", 1);
    strdup_fails = false;
    assert_int_equal(csv_end_row(writer, &error), -ENOMEM);
    assert_non_null(strstr(error.text, "out of memory for a row of "));
    assert_non_null(strstr(error.text, path));
    csv_set_text(writer, "text", "there is room again");
    assert_int_equal(csv_end_row(writer, &error), 0);
    csv_destroy(writer);
    assert_int_equal(csv_read(&table, path, &error), 0);
    assert_int_equal(csv_row_count(table), 1);
    assert_string_equal(csv_cell(table, 0, csv_column(table, "text")), "there is room again");
    assert_string_equal(csv_cell(table, 0, csv_column(table, "number")), "");
    csv_table_destroy(table);
    run_folder_destroy(&folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells_by_name),
        cmocka_unit_test(test_header_alone),
        cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_join),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_malformed_text_names_its_line),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_many_columns),
        cmocka_unit_test(test_every_prefix),
        cmocka_unit_test(test_files_that_cannot_be_read),
        cmocka_unit_test(test_what_is_written_is_read),
        cmocka_unit_test(test_existing_file_is_left_alone),
        cmocka_unit_test(test_full_disk_leaves_whole_rows),
        cmocka_unit_test(test_a_cell_for_which_there_is_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
