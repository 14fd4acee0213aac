/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/page/report.h"

#include "base/replace.h"
#include "report/charts/run_files.h"
#include "report/page/html.h"
#include "report/page/sections.h"
#include "report/page/style.h"
#include "run/label.h"
#include "run/machine_json.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char *machine_text(const struct page *page, const char *path, const char *otherwise)
{
    const char *text = machine_find_text(page->run->machine, path);
    return text ? text : otherwise;
}

static void write_head(struct page *page, const char *run_name)
{
    FILE *out = page->out;
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n", out);
    fputs("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n", out);
    fputs("<meta name=\"color-scheme\" content=\"light dark\">\n", out);
    /* An icon of its own, or browsers ask the server for one. */
    fputs("<link rel=\"icon\" href=\"data:,\">\n<title>waitbench: ", out);
    html_text(out, run_name);
    fputs(" on ", out);
    html_text(out, machine_text(page, "hostname", "an unnamed machine"));
    fprintf(out, "</title>\n<style>\n%s%s</style>\n</head>\n", report_style, report_answer_style);
}

static void write_links(FILE *out, const char *const links[][2], size_t count)
{
    for (size_t i = 0; i < count; i++)
        fprintf(out, "<li><a href=\"#%s\">%s</a></li>\n", links[i][0], links[i][1]);
}

static void write_header(struct page *page, const char *run_name)
{
    FILE *out = page->out;
    char label[RUN_LABEL_SIZE];
    const char *const first[][2] = {
        {page->analysis->has_aa ? "aa" : "scorecard",
         page->analysis->has_aa ? "Against itself" : "Scorecard"},
        {"memory", "Memory"},
        {"throughput", "Throughput"},
        {"latency", "Latency"},
    };
    static const char *const before[][2] = {{"answer", "Answer"}, {"choose", "Which one for me?"}};
    static const char *const runtimes[][2] = {{"runtimes", "Runtimes"}};
    static const char *const last[][2] = {
        {"flow", "Control flow"},    {"summary", "All comparisons"}, {"disturbed", "Disturbed"},
        {"machine", "Machine"},      {"method", "How to read it"},   {"again", "Run it again"},
        {"files", "The run itself"},
    };
    fputs("<body>\n<a class=\"skip\" href=\"#main\">Skip to the results</a>\n<header>\n", out);
    fputs("<h1>What does it cost to wait?</h1>\n", out);
    fputs("<p>Threads against an event loop, measured by waitbench: run <strong>", out);
    html_text(out, run_name);
    fputs("</strong> on <strong>", out);
    run_label(page->run->machine, label, sizeof label);
    html_text(out, label);
    fputs("</strong> (host ", out);
    html_text(out, machine_text(page, "hostname", "without a name"));
    fputs("), begun ", out);
    html_text(out, machine_text(page, "started_utc", "at an unknown time"));
    fputs(machine_find_text(page->run->machine, "ended_utc") ? "" : ", not ended", out);
    fputs(".</p>\n", out);
    if (page->run->machine && !machine_find_text(page->run->machine, "ended_utc"))
        fputs("<p class=\"missing\">This run was cut short: it has no time of its end. The figures "
              "are "
              "of the trials that were completed; blocks and settings may be missing.</p>\n",
              out);
    fputs("<nav aria-label=\"Contents\"><ul>\n", out);
    write_links(out, before, page_has_answer(page) ? 1 : 0);
    write_links(out, first, 1);
    write_links(out, before + 1, page_has_choices(page) ? 1 : 0);
    if (page_has_plain(page))
        write_links(out, first + 1, sizeof first / sizeof first[0] - 1);
    page_workload_write_links(page);
    write_links(out, runtimes, page_has_runtimes(page) ? 1 : 0);
    write_links(out, last, sizeof last / sizeof last[0]);
    fputs("</ul></nav>\n</header>\n<main id=\"main\">\n", out);
}

/* The answer first, then what it rests on. */
static void write_verdicts(struct page *page)
{
    report_answer(page);
    report_scorecard(page);
    report_choices(page);
}

static void write_page(struct page *page, const char *run_name)
{
    write_head(page, run_name);
    write_header(page, run_name);
    if (page->analysis->has_aa)
        report_aa(page);
    else
        write_verdicts(page);
    if (page_has_plain(page)) {
        report_memory(page);
        report_throughput(page);
        report_latency(page);
    }
    report_workloads(page);
    report_runtimes(page);
    report_flow(page);
    report_summary(page);
    report_disturbed(page);
    report_machine(page);
    report_method(page);
    report_command(page);
    report_carried(page);
    fputs("</main>\n</body>\n</html>\n", page->out);
}

static int write_file(struct page *page, struct error *error)
{
    char path[PATH_MAX];
    struct replacement whole;
    const char *name = strrchr(page->folder, '/');
    int result = run_path(path, page->folder, "report", ".html", error);
    if (result == 0)
        result = replacement_begin(&whole, error);
    if (result < 0)
        return result;
    page->out = whole.out;
    write_page(page, name && name[1] ? name + 1 : page->folder);
    return replacement_end(&whole, path, page->charts.failure == -EINTR ? -EINTR : 0, error);
}

int report_write(const struct analysis *analysis, struct error *error)
{
    const struct recorded_run *run = analysis->run;
    char folder[PATH_MAX];
    int result = recorded_run_check(run, error);
    if (result == 0 && !realpath(run->folder, folder))
        result = error_set(error, -errno, "cannot open %s: %s", run->folder, strerror(errno));
    if (result < 0)
        return result;
    struct page page = {
        .analysis = analysis,
        .run = run,
        .folder = folder,
        .charts = {.source = {.folder = folder,
                              .run = run,
                              .bill = analysis->has_bill ? &analysis->bill : NULL,
                              .runtimes = analysis->has_runtimes ? &analysis->runtimes : NULL}},
    };
    workloads_find(&page.workloads, run);
    result = write_file(&page, error);
    if (result == 0 || result == -EINTR)
        result = chart_figures_result(&page.charts, error);
    chart_figures_finish(&page.charts);
    workloads_finish(&page.workloads);
    return result;
}
