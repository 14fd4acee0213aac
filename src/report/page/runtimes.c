/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of the page on programs of many languages: a table of all, their charts, and what these
 * figures do not say. */
#include "analysis/summary/runtimes.h"
#include "report/page/html.h"
#include "report/page/section.h"
#include "report/page/sections.h"

#include <math.h>
#include <stdio.h>

#define US_NS      1e3
#define US_SECONDS 1e-6

bool page_has_runtimes(const struct page *page)
{
    return page->analysis->has_runtimes && !page->analysis->has_aa;
}

/* A figure in another unit. */
static void write_scaled(FILE *out, const struct estimate *figure, double unit)
{
    struct estimate scaled = *figure;
    scaled.value /= unit;
    scaled.interval.low /= unit;
    scaled.interval.high /= unit;
    html_figure(out, &scaled);
}

/* What machine.json knows of it, and what it says itself; small, below its name. */
static void write_description(FILE *out, const struct runtime_arm *arm)
{
    const char *version = *arm->version ? arm->version : arm->runtime;
    fputs(" <span class=\"ci\">", out);
    html_text(out, arm->is_ours ? "one of our own programs" : arm->about);
    fputs((arm->is_ours || *arm->about) && *version ? "; " : "", out);
    html_text(out, version);
    if (arm->failed_trials > 0)
        fprintf(out, " (%zu trial%s failed)", arm->failed_trials,
                arm->failed_trials == 1 ? "" : "s");
    fputs("</span>", out);
}

static void write_latency_cells(FILE *out, const struct runtime_arm *arm)
{
    if (arm->overloaded_trials > 0) {
        fprintf(out, "<td class=\"n none\" colspan=\"2\">overloaded in %zu of %zu</td>",
                arm->overloaded_trials, arm->latency_trials);
        return;
    }
    write_scaled(out, &arm->p50_ns, US_NS);
    write_scaled(out, &arm->p99_ns, US_NS);
}

static void write_arm(FILE *out, const struct runtime_arm *arm)
{
    fputs("<tr><th scope=\"row\">", out);
    html_text(out, arm->name);
    write_description(out, arm);
    fputs("</th>", out);
    html_cell(out, arm->model);
    write_scaled(out, &arm->bytes[COMPONENT_TOTAL], HTML_KIB);
    write_scaled(out, &arm->bytes[COMPONENT_USER], HTML_KIB);
    html_figure(out, &arm->per_second[RUNTIMES_MANY]);
    html_figure(out, &arm->per_second[RUNTIMES_ONE]);
    write_latency_cells(out, arm);
    write_scaled(out, &arm->cpu_seconds[RUNTIMES_MANY], US_SECONDS);
    write_scaled(out, &arm->spawn_ns, US_NS);
    fputs("</tr>\n", out);
}

/* "Requests/s over 100": of the setting that is shown, where there is one. */
static void write_over(char *text, size_t size, const char *words, double active)
{
    if (isnan(active))
        snprintf(text, size, "%s", words);
    else
        snprintf(text, size, "%s over %g", words, active);
}

static void write_table(FILE *out, const struct runtime_figures *runtimes)
{
    char many[64];
    char one[64];
    char cpu[96];
    write_over(many, sizeof many, "Requests/s", runtimes->active[RUNTIMES_MANY]);
    write_over(one, sizeof one, "Requests/s", runtimes->active[RUNTIMES_ONE]);
    write_over(cpu, sizeof cpu, "Server CPU per request, us,", runtimes->active[RUNTIMES_MANY]);
    const struct html_column columns[] = {
        {.heading = "Program"},
        {.heading = "Model"},
        {.heading = "A waiter, KiB", .scale = 1},
        {.heading = "of it user pages", .scale = 1},
        {.heading = many, .scale = 1},
        {.heading = one, .scale = 1},
        {.heading = "Median, us", .scale = 1},
        {.heading = "99 %, us", .scale = 1},
        {.heading = cpu, .scale = 1},
        {.heading = "Until a waiter waits, us", .scale = 1},
    };
    fputs("<div class=\"stacked\">\n", out);
    html_table_open(out, "Programs by what a waiter costs, medians (95 % interval)", columns,
                    sizeof columns / sizeof *columns);
    for (size_t i = 0; i < runtimes->count; i++)
        write_arm(out, &runtimes->arms[i]);
    html_table_close(out);
    fputs("</div>\n", out);
}

static void write_settings(FILE *out, const struct runtime_figures *runtimes)
{
    fputs("<p>", out);
    fprintf(out, "Waiters %s.", runtimes->is_warm ? "had served requests before" : "never spoke");
    if (!isnan(runtimes->connection_bytes)) {
        fputs(" A connection that nobody waits for costs ", out);
        html_number(out, runtimes->connection_bytes / HTML_KIB, 0);
        fputs(" KiB of what each has here.", out);
    }
    if (!isnan(runtimes->offered_per_second)) {
        fputs(" Latency is at ", out);
        html_number(out, runtimes->offered_per_second, 0);
        fprintf(out, " requests/s over %g connections, for all alike.", runtimes->latency_active);
    }
    if (!isnan(runtimes->spawn_waiters)) {
        fputs(" Until a waiter waits: from the first connection until all of ", out);
        html_number(out, runtimes->spawn_waiters, 0);
        fputs(" wait, by their number.", out);
    }
    fputs("</p>\n", out);
}

static void write_caveats(FILE *out)
{
    fputs(
        "<ul>\n"
        "<li>This is not a ranking of languages: each program is one small server, written as its "
        "community would, with its runtime's default settings. Another library, another option "
        "or more CPUs can turn the order.</li>\n"
        "<li>They do different work beside the answer: a garbage collector, a compiler at run "
        "time, an allocator that keeps what it had. What of that is not a waiter's is not in its "
        "bytes: these are the slope over the number of waiters.</li>\n"
        "<li>A garbage collector decides when memory goes back: a slope is of what is held then, "
        "not of what is in use. One that has not run yet holds all that was ever allocated, and a "
        "heap that grows in leaps leaps at the same number of waiters in each block, which no "
        "interval shows.</li>\n"
        "<li>Buffers are 4 KiB where the program has one of its own; ours wait with a smaller one "
        "and with jemalloc, the others with their language's allocator.</li>\n"
        "<li>Connections are opened one by one by one client: until a waiter waits, programs near "
        "the connection alone are as fast as that client.</li>\n"
        "<li>At one low rate fast programs leave their CPU idle, and a median latency is then "
        "mostly what it takes to wake it up.</li>\n"
        "<li>Models are what the programs say of themselves. Only threads and loops are judged as "
        "claims, where both are of one language.</li>\n"
        "</ul>\n",
        out);
}

void report_runtimes(struct page *page)
{
    static const char *const names[] = {"runtimes-memory", "runtimes-latency",
                                        "runtimes-throughput", "runtimes-spawn", NULL};
    if (!page_has_runtimes(page))
        return;
    section_open(page->out, "runtimes", "Runtimes");
    write_settings(page->out, &page->analysis->runtimes);
    write_table(page->out, &page->analysis->runtimes);
    write_caveats(page->out);
    chart_figures_turn_to(&page->charts, NULL); /* a minute of their own */
    chart_figures_write_named(&page->charts, names, page->out);
    section_close(page->out);
}
