/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/list_run.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "cli/unpack.h"
#include "run/label.h"
#include "run/machine_json.h"
#include "run/recorded_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More different names than any run has. */
#define NAMES_MAX 64
#define NAME_SIZE 128

struct names {
    const char *names[NAMES_MAX]; /* the run's */
    size_t count;
};

static void add_name(struct names *names, const char *name)
{
    if (*name == '\0' || names->count == NAMES_MAX)
        return;
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->names[i], name) == 0)
            return;
    names->names[names->count++] = name;
}

static void print_value(const char *heading, const char *value)
{
    char text[NAME_SIZE];
    utf8_printable(text, sizeof text, value ? value : "unknown");
    printf("%-12s %s\n", heading, text);
}

/* The different cells of a column, of all files of trials. */
static void print_column(const struct recorded_run *run, const char *heading, const char *column)
{
    struct names names = {.count = 0};
    for (size_t i = 0; i < run->file_count; i++) {
        const struct csv_table *table = run->files[i].table;
        for (size_t row = 0; table && row < csv_row_count(table); row++)
            add_name(&names, csv_cell(table, row, csv_column(table, column)));
    }
    if (names.count == 0)
        return;
    printf("%-12s", heading);
    for (size_t i = 0; i < names.count; i++) {
        char text[NAME_SIZE];
        utf8_printable(text, sizeof text, names.names[i]);
        printf(" %s", text);
    }
    putchar('\n');
}

static void print_files(const struct recorded_run *run)
{
    printf("%-12s", "rows");
    for (size_t i = 0; i < run->file_count; i++) {
        const struct recorded_file *file = &run->files[i];
        if (file->table)
            printf(" %s %zu", file->name, csv_row_count(file->table));
        else if (file->failure != -ENOENT)
            printf(" %s (cannot be read)", file->name);
    }
    putchar('\n');
}

static void print_run(const struct recorded_run *run)
{
    char label[RUN_LABEL_SIZE];
    run_label(run->machine, label, sizeof label);
    print_value("machine", machine_find_text(run->machine, "hostname"));
    print_value("label", label);
    print_value("begun", machine_find_text(run->machine, "started_utc"));
    print_value("profile", machine_find_text(run->machine, "profile"));
    print_column(run, "scenarios", "scenario");
    print_column(run, "models", "model");
    print_column(run, "stores", "store");
    print_column(run, "subjects", "subject");
    print_files(run);
}

/* What cannot be read keeps nobody from the rest, and is told behind it. */
static int tell_failures(const struct recorded_run *run)
{
    int code = EXIT_DONE;
    if (run->machine_failure < 0 && run->machine_failure != -ENOENT) {
        error_print("%s", run->machine_error.text);
        code = EXIT_MEASUREMENT_FAILED;
    }
    for (size_t i = 0; i < run->file_count; i++)
        if (run->files[i].failure < 0 && run->files[i].failure != -ENOENT) {
            error_print("%s", run->files[i].error.text);
            code = EXIT_MEASUREMENT_FAILED;
        }
    return code;
}

int list_run(const char *given)
{
    struct error error = {{0}};
    struct recorded_run *run = alloc_array(1, sizeof *run);
    int code;
    int result = recorded_run_read(run, given, &error);
    if (result == 0)
        result = recorded_run_check(run, &error);
    if (result < 0) {
        error_print("%s", error.text);
        code = unpack_exit_code(result);
    } else {
        print_run(run);
        fflush(stdout);
        code = tell_failures(run);
    }
    recorded_run_finish(run);
    free(run);
    return code;
}
