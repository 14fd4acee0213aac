/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/page/report.h"

#include "base/replace.h"
#include "report/charts/run_files.h"
#include "report/page/html.h"
#include "report/page/sections.h"
#include "run/machine_json.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A folder without any of these is not a run's. */
static const char *const run_files[] = {
    "machine.json", "memory.csv", "throughput.csv", "latency.csv", "flow.csv",
};

int report_check(const char *run_dir, struct error *error)
{
    char path[PATH_MAX];
    for (size_t i = 0; i < sizeof run_files / sizeof run_files[0]; i++)
        if (run_path(path, run_dir, run_files[i], "", NULL) == 0 && access(path, R_OK) == 0)
            return 0;
    return error_set(error, -ENODATA,
                     "%s is no run: it has neither machine.json nor a file of trials", run_dir);
}

void report_open(struct page *page, const char *id, const char *heading)
{
    fprintf(page->out, "<section id=\"%s\" aria-labelledby=\"%s-h\">\n<h2 id=\"%s-h\">%s</h2>\n",
            id, id, id, heading);
}

void report_close(struct page *page)
{
    fputs("</section>\n", page->out);
}

void report_missing(struct page *page, const char *what, const char *reason)
{
    fprintf(page->out, "<p class=\"missing\">%s: ", what);
    html_text(page->out, reason);
    fputs(".</p>\n", page->out);
}

static const char *machine_text(const struct page *page, const char *path, const char *otherwise)
{
    const char *text = machine_find_text(page->machine, path);
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
    fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n", report_style);
}

static void write_header(struct page *page, const char *run_name)
{
    FILE *out = page->out;
    const char *const contents[][2] = {
        {page->is_aa ? "aa" : "scorecard", page->is_aa ? "Against itself" : "Scorecard"},
        {"memory", "Memory"},
        {"throughput", "Throughput"},
        {"latency", "Latency"},
        {"flow", "Control flow"},
        {"summary", "All comparisons"},
        {"disturbed", "Disturbed"},
        {"machine", "Machine"},
        {"method", "How to read it"},
        {"again", "Run it again"},
    };
    fputs("<body>\n<a class=\"skip\" href=\"#main\">Skip to the results</a>\n<header>\n", out);
    fputs("<h1>What does it cost to wait?</h1>\n", out);
    fputs("<p>Threads against an event loop, measured by waitbench: run <strong>", out);
    html_text(out, run_name);
    fputs("</strong> on <strong>", out);
    html_text(out, machine_text(page, "hostname", "an unnamed machine"));
    fputs("</strong>, begun ", out);
    html_text(out, machine_text(page, "started_utc", "at an unknown time"));
    fputs(machine_find_text(page->machine, "ended_utc") ? "" : ", not ended", out);
    fputs(".</p>\n", out);
    if (page->machine && !machine_find_text(page->machine, "ended_utc"))
        fputs("<p class=\"missing\">This run was cut short: it has no time of its end. The figures "
              "are "
              "of the trials that were completed; blocks and settings may be missing.</p>\n",
              out);
    fputs("<nav aria-label=\"Contents\"><ul>\n", out);
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++)
        fprintf(out, "<li><a href=\"#%s\">%s</a></li>\n", contents[i][0], contents[i][1]);
    fputs("</ul></nav>\n</header>\n<main id=\"main\">\n", out);
}

static void write_page(struct page *page, const char *run_name)
{
    write_head(page, run_name);
    write_header(page, run_name);
    if (page->is_aa)
        report_aa(page);
    else
        report_scorecard(page);
    report_memory(page);
    report_throughput(page);
    report_latency(page);
    report_flow(page);
    report_summary(page);
    report_disturbed(page);
    report_machine(page);
    report_method(page);
    report_command(page);
    fputs("</main>\n</body>\n</html>\n", page->out);
}

static int write_file(struct page *page, struct error *error)
{
    char path[PATH_MAX];
    struct replacement whole;
    const char *name = strrchr(page->run_dir, '/');
    int result = run_path(path, page->run_dir, "report", ".html", error);
    if (result == 0)
        result = replacement_begin(&whole, error);
    if (result < 0)
        return result;
    page->out = whole.out;
    write_page(page, name && name[1] ? name + 1 : page->run_dir);
    return replacement_end(&whole, path, page->chart_failure == -EINTR ? -EINTR : 0, error);
}

int report_write(const char *run_dir, struct error *error)
{
    char path[PATH_MAX];
    char machine_path[PATH_MAX];
    json_t *machine = NULL;
    int result = report_check(run_dir, error);
    if (result == 0 && !realpath(run_dir, path))
        result = error_set(error, -errno, "cannot open %s: %s", run_dir, strerror(errno));
    if (result == 0)
        result = run_path(machine_path, path, "machine", ".json", error);
    if (result < 0)
        return result;
    /* Without it the page says so, and the rest is still worth reading. */
    machine_read(&machine, machine_path, NULL);
    struct page page = {.run_dir = path, .machine = machine};
    page.is_aa =
        run_path(machine_path, path, "aa", ".csv", NULL) == 0 && access(machine_path, R_OK) == 0;
    result = write_file(&page, error);
    if (result == 0 || result == -EINTR)
        result = report_charts_result(&page, error);
    json_decref(machine);
    return result;
}
