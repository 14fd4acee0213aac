/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/compare_page.h"

#include "base/replace.h"
#include "compare/page_foot.h"
#include "compare/page_tables.h"
#include "report/charts/machine_charts.h"
#include "report/charts/run_files.h"
#include "report/page/chart_figures.h"
#include "report/page/html.h"
#include "report/page/section.h"
#include "report/page/style.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/* The page that is being written. */
struct comparison_page {
    FILE *out;
    struct chart_figures charts;
};

static void write_head(FILE *out)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n"
          /* An icon of its own, or browsers ask the server for one. */
          "<link rel=\"icon\" href=\"data:,\">\n<title>waitbench: machines compared</title>\n",
          out);
    fprintf(out, "<style>\n%s%s</style>\n</head>\n", report_style, report_answer_style);
}

static void write_names(const struct comparison_of_runs *comparison, FILE *out)
{
    size_t count = comparison->machines.count;
    for (size_t i = 0; i < count; i++) {
        fputs(i == 0 ? "" : i + 1 == count ? " and " : ", ", out);
        fputs("<strong>", out);
        html_text(out, comparison->machines.machines[i].name);
        fputs("</strong>", out);
    }
}

static void write_header(const struct comparison_of_runs *comparison, FILE *out)
{
    static const char *const contents[][2] = {
        {"answer", "In short"},       {"ratios", "Threads over loop"},   {"memory", "Memory"},
        {"times", "Times"},           {"guard", "What may be compared"}, {"machines", "Machines"},
        {"method", "How to read it"},
    };
    fputs("<body>\n<a class=\"skip\" href=\"#main\">Skip to the results</a>\n<header>\n"
          "<h1>What does it cost to wait, there and here?</h1>\n<p>",
          out);
    write_names(comparison, out);
    fprintf(out, ", compared by waitbench: <strong>%s</strong>.</p>\n",
            compare_overall_text(comparison));
    fputs("<nav aria-label=\"Contents\"><ul>\n", out);
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++)
        fprintf(out, "<li><a href=\"#%s\">%s</a></li>\n", contents[i][0], contents[i][1]);
    fputs("</ul></nav>\n</header>\n<main id=\"main\">\n", out);
}

static void write_chart(struct comparison_page *page, const char *name)
{
    for (const struct chart *chart = machine_charts; chart->name; chart++)
        if (strcmp(chart->name, name) == 0)
            chart_figures_write(&page->charts, chart, page->out);
}

static void write_charted(struct comparison_page *page, const struct comparison_of_runs *comparison,
                          const char *name, enum page_table table)
{
    write_chart(page, name);
    page_table_write(comparison, table, page->out);
}

static void write_method(struct comparison_page *page)
{
    section_open(page->out, "method", "How to read it");
    fputs(
        "<p>A ratio of threads to loop inside one machine travels further than a figure of one "
        "program, for its two sides shared the kernel, the CPUs and the hour; but it travels only "
        "as far as its interval, and the same machine measured twice shows how far that is. Ratios "
        "of tails often tell nothing but that the two differ by less than some factor. A figure of "
        "one program says something about two "
        "machines only if nothing else differs, and even then each machine has floors of its "
        "own: the round trip of a bare blocking ping-pong, what reading the clock costs, how "
        "long a spinning thread is held up. They stand with the machines.</p>\n"
        "<p>Intervals hold 95 %, each by itself: of twenty figures that are alike one is called "
        "lower or "
        "higher by chance. They are made of the blocks of one run, and know nothing of another "
        "hour: "
        "of two runs of one machine more differ than that. Blocks of two runs are no pairs, so "
        "each run resamples its "
        "own, and the ratio to the first machine divides one resample by the other. With fewer "
        "than 6 blocks there is neither interval nor verdict, and so no ratio between machines is "
        "shown. A percentile of trials whose backlog grew (overloaded) is compared with nothing, "
        "nor is a figure with one at another rate (other load); a ratio of two programs is, as "
        "long "
        "as the rates keep them as busy within a factor of two. "
        "Where a recorded difference takes a "
        "figure away, the figure is shown and the verdict is not.</p>\n",
        page->out);
    section_close(page->out);
}

static void write_page(struct comparison_page *page, const struct comparison_of_runs *comparison)
{
    write_head(page->out);
    write_header(comparison, page->out);
    section_open(page->out, "answer", "In short");
    page_answer_write(comparison, page->out);
    section_close(page->out);
    section_open(page->out, "ratios", "Threads over loop, inside each machine");
    write_charted(page, comparison, "ratios", PAGE_RATIOS);
    section_close(page->out);
    section_open(page->out, "memory", "Memory");
    write_charted(page, comparison, "machines-memory", PAGE_MEMORY);
    section_close(page->out);
    section_open(page->out, "times", "Times");
    write_chart(page, "machines-throughput");
    write_charted(page, comparison, "machines-latency", PAGE_TIMES);
    section_close(page->out);
    section_open(page->out, "guard", "What may be compared");
    for (size_t i = 1; i < comparison->machines.count; i++)
        page_guard_write(comparison, i, page->out);
    page_not_compared_write(comparison, page->out);
    section_close(page->out);
    section_open(page->out, "machines", "Machines");
    page_machines_write(comparison, page->out);
    section_close(page->out);
    write_method(page);
    fputs("</main>\n</body>\n</html>\n", page->out);
}

int compare_page_write(const struct comparison_of_runs *comparison, const char *folder,
                       struct error *error)
{
    char path[PATH_MAX];
    struct replacement whole;
    char foot[PAGE_FOOT_SIZE];
    struct comparison_page page = {.charts = {.source = {.folder = folder, .foot = foot}}};
    int result = run_path(path, folder, "compare", ".html", error);
    if (result == 0)
        result = replacement_begin(&whole, error);
    if (result < 0)
        return result;
    page_foot(&comparison->machines, foot);
    page.out = whole.out;
    write_page(&page, comparison);
    result = replacement_end(&whole, path, page.charts.failure == -EINTR ? -EINTR : 0, error);
    if (result == 0 || result == -EINTR)
        result = chart_figures_result(&page.charts, error);
    chart_figures_finish(&page.charts);
    return result;
}
