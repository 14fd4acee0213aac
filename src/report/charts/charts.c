/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/charts.h"

#include "base/clock.h"
#include "base/places.h"
#include "report/charts/chart_words.h"
#include "report/charts/flow_chart.h"
#include "report/charts/gnuplot.h"
#include "report/charts/load_charts.h"
#include "report/charts/memory_bill.h"
#include "report/charts/older_picture.h"
#include "report/charts/run_files.h"
#include "report/charts/runtime_charts.h"
#include "report/charts/trial_charts.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MISSING_POINT                                                                           \
    "Bars are 95 % intervals; they differ in width only so as not to hide one another. "        \
    "Where a point is missing, more than one in ten trials had too few samples, or fewer than " \
    "ten separate events, beyond that "                                                         \
    "percentile."

const struct chart charts[] = {
    {
        .name = "memory-growth",
        .title = "Memory as waiters are added",
        .alt = "Two line charts of memory against the number of waiters, one line per program: "
               "on the left the pages of the process itself, on the right all memory it costs "
               "the machine. The table of memory per waiter below has the slopes.",
        .caption = "The steeper the line, the more one more waiter costs. A page that several "
                   "processes share counts by its share (Pss) on both sides. Waiters here have "
                   "never served a request; points are medians over blocks, bars 95 % intervals.",
        .lines = &chart_memory_growth,
    },
    {
        .name = "memory-bill",
        .title = "Memory per waiter, by component",
        .alt = "Stacked horizontal bars, one per program and condition: bytes per waiter as user "
               "pages, kernel stack, page tables and other kernel memory. The table of memory "
               "per waiter below has the same figures.",
        .caption = "Each bar is the slope of memory over the number of waiters, split by who holds "
                   "it; the thin line is the total's 95 % interval, the diamond what the "
                   "kernel's own accounting charged.",
        .write = memory_bill_write,
    },
    {
        .name = "throughput",
        .title = "Requests per second, and what each costs",
        .alt = "Line charts against the number of active connections, one line per program: "
               "requests per second, server CPU time per request, server and client CPU time per "
               "request, and the memory charged under load. The table of throughput below has "
               "the same figures.",
        .caption =
            "A hollow ring marks a point where the load generator was the limit and the server was "
            "not. CPU per request is each program's at its own load: a busier one takes more "
            "requests per wake-up. On the loopback interface "
            "the sender runs a part of the receiver's work: server and client together "
            "leave nothing out.",
        .lines = &chart_throughput,
    },
    {
        .name = "throughput-work",
        .title = "Requests per second by kind of work",
        .alt = "Dot charts, one line for each kind of work at one number of active connections: "
               "requests per second, server CPU time per request, and server and client CPU time "
               "per request, one dot per program. The table below has the same figures.",
        .caption = "Scales are logarithmic: equal steps are equal ratios. Compare the programs "
                   "within a line; from line to line the work differs.",
        .lines = &chart_throughput_work,
    },
    {
        .name = "throughput-delay",
        .title = "Requests per second as the store takes its time",
        .alt = "Line charts against how much longer the store takes for each query: requests per "
               "second, server CPU time per request, and the store's own CPU time per request, one "
               "line per program. The table below has the same figures.",
        .caption =
            "A query takes so much longer without anybody's CPU. Once as many queries are "
            "under way as there are database connections, these are the limit, whoever "
            "waits for them. A dotted line in a loop's colour is where it answers as many as "
            "threads, and the bar across it the interval. A hollow ring marks a point where the "
            "load generator was the "
            "limit. Bars are 95 % intervals.",
        .lines = &chart_throughput_delay,
    },
    {
        .name = "latency-spectrum",
        .title = "The whole distribution of latency",
        .alt = "Line charts of latency against percentile, from the median to the far tail, one "
               "line per program: at the lowest and at the highest offered rate that no program "
               "was overloaded by, with work, and with a few slow requests among many.",
        .caption =
            "Read it from left to right: above 50 % on the axis a line is at what half of the "
            "requests were faster than, above 99.9 % at what all but one in a thousand were "
            "faster than. A line ends where too few samples are left. Time counts from when "
            "a request should have been sent.",
        .lines = &chart_latency_spectrum,
    },
    {
        .name = "latency-load",
        .title = "Latency as the load rises",
        .alt = "Three line charts, of the 50th, 99th and 99.9th percentile of latency against the "
               "offered rate of requests, one line per program. The table of latency below has "
               "the same figures.",
        .caption = "Every program was offered the same rates of the same requests. An open mark "
                   "that no line leads to was overloaded: its queue grew all the time, and its "
                   "latency says how long the trial was. " MISSING_POINT,
        .lines = &chart_latency_load,
        .tells_kind = true,
    },
    {
        .name = "latency-utilisation",
        .title = "Latency when each is equally busy",
        .alt = "Line charts of the 50th, 99th and 99.9th percentile of latency against the share "
               "of its own highest sustainable rate that each program was offered, a row of "
               "panels for each kind of work. The table below has the same figures.",
        .caption =
            "Here the programs were offered different rates: each the same share of what it "
            "can sustain itself. Open marks that no line leads to were overloaded. " MISSING_POINT,
        .lines = &chart_latency_utilisation,
    },
    {
        .name = "latency-work",
        .title = "Latency by kind of work",
        .alt = "Dot charts of the 50th, 99th and 99.9th percentile of latency, one line for each "
               "kind of work, one dot per program. The table below has the same figures.",
        .caption =
            "Every program of a line was offered the same rate: where a percentage stands beside "
            "it, that share of what the slower one sustains. Open marks were overloaded; a cross "
            "at the "
            "left edge had too few samples, or fewer than ten separate events, beyond that "
            "percentile.",
        .lines = &chart_latency_work,
    },
    {
        .name = "latency-delay",
        .title = "Latency as the store takes its time",
        .alt = "Three line charts, of the 50th, 99th and 99.9th percentile of latency against how "
               "much longer the store takes for each query, one line per program. The table below "
               "has the same figures.",
        .caption = "Every program was offered the same rate at a point. Where the plan names no "
                   "rate it is one share of what the slower one sustains with such a store, and "
                   "another rate from point to point. Open marks that no line leads to were "
                   "overloaded. " MISSING_POINT,
        .lines = &chart_latency_delay,
    },
    {
        .name = "latency-others",
        .title = "What requests that block cost the others",
        .alt = "Dot charts of the 50th and 99th percentile of latency of the requests that do not "
               "block, and of the 99.9th of all, one line for each share of requests that block "
               "and each rate, one dot per program. The table below has the same figures.",
        .caption = "On the left the requests that call nothing that blocks: what they wait for is "
                   "the others' calls. On the right the slowest of all, those that block among "
                   "them: where a pool has run out they wait for one of its threads. Open marks "
                   "were overloaded; a cross at the left edge had too few samples, or fewer than "
                   "ten separate events, beyond that percentile. Bars are 95 % intervals.",
        .lines = &chart_latency_others,
    },
    {
        .name = "latency-idle",
        .title = "Latency beside idle connections",
        .alt = "Three line charts, of the 50th, 99th and 99.9th percentile of latency of a few "
               "active connections against the number of idle connections beside them.",
        .caption =
            "A level line says that idle connections cost the active ones nothing. " MISSING_POINT,
        .lines = &chart_latency_idle,
    },
    {
        .name = "latency-active",
        .title = "Latency as more connections take part",
        .alt = "Three line charts, of the 50th, 99th and 99.9th percentile of latency against the "
               "number of active connections, which share one offered rate.",
        .caption = "The same number of requests per second comes over more and more "
                   "connections. Open marks that no line leads to were overloaded. " MISSING_POINT,
        .lines = &chart_latency_active,
    },
    {
        .name = "flow",
        .title = "What control flow costs: the time of each step",
        .alt = "Dot charts on one log scale of time, a panel for each scenario: for each step of "
               "control flow (an increment, a hand-off, a scope, a cancellation) one dot for "
               "threads and one for the loop. "
               "The table of control flow below has the same figures.",
        .caption = "Further left is cheaper; equal steps are equal ratios. A rate is shown as the "
                   "time of one.",
        .write = flow_chart_write,
    },
    {
        .name = "runtimes-memory",
        .title = "Memory per waiter of every program",
        .alt = "Horizontal bars, one per program, the smallest first: bytes per waiter, stacked "
               "from user pages, kernel stack, page tables and other kernel memory. The table "
               "below has the same figures.",
        .caption =
            "Each bar is the slope of memory over the number of waiters, all of it counted, and "
            "what stands beside it its total with the 95 % interval. A tick is what a connection "
            "costs that nobody waits for. A bar that is cut by two white strokes is longer than "
            "the picture.",
        .write = runtime_memory_write,
    },
    {
        .name = "runtimes-latency",
        .title = "Latency of every program at one rate",
        .alt = "Dots on a log scale of time, a line per program, the lowest 99th percentile "
               "first: the median and the 99th percentile of latency at one rate that all were "
               "offered. The table below has the same figures.",
        .caption =
            "Every program was offered the same rate: of those measured the one at which most "
            "kept up. Neighbours whose intervals overlap are not told apart. Programs at the end "
            "were overloaded, and have no latency of their own.",
        .write = runtime_latency_write,
    },
    {
        .name = "runtimes-throughput",
        .title = "Requests per second of every program",
        .alt = "Dots on a log scale of requests per second, a line per program, the most first: "
               "over one connection and over many. The table below has the same figures.",
        .caption = "In a closed loop: each connection sends its next request when it has its "
                   "answer. Over one connection it is a round trip that counts, over many what a "
                   "request costs. * the load generator was the limit, and not the program.",
        .write = runtime_throughput_write,
    },
    {
        .name = "runtimes-spawn",
        .title = "Time to begin waiting, of every program",
        .alt = "Dots on a log scale of time, a line per program, the least first: the time per "
               "waiter from the first connection until all wait. The table below has the same "
               "figures.",
        .caption = "From the first connection until the program counts all its waiters, by their "
                   "number: what opening a connection takes is in it, the same for all.",
        .write = runtime_spawn_write,
    },
    {.name = NULL},
};

/* The scripts' folder, unless the environment names another. */
static int find_plots(char path[PATH_MAX], struct error *error)
{
    const char *chosen = getenv("WAITBENCH_PLOTS");
    if (!chosen || !*chosen)
        return places_find(PLACE_PLOTS, path, error);
    snprintf(path, PATH_MAX, "%s", chosen);
    return 0;
}

void chart_name(const struct chart *chart, const struct chart_source *source, char *name)
{
    char suffix[WORKLOAD_NAME_SIZE] = "";
    if (source->workload)
        workload_suffix(source->workload, suffix);
    snprintf(name, CHART_NAME_SIZE, "%.48s%s", chart->name, suffix);
}

/* A chart that is being drawn. */
struct chart_drawing {
    const struct chart *chart;
    struct gnuplot *gnuplot;
    const char *folder; /* the run's */
    char charts_dir[PATH_MAX];
    char name[CHART_NAME_SIZE]; /* of its files */
    char title[CHART_TITLE_SIZE];
    char foot[CHART_FOOT_SIZE];
    int64_t end_ns;
};

/* What a picture may take of the time that is left: half. One that hangs then leaves the others
 * more than they need. */
static int draw_in_time(const struct chart_drawing *drawing, const char *script, const char *out,
                        struct error *error)
{
    const struct gnuplot_words words = {drawing->title, drawing->foot};
    int64_t end_ns = drawing->end_ns;
    int64_t now_ns = clock_now_ns();
    if (now_ns >= end_ns)
        return error_set(error, -ETIMEDOUT, "no time is left for it: all charts took %d s",
                         CHARTS_SECONDS);
    return gnuplot_draw(drawing->gnuplot, script, drawing->folder, drawing->name, out, &words,
                        now_ns + (end_ns - now_ns) / 2, error);
}

/* The chart's script, by its whole path, since gnuplot works in the run's folder. */
static int find_script(const struct chart *chart, char script[PATH_MAX], struct error *error)
{
    char absolute[PATH_MAX];
    char plots[PATH_MAX];
    int result = find_plots(plots, error);
    if (result == 0)
        result = run_path(script, plots, chart->name, ".gp", error);
    if (result == 0 && realpath(script, absolute))
        memcpy(script, absolute, sizeof absolute);
    return result;
}

/* Draws beside the picture's place and moves it there when it is whole. */
static int draw_picture(const struct chart_drawing *drawing, const char *ending,
                        struct error *error)
{
    char script[PATH_MAX];
    char drawn[PATH_MAX];
    char picture[PATH_MAX];
    char out[CHART_NAME_SIZE + 16];
    snprintf(out, sizeof out, "charts/%s.new%s", drawing->name, ending);
    int result = find_script(drawing->chart, script, error);
    if (result == 0)
        result = run_path(drawn, drawing->folder, out, "", error);
    if (result == 0)
        result = run_path(picture, drawing->charts_dir, drawing->name, ending, error);
    if (result < 0)
        return result;
    result = draw_in_time(drawing, script, out, error);
    if (result == 0 && rename(drawn, picture) < 0)
        result = error_set(error, -errno, "cannot write %s: %s", picture, strerror(errno));
    if (result < 0)
        unlink(drawn);
    return result;
}

/* Of figures that are written. The PNG is drawn where the SVG tells that it would be another. */
static int draw_pictures(const struct chart_drawing *drawing, const struct older_picture *older,
                         struct error *error)
{
    int result = draw_picture(drawing, ".svg", error);
    if (result == 0)
        result = older_picture_keep(older, drawing->charts_dir, drawing->name, error);
    if (result == 0)
        result = draw_picture(drawing, ".png", error);
    return result < 0 ? result : 0;
}

/* A header without figures is no chart's. */
static void remove_figures(const struct chart_drawing *drawing)
{
    char path[PATH_MAX];
    if (run_path(path, drawing->charts_dir, drawing->name, ".csv", NULL) == 0)
        unlink(path);
}

static int write_figures(const struct chart *chart, const struct chart_source *source,
                         struct error *error)
{
    return chart->lines ? line_chart_write(chart->lines, source->run, source->workload,
                                           source->folder, error)
                        : chart->write(source, error);
}

int chart_draw(const struct chart *chart, const struct chart_source *source,
               struct gnuplot *gnuplot, int64_t end_ns, struct error *error)
{
    struct chart_drawing drawing = {
        .chart = chart,
        .gnuplot = gnuplot,
        .folder = source->folder,
        .end_ns = end_ns,
    };
    char plots[PATH_MAX] = "";
    struct older_picture older;
    int result = run_path(drawing.charts_dir, source->folder, "charts", "", error);
    chart_name(chart, source, drawing.name);
    chart_title(chart, source, drawing.title);
    chart_foot(source, drawing.foot);
    find_plots(plots, NULL); /* a picture that nobody can draw says so */
    if (result == 0)
        result = older_picture_take(&older, drawing.charts_dir, drawing.name, plots, error);
    if (result < 0)
        return result;
    result = write_figures(chart, source, error);
    if (result == 0)
        result = draw_pictures(&drawing, &older, error);
    if (result == -ENODATA)
        remove_figures(&drawing);
    older_picture_finish(&older);
    return result;
}
