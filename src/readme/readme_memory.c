/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "readme/readme_section.h"
#include "report/charts/run_files.h"
#include "run/model.h"
#include "run/scenario.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* An arm as a reader knows it. `allocator` NULL: jemalloc, or libc where there is none. */
struct row {
    const char *label;
    enum model model;
    const char *allocator;
    double stack_bytes;
    bool warm;
    bool work;
};

enum { THREAD_COLD, THREAD_SMALL, THREAD_WORK, THREAD_WORK_LIBC, LOOP_COLD, LOOP_WORK, SOCKETS };

static const struct row rows[] = {
    [THREAD_COLD] = {"thread, cold", MODEL_THREADS, NULL, 0, false, false},
    [THREAD_SMALL] = {"thread, 64 KiB stack, cold", MODEL_THREADS, NULL, 65536, false, false},
    [THREAD_WORK] = {"thread, after work (jemalloc)", MODEL_THREADS, "jemalloc", 0, true, true},
    [THREAD_WORK_LIBC] = {"thread, after work (libc malloc)", MODEL_THREADS, "libc", 0, true, true},
    [LOOP_COLD] = {"loop, cold", MODEL_LOOP, NULL, 0, false, false},
    [LOOP_WORK] = {"loop, after work", MODEL_LOOP, NULL, 0, true, true},
    [SOCKETS] = {"connection alone (`sockets`)", MODEL_SOCKETS, NULL, 0, false, false},
};
#define ROW_COUNT (sizeof rows / sizeof *rows)

static double number(const struct csv_table *bill, size_t row, const char *column)
{
    const char *cell = run_cell(bill, row, column);
    return *cell ? strtod(cell, NULL) : NAN;
}

static double number_or_zero(const struct csv_table *bill, size_t row, const char *column)
{
    return strtod(run_cell(bill, row, column), NULL);
}

static bool is_arm(const struct csv_table *bill, size_t row, const struct row *wanted,
                   const char *allocator)
{
    char subject[64];
    double stack_bytes = number_or_zero(bill, row, "stack_bytes");
    snprintf(subject, sizeof subject, "%s-%s%s", scenario_plain_server()->name,
             model_program(wanted->model), strcmp(allocator, "libc") == 0 ? "-libc" : "");
    return strcmp(run_cell(bill, row, "subject"), subject) == 0 &&
           fabs(stack_bytes - wanted->stack_bytes) < 1 &&
           (number_or_zero(bill, row, "warm") > 0) == wanted->warm &&
           (number_or_zero(bill, row, "work_stack_bytes") > 0) == wanted->work;
}

/* The row of that component, or -1. */
static int64_t find_row(const struct csv_table *bill, const struct row *wanted,
                        const char *component)
{
    static const char *const allocators[] = {"jemalloc", "libc"};
    for (size_t i = 0; i < 2; i++) {
        if (wanted->allocator && strcmp(wanted->allocator, allocators[i]) != 0)
            continue;
        for (size_t row = 0; row < csv_row_count(bill); row++)
            if (is_arm(bill, row, wanted, allocators[i]) &&
                strcmp(run_cell(bill, row, "component"), component) == 0)
                return (int64_t)row;
    }
    return -1;
}

static double find(const struct csv_table *bill, size_t arm, const char *component)
{
    int64_t row = find_row(bill, &rows[arm], component);
    return row < 0 ? NAN : number(bill, (size_t)row, "bytes_per_waiter");
}

static void write_row(const struct csv_table *bill, size_t arm, FILE *out)
{
    static const char *const components[] = {"user", "kernel_stack", "page_table", "kernel_other"};
    char text[README_TEXT_SIZE];
    int64_t total = find_row(bill, &rows[arm], "total");
    if (total < 0)
        return;
    fprintf(out, "| %s |", rows[arm].label);
    for (size_t i = 0; i < sizeof components / sizeof *components; i++)
        fprintf(out, " %s |", readme_bytes(find(bill, arm, components[i]), text));
    fprintf(out, " **%s**", readme_bytes(number(bill, (size_t)total, "bytes_per_waiter"), text));
    double low = number(bill, (size_t)total, "ci_low");
    if (!isnan(low))
        fprintf(out, " (%.2f to %.2f)", low / 1024, number(bill, (size_t)total, "ci_high") / 1024);
    fputs(" |\n", out);
}

static void write_table(const struct csv_table *bill, FILE *out)
{
    fputs(
        "| one more idle waiter | user pages | kernel stack | page tables | other kernel | all in "
        "(95 % interval, KiB) |\n|---|---|---|---|---|---|\n",
        out);
    for (size_t i = 0; i < ROW_COUNT; i++)
        write_row(bill, i, out);
}

static void write_picture(const struct readme *readme, const struct csv_table *bill)
{
    char thread[README_TEXT_SIZE];
    char loop[README_TEXT_SIZE];
    fprintf(readme->out,
            "![Memory per waiter: a thread costs %s all in, an event loop's connection "
            "%s](%s/charts/memory-bill.png)\n\n",
            readme_bytes(find(bill, THREAD_COLD, "total"), thread),
            readme_bytes(find(bill, LOOP_COLD, "total"), loop), readme->runs->run->folder);
}

/* "cgroup-v1" where any trial's is, else the first that is not "cgroup-v2"; "" where all are. */
static const char *modelled_source(const struct readme *readme)
{
    const struct csv_table *trials = NULL;
    bool counted = false;
    bool modelled = false;
    if (recorded_run_table(readme->runs->run, "memory.csv", &trials, NULL) == 1)
        for (size_t row = 0; row < csv_row_count(trials); row++) {
            const char *source = run_cell(trials, row, "kernel_source");
            counted |= strcmp(source, "cgroup-v1") == 0;
            modelled |=
                *source && strcmp(source, "cgroup-v1") != 0 && strcmp(source, "cgroup-v2") != 0;
        }
    return modelled ? "meminfo" : counted ? "cgroup-v1" : "";
}

static void write_words(const struct readme *readme, const struct csv_table *bill)
{
    char text[README_TEXT_SIZE];
    struct readme_words words;
    double thread = find(bill, THREAD_COLD, "total");
    double loop = find(bill, LOOP_COLD, "total");
    readme_words_begin(&words);
    fprintf(words.out, "Counting resident pages only, a thread is %s times a loop's connection; ",
            readme_times(find(bill, THREAD_COLD, "user") / find(bill, LOOP_COLD, "user"), text));
    fprintf(words.out, "all in it is %s times, ", readme_times(thread / loop, text));
    fprintf(words.out,
            "because the connection itself costs %s of kernel memory whoever waits for it. ",
            readme_bytes(find(bill, SOCKETS, "total"), text));
    fprintf(
        words.out,
        "Handlers that once touched 16 KiB of stack and 4 KiB of heap make a thread %s times as "
        "large with jemalloc, whose cache of each thread is in it, ",
        readme_times(find(bill, THREAD_WORK, "total") / thread, text));
    fprintf(words.out, "and a loop's connection %s times.",
            readme_times(find(bill, LOOP_WORK, "total") / loop, text));
    const char *source = modelled_source(readme);
    if (strcmp(source, "cgroup-v1") == 0)
        fputs(" (All in is what the kernel charged. Which part of it is kernel stacks and which is "
              "other is modelled without cgroup v2: that split repeats well in every block, right "
              "or wrong.)",
              words.out);
    else if (*source)
        fputs(" (The intervals show how well a figure repeats, not how true it is: without cgroups "
              "the kernel's part is told from the machine's total, and an error of that is the "
              "same in every block.)",
              words.out);
    fputc('\n', readme->out);
    readme_words_end(&words, readme->out);
}

static bool has_rows(const struct csv_table *bill)
{
    for (size_t arm = 0; arm < ROW_COUNT; arm++)
        if (find_row(bill, &rows[arm], "total") >= 0)
            return true;
    return false;
}

int readme_memory(struct readme *readme)
{
    struct csv_table *bill = NULL;
    int result =
        run_read_csv(&bill, readme->runs->run->folder, "memory-per-waiter.csv", readme->error);
    if (result < 0)
        return result;
    if (has_rows(bill)) {
        write_picture(readme, bill);
        write_table(bill, readme->out);
        write_words(readme, bill);
    } else {
        readme_paragraph(readme->out, "(The run has no memory trial of waitbench's own servers.)");
    }
    csv_table_destroy(bill);
    return 0;
}
