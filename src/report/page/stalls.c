/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trials in which server or generator stood still, in the page's part on what disturbed the run. */
#include "analysis/words/load_kind.h"
#include "base/alloc.h"
#include "report/charts/arm_rows.h"
#include "report/charts/run_files.h"
#include "report/page/html.h"
#include "report/page/sections.h"

#include <stdlib.h>
#include <string.h>

#define SHOWN_MAX 12

/* A stall longer than this share of the window makes the 99.9th percentile by itself. */
#define STALL_SHARE 0.001

/* Times of a trial, in ns. */
struct stall {
    const struct csv_table *trials;
    const char *file;
    size_t row;
    double window;
    double server;
    double generator;
    double planned; /* what the slowest request takes, which stalls an event loop by design */
};

struct stall_rows {
    struct stall *items;
    size_t count;
    size_t capacity;
};

static double number(const struct csv_table *table, size_t row, const char *column)
{
    return strtod(run_cell(table, row, column), NULL);
}

static bool server_stalled(const struct stall *stall)
{
    return stall->server > STALL_SHARE * stall->window && stall->server > 4 * stall->planned;
}

static bool generator_stalled(const struct stall *stall)
{
    return stall->generator > STALL_SHARE * stall->window;
}

static double longest(const struct stall *stall)
{
    double server = server_stalled(stall) ? stall->server : 0;
    double generator = generator_stalled(stall) ? stall->generator : 0;
    return server > generator ? server : generator;
}

static struct stall read_stall(const struct csv_table *trials, const char *file, size_t row)
{
    struct stall stall = {.trials = trials, .file = file, .row = row};
    stall.window = 1e9 * number(trials, row, "duration_seconds");
    stall.server = number(trials, row, "longest_stall_ns");
    stall.generator = number(trials, row, "generator_longest_stall_ns");
    stall.planned =
        1e3 * (number(trials, row, "work_slow_us") + number(trials, row, "work_cpu_us"));
    return stall;
}

/* An overloaded trial stands still by its own fault. */
static bool counts(const struct csv_table *trials, size_t row)
{
    return strcmp(run_cell(trials, row, "valid"), "1") == 0 &&
           !(number(trials, row, "overloaded") > 0);
}

static void find_stalls(FILE *out, const struct csv_table *trials, const char *file,
                        struct stall_rows *stalls)
{
    size_t by_server = 0;
    size_t by_generator = 0;
    size_t overloaded = 0;
    for (size_t row = 0; row < csv_row_count(trials); row++) {
        struct stall stall = read_stall(trials, file, row);
        overloaded += number(trials, row, "overloaded") > 0;
        if (!counts(trials, row) || !(longest(&stall) > 0))
            continue;
        by_server += server_stalled(&stall);
        by_generator += generator_stalled(&stall);
        stalls->items =
            alloc_grow(stalls->items, stalls->count, &stalls->capacity, sizeof *stalls->items);
        stalls->items[stalls->count++] = stall;
    }
    fprintf(out,
            "<li>%s: of %zu trials %zu had a stall of the replies, and %zu one of the generator, "
            "of more than a thousandth of the window",
            file, csv_row_count(trials), by_server, by_generator);
    if (csv_row_count(trials) > 0 && *run_cell(trials, 0, "utilisation"))
        fprintf(out, "; %zu %s overloaded", overloaded, overloaded == 1 ? "was" : "were");
    fputs("</li>\n", out);
}

static int compare_stalls(const void *a, const void *b)
{
    double first = longest(a);
    double second = longest(b);
    return (second > first) - (second < first);
}

static const struct html_column columns[] = {
    {"Arm and work", NULL, HTML_TEXT, NULL, NULL},
    {"File", NULL, HTML_TEXT, NULL, NULL},
    {"Block", "block", 1, NULL, NULL},
    {"Active", "active", 1, NULL, NULL},
    {"Idle", "idle", 1, NULL, NULL},
    {"Offered/s", "offered_per_second", 1, NULL, NULL},
    {"Window, s", "duration_seconds", 1, NULL, NULL},
    {"No reply for, ms", "longest_stall_ns", 1e6, NULL, NULL},
    {"Generator stood for, ms", "generator_longest_stall_ns", 1e6, NULL, NULL},
    {"Server waited for a CPU, s (sum over threads)", "server_run_delay_seconds", 1, NULL, NULL},
    {"Generator waited, s (sum over threads)", "client_run_delay_seconds", 1, NULL, NULL},
};
#define COLUMN_COUNT (sizeof columns / sizeof columns[0])

static void write_row(FILE *out, const struct stall *stall)
{
    char label[ARM_LABEL_BYTES];
    char words[LOAD_KIND_LABEL_BYTES];
    struct load_kind kind;
    arm_label(stall->trials, arm_told_columns, stall->row, label);
    load_kind_read(&kind, stall->trials, stall->row);
    load_kind_label(&kind, words);
    fputs("<tr><th scope=\"row\">", out);
    html_text(out, label);
    fputs(" <span class=\"ci\">", out);
    html_text(out, words);
    fputs("</span></th>", out);
    html_cell(out, stall->file);
    html_cells(out, columns + 2, COLUMN_COUNT - 2, stall->trials, stall->row);
    fputs("</tr>\n", out);
}

static void write_table(FILE *out, const struct stall_rows *stalls)
{
    char caption[128];
    size_t shown = stalls->count < SHOWN_MAX ? stalls->count : SHOWN_MAX;
    snprintf(caption, sizeof caption, "The %zu longest stalls of %zu that a tail would show", shown,
             stalls->count);
    html_table_open(out, caption, columns, COLUMN_COUNT);
    for (size_t i = 0; i < shown; i++)
        write_row(out, &stalls->items[i]);
    html_table_close(out);
}

void report_stalls(struct page *page)
{
    static const char *const files[] = {"throughput.csv", "latency.csv"};
    struct stall_rows stalls = {0};
    bool any = false;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        const struct csv_table *trials = NULL;
        if (recorded_run_table(page->run, files[i], &trials, NULL) != 1 ||
            csv_column(trials, "longest_stall_ns") < 0)
            continue;
        fputs(any ? "" : "<h3>What stood still</h3>\n<ul>\n", page->out);
        any = true;
        find_stalls(page->out, trials, files[i], &stalls);
    }
    fputs(any ? "</ul>\n" : "", page->out);
    if (stalls.count > 0) {
        qsort(stalls.items, stalls.count, sizeof *stalls.items, compare_stalls);
        fputs("<p>Such a trial's 99.9 % is that stall. Where the replies stalled and the generator "
              "did not, look at how long the server waited for a CPU: if that is as long, "
              "another program had it.</p>\n",
              page->out);
        write_table(page->out, &stalls);
    }
    free(stalls.items);
}
