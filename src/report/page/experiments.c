/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The experiments' parts of the page: charts, and tables of the figures that are drawn. Those of
 * load are in report_load.c. */
#include "analysis/words/units.h"
#include "base/clock.h"
#include "report/charts/arm_rows.h"
#include "report/charts/charts.h"
#include "report/charts/line_chart.h"
#include "report/charts/run_files.h"
#include "report/page/html.h"
#include "report/page/sections.h"
#include "report/page/svg.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FAILED_TEXT_BYTES (ARM_LABEL_BYTES + 96)

static int inline_picture(struct page *page, const struct chart *chart, struct error *error)
{
    char dir[PATH_MAX];
    char path[PATH_MAX];
    int result = run_path(dir, page->run_dir, "charts", "", error);
    if (result == 0)
        result = run_path(path, dir, chart->name, ".svg", error);
    if (result < 0)
        return result;
    fprintf(page->out, "<div class=\"card\" role=\"region\" tabindex=\"0\" aria-label=\"%s\">\n",
            chart->title);
    result = svg_inline(page->out, path, chart->name, chart->title, chart->alt, error);
    fputs("</div>\n", page->out);
    return result;
}

/* At most so many of the points that failed are named. */
#define FAILED_NAMED_MAX 4

/* "loop at 300 active, 10,000 idle, 4,000/s": where a trial stands. */
static void describe_trial(const struct csv_table *trials, size_t row, char *text, size_t size)
{
    static const struct {
        const char *column;
        const char *behind;
    } places[] = {{"waiters_requested", " waiters"},
                  {"active", " active"},
                  {"idle", " idle"},
                  {"offered_per_second", "/s"}};
    const char *before = " at ";
    char label[ARM_LABEL_BYTES];
    FILE *out = fmemopen(text, size, "w");
    text[0] = '\0';
    if (!out)
        return;
    arm_label(trials, arm_columns, row, label);
    fputs(label, out);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        double number = strtod(run_cell(trials, row, places[i].column), NULL);
        if (number > 0) {
            fputs(before, out);
            units_write_whole(number, out);
            fputs(places[i].behind, out);
            before = ", ";
        }
    }
    fclose(out);
    text[size - 1] = '\0';
}

/* Names the points of failed trials, each once. Returns how many trials failed. */
static size_t name_failed(const struct csv_table *trials, char named[][FAILED_TEXT_BYTES],
                          size_t *points)
{
    size_t failed = 0;
    for (size_t row = 0; row < csv_row_count(trials); row++) {
        char text[FAILED_TEXT_BYTES];
        size_t i = 0;
        if (strcmp(run_cell(trials, row, "valid"), "1") == 0)
            continue;
        failed++;
        describe_trial(trials, row, text, sizeof text);
        while (i < *points && strcmp(named[i], text) != 0)
            i++;
        if (i == *points && i < FAILED_NAMED_MAX + 1)
            strcpy(named[(*points)++], text);
    }
    return failed;
}

/* A failed trial is in no point: where all of a point's trials failed there is none, which looks
 * like a setting that was not measured. */
static void write_failed(struct page *page, const char *file)
{
    char named[FAILED_NAMED_MAX + 1][FAILED_TEXT_BYTES];
    struct csv_table *trials = NULL;
    struct error error = {{0}};
    size_t points = 0;
    if (run_read_csv(&trials, page->run_dir, file, &error) < 0)
        return;
    size_t failed = name_failed(trials, named, &points);
    csv_table_destroy(trials);
    if (failed == 0)
        return;
    fprintf(page->out, " <strong>%zu trial%s of %s failed and %s in no point:</strong> ", failed,
            failed == 1 ? "" : "s", file, failed == 1 ? "is" : "are");
    for (size_t i = 0; i < points && i < FAILED_NAMED_MAX; i++) {
        fputs(i > 0 ? "; " : "", page->out);
        html_text(page->out, named[i]);
    }
    fputs(points > FAILED_NAMED_MAX ? "; and others." : ".", page->out);
}

static void write_caption(struct page *page, const struct chart *chart)
{
    fprintf(page->out, "<figcaption>%s", chart->caption);
    if (chart->lines)
        write_failed(page,
                     chart->lines->conditions ? chart->lines->conditions : chart->lines->source);
    fputs("</figcaption>\n", page->out);
}

/* What the run has nothing for is no failure. */
static void note_failure(struct page *page, const struct chart *chart, int result,
                         const struct error *error)
{
    if (result == 0 || result == -ENODATA)
        return;
    page->charts_failed++;
    if (page->chart_failure == 0 || result == -EINTR)
        page->chart_failure =
            error_set(&page->error, result, "chart %s: %.900s", chart->name, error->text);
}

void report_chart(struct page *page, const struct chart *chart)
{
    struct error error = {{0}};
    if (page->charts_end_ns == 0)
        page->charts_end_ns = clock_now_ns() + CHARTS_SECONDS * NS_PER_SECOND;
    if (page->chart_failure == -EINTR)
        return;
    fprintf(page->out, "<figure>\n<h3>%s</h3>\n", chart->title);
    int result = chart_draw(chart, page->run_dir, page->charts_end_ns, &error);
    if (result == 0)
        result = inline_picture(page, chart, &error);
    if (result == 0)
        write_caption(page, chart);
    else
        report_missing(page, "This chart is not here", error.text);
    note_failure(page, chart, result, &error);
    fputs("</figure>\n", page->out);
}

int report_charts_result(const struct page *page, struct error *error)
{
    if (page->chart_failure == 0)
        return 0;
    if (page->charts_failed == 1 || page->chart_failure == -EINTR)
        return error_set(error, page->chart_failure, "%s", page->error.text);
    return error_set(error, page->chart_failure, "%s; and %zu more, of which the page says why",
                     page->error.text, page->charts_failed - 1);
}

void report_charts(struct page *page, const char *const *names)
{
    for (; *names; names++)
        for (const struct chart *chart = charts; chart->name; chart++)
            if (strcmp(chart->name, *names) == 0)
                report_chart(page, chart);
}

static void write_table(struct page *page, const char *file, const char *caption,
                        const struct html_column *columns, size_t count)
{
    struct csv_table *table = NULL;
    struct error error = {{0}};
    if (run_read_csv(&table, page->run_dir, file, &error) == 0)
        html_table(page->out, caption, columns, count, table);
    csv_table_destroy(table);
}

#define TABLE(file, caption, columns) \
    write_table(page, file, caption, columns, sizeof columns / sizeof columns[0])

/* Without cgroup v2 the kernel counts stacks for the whole machine only (measure/memory/charge.h),
 * and what others hold of them is worked out. An error of that model is the same in every block. */
static bool stacks_are_modelled(const struct csv_table *trials)
{
    for (size_t row = 0; row < csv_row_count(trials); row++) {
        const char *source = run_cell(trials, row, "kernel_source");
        if (*source && strcmp(source, "cgroup-v2") != 0)
            return true;
    }
    return false;
}

static void write_model(struct page *page)
{
    struct csv_table *trials = NULL;
    if (run_read_csv(&trials, page->run_dir, "memory.csv", NULL) == 0 &&
        stacks_are_modelled(trials))
        fputs("<p>These intervals show how well the figures repeat, not how true they are: without "
              "cgroup v2 the kernel does not count the stacks of one program apart, so they come "
              "from the growth of the whole machine's, less one stack for each task of others. "
              "What that model gets wrong it gets wrong in every block alike. With cgroup v1 it "
              "is wrong between two columns only: their sum is what the kernel charged.</p>\n",
              page->out);
    csv_table_destroy(trials);
}

void report_memory(struct page *page)
{
    static const char *const names[] = {"memory-growth", "memory-bill", NULL};
    static const struct html_column columns[] = {
        {"Arm", "label", HTML_TEXT, NULL, NULL},
        {"User pages", "user_bytes", HTML_KIB, NULL, NULL},
        {"Kernel stack", "kernel_stack_bytes", HTML_KIB, NULL, NULL},
        {"Page tables", "page_table_bytes", HTML_KIB, NULL, NULL},
        {"Other kernel", "kernel_other_bytes", HTML_KIB, NULL, NULL},
        {"Total", "total_bytes", HTML_KIB, "total_ci_low_bytes", "total_ci_high_bytes"},
        {"Charged", "charged_bytes", HTML_KIB, NULL, NULL},
    };
    report_open(page, "memory", "Memory");
    report_charts(page, names);
    TABLE("charts/memory-bill.csv", "Memory of one more waiter, KiB (95 % interval)", columns);
    write_model(page);
    report_close(page);
}

void report_flow(struct page *page)
{
    static const char *const names[] = {"flow", NULL};
    static const struct html_column columns[] = {
        {"Step", "row_label", HTML_TEXT, NULL, NULL},
        {"Model", "label", HTML_TEXT, NULL, NULL},
        {"Time, us", "time_median_ns", 1e3, "time_ci_low_ns", "time_ci_high_ns"},
        {"Blocks", "blocks", HTML_TEXT, NULL, NULL},
    };
    report_open(page, "flow", "Control flow");
    report_charts(page, names);
    TABLE("charts/flow.csv", "Control flow, medians (95 % interval)", columns);
    report_close(page);
}
