/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the page has of workloads that are not the plain server's: a part for each, with the charts
 * and tables of all experiments. */
#include "analysis/summary/store_bound.h"
#include "analysis/words/workload.h"
#include "report/charts/charts.h"
#include "report/page/html.h"
#include "report/page/section.h"
#include "report/page/sections.h"
#include "run/experiment.h"
#include "run/scenario.h"

#include <ctype.h>
#include <stdio.h>

void page_figures(const struct page *page, const char *chart, char *name, size_t size)
{
    char file[CHART_NAME_SIZE];
    chart_name(&(struct chart){.name = chart}, &page->charts.source, file);
    snprintf(name, size, "charts/%s.csv", file);
}

/* With a capital, as a sentence begins. */
static void name_workload(const struct workload *workload, char *words, size_t size)
{
    workload_words(workload, words, size);
    words[0] = (char)toupper((unsigned char)words[0]);
}

void page_caption(const struct page *page, const char *caption, char *text, size_t size)
{
    const struct workload *workload = page->charts.source.workload;
    char words[2 * WORKLOAD_NAME_SIZE] = "";
    if (workload)
        name_workload(workload, words, sizeof words);
    snprintf(text, size, "%s%s%s", words, workload ? ": " : "", caption);
}

bool page_has_plain(const struct page *page)
{
    return page->workloads.count == 0 || workload_is_plain(&page->workloads.items[0]);
}

void page_workload_write_links(const struct page *page)
{
    for (size_t i = 0; i < page->workloads.count; i++) {
        const struct workload *workload = &page->workloads.items[i];
        char id[WORKLOAD_NAME_SIZE];
        char words[2 * WORKLOAD_NAME_SIZE];
        if (workload_is_plain(workload))
            continue;
        workload_suffix(workload, id);
        name_workload(workload, words, sizeof words);
        fprintf(page->out, "<li><a href=\"#%s\">", id + 1);
        html_text(page->out, words);
        fputs("</a></li>\n", page->out);
    }
}

static void write_lead(const struct page *page, const struct workload *workload)
{
    const struct scenario *scenario = scenario_find(workload->scenario);
    if (!scenario)
        return;
    fprintf(page->out, "<p>%c", toupper((unsigned char)scenario->measures[0]));
    html_text(page->out, scenario->measures + 1);
    fputs(".</p>\n", page->out);
}

/* How many CPUs the server had, of which its database had the same, by one file of trials. */
static size_t shared_cpus(const struct page *page, const struct workload *workload,
                          const char *file)
{
    const struct csv_table *trials = NULL;
    size_t most = 0;
    if (recorded_run_table(page->run, file, &trials, NULL) != 1)
        return 0;
    for (size_t row = 0; row < csv_row_count(trials); row++)
        if (workload_has(workload, trials, row) && store_shared_cpus(trials, row) > most)
            most = store_shared_cpus(trials, row);
    return most;
}

/* What the database took of its CPU the server did not get. */
static void write_sharing(const struct page *page, const struct workload *workload)
{
    size_t cpus = shared_cpus(page, workload, experiment_list[EXPERIMENT_THROUGHPUT].file);
    if (cpus == 0)
        cpus = shared_cpus(page, workload, experiment_list[EXPERIMENT_LATENCY].file);
    if (cpus > 0)
        fprintf(page->out,
                "<p>The database ran on the server's CPU%s: what it took of %s the server did not "
                "get.</p>\n",
                cpus > 1 ? "s" : "", cpus > 1 ? "them" : "it");
}

static void write_workload(struct page *page, const struct workload *workload)
{
    char id[WORKLOAD_NAME_SIZE];
    char words[2 * WORKLOAD_NAME_SIZE];
    workload_suffix(workload, id);
    name_workload(workload, words, sizeof words);
    chart_figures_turn_to(&page->charts, workload);
    section_open(page->out, id + 1, words);
    write_lead(page, workload);
    write_sharing(page, workload);
    write_memory(page);
    write_throughput(page);
    write_latency(page);
    section_close(page->out);
    chart_figures_turn_to(&page->charts, NULL);
}

void report_workloads(struct page *page)
{
    for (size_t i = 0; i < page->workloads.count; i++)
        if (!workload_is_plain(&page->workloads.items[i]))
            write_workload(page, &page->workloads.items[i]);
}
