/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Throughput and latency on the page: charts, and tables of the figures that are drawn. */
#include "report/charts/load_charts.h"
#include "report/page/figure_table.h"
#include "report/page/section.h"

#define MIB 1048576.0

#define STORE_BOUND                                                                       \
    {                                                                                     \
        "The database was the limit", "store_bound_median_share", HTML_YES_NO, NULL, NULL \
    }
#define DELAY                                                       \
    {"Each query takes more, us", "store_delay_us", 1, NULL, NULL}, \
        {"Active connections", "active", 1, NULL, NULL},            \
    {                                                               \
        "Database connections", "store_connections", 1, NULL, NULL  \
    }

static const struct html_column throughput_columns[] = {
    {"Arm", "label", HTML_TEXT, NULL, NULL},
    {"Active connections", "active", 1, NULL, NULL},
    {"Requests/s", "achieved_median_per_second", 1, "achieved_ci_low_per_second",
     "achieved_ci_high_per_second"},
    {"Server CPU per request, us", "server_cpu_median_seconds_per_request", 1e-6,
     "server_cpu_ci_low_seconds_per_request", "server_cpu_ci_high_seconds_per_request"},
    {"Server + client CPU per request, us", "both_cpu_median_seconds_per_request", 1e-6,
     "both_cpu_ci_low_seconds_per_request", "both_cpu_ci_high_seconds_per_request"},
    {"Memory under load, MiB", "charged_median_bytes", MIB, "charged_ci_low_bytes",
     "charged_ci_high_bytes"},
    {"The generator was the limit, the server was not", "client_bound_median_share", HTML_YES_NO,
     NULL, NULL},
    STORE_BOUND,
    {"Blocks", "blocks", HTML_TEXT, NULL, NULL},
};
#define THROUGHPUT_COLUMNS (sizeof throughput_columns / sizeof throughput_columns[0])

static const struct html_column throughput_delay_columns[] = {
    {"Arm", "label", HTML_TEXT, NULL, NULL},
    DELAY,
    {"Requests/s", "achieved_median_per_second", 1, "achieved_ci_low_per_second",
     "achieved_ci_high_per_second"},
    {"Server CPU per request, us", "server_cpu_median_seconds_per_request", 1e-6,
     "server_cpu_ci_low_seconds_per_request", "server_cpu_ci_high_seconds_per_request"},
    {"Database CPU per request, us", "store_cpu_median_seconds_per_request", 1e-6,
     "store_cpu_ci_low_seconds_per_request", "store_cpu_ci_high_seconds_per_request"},
    {"The generator was the limit, the server was not", "client_bound_median_share", HTML_YES_NO,
     NULL, NULL},
    STORE_BOUND,
    {"Blocks", "blocks", HTML_TEXT, NULL, NULL},
};

#define TABLE(name, caption, columns, unfixed, write_row)                \
    {                                                                    \
        name, caption, columns, sizeof columns / sizeof columns[0],      \
            sizeof columns / sizeof columns[0] - (unfixed), (write_row), \
    }

static const struct figure_table throughput_tables[] = {
    TABLE("throughput", "Throughput, medians (95 % interval)", throughput_columns, 7,
          figure_row_write),
    TABLE("throughput-work", "Throughput by kind of work, medians (95 % interval)",
          throughput_columns, 7, figure_row_write),
    TABLE("throughput-delay", "Throughput as the store takes its time, medians (95 % interval)",
          throughput_delay_columns, 6, figure_row_write),
};

static void write_tables(struct page *page, const struct figure_table *tables, size_t count)
{
    for (size_t i = 0; i < count; i++)
        figure_table_write(page, &tables[i]);
}

void write_throughput(struct page *page)
{
    static const char *const names[] = {"throughput", "throughput-work", NULL};
    static const char *const more[] = {"throughput-delay", NULL};
    chart_figures_write_named(&page->charts, names, page->out);
    if (page->charts.source.workload)
        chart_figures_write_named(&page->charts, more, page->out);
    write_tables(page, throughput_tables, sizeof throughput_tables / sizeof throughput_tables[0]);
}

void report_throughput(struct page *page)
{
    section_open(page->out, "throughput", "Throughput");
    write_throughput(page);
    section_close(page->out);
}

#define ARM                                   \
    {                                         \
        "Arm", "label", HTML_TEXT, NULL, NULL \
    }
#define OFFERED                                                 \
    {                                                           \
        "Offered/s", "offered_median_per_second", 1, NULL, NULL \
    }
#define SHARE(of)                              \
    {                                          \
        of, "capacity_share", 0.01, NULL, NULL \
    }
#define QUANTILES                                                                   \
    {"Median, us", "p50_median_ns", 1e3, "p50_ci_low_ns", "p50_ci_high_ns"},        \
        {"99 %, us", "p99_median_ns", 1e3, "p99_ci_low_ns", "p99_ci_high_ns"},      \
        {"99.9 %, us", "p999_median_ns", 1e3, "p999_ci_low_ns", "p999_ci_high_ns"}, \
    {                                                                               \
        "Blocks", "blocks", HTML_TEXT, NULL, NULL                                   \
    }

#define OTHERS                                                              \
    {"Median of the others, us", "other_p50_median_ns", 1e3, NULL, NULL},   \
        {"90 % of the others, us", "other_p90_median_ns", 1e3, NULL, NULL}, \
    {                                                                       \
        "99 % of the others, us", "other_p99_median_ns", 1e3, NULL, NULL    \
    }

static const struct html_column load_columns[] = {
    ARM,
    {"Offered/s", "offered_per_second", 1, NULL, NULL},
    QUANTILES,
};
static const struct html_column utilisation_columns[] = {
    ARM,
    SHARE("Of its own rate, %"),
    OFFERED,
    QUANTILES,
};
static const struct html_column work_columns[] = {
    ARM, SHARE("Of what is sustained, %"), OFFERED, QUANTILES, OTHERS,
};
static const struct html_column idle_columns[] = {
    ARM,
    {"Idle connections", "idle", 1, NULL, NULL},
    QUANTILES,
};
static const struct html_column active_columns[] = {
    ARM,
    {"Active connections", "active", 1, NULL, NULL},
    OFFERED,
    QUANTILES,
};

static const struct html_column latency_delay_columns[] = {
    ARM,
    DELAY,
    OFFERED,
    QUANTILES,
};
static const struct html_column others_columns[] = {
    ARM, SHARE("Of what is sustained, %"), OFFERED, OTHERS, QUANTILES,
};

static const struct figure_table latency_tables[] = {
    TABLE("latency-load", "Latency by offered rate, medians (95 % interval)", load_columns, 0,
          latency_row_write),
    TABLE("latency-utilisation", "Latency when each is equally busy, medians (95 % interval)",
          utilisation_columns, 0, latency_row_write),
    TABLE("latency-work",
          "Latency by kind of work, every program of a kind offered the same rate, medians (95 % "
          "interval)",
          work_columns, 2, latency_row_write),
    TABLE("latency-delay", "Latency as the store takes its time, medians (95 % interval)",
          latency_delay_columns, 0, latency_row_write),
    TABLE("latency-others", "What requests that block cost the others, medians (95 % interval)",
          others_columns, 0, latency_row_write),
    TABLE("latency-idle", "Latency beside idle connections, medians (95 % interval)", idle_columns,
          0, latency_row_write),
    TABLE("latency-active", "Latency by active connections, medians (95 % interval)",
          active_columns, 0, latency_row_write),
};

static const struct html_column trust_columns[] = {
    ARM,
    {"Active", "active", 1, NULL, NULL},
    {"Idle", "idle", 1, NULL, NULL},
    {"Offered/s", "offered_per_second", 1, NULL, NULL},
    {"Of its own rate, %", "utilisation_median_share", 0.01, NULL, NULL},
    {"Longest stall, ms", "longest_stall_median_ns", 1e6, NULL, NULL},
    {"Of the generator, ms", "generator_longest_stall_median_ns", 1e6, NULL, NULL},
    {"Server waited for a CPU, % (sum over threads)", "server_run_delay_median_share", 0.01, NULL,
     NULL},
    {"Generator waited, % (sum over threads)", "client_run_delay_median_share", 0.01, NULL, NULL},
    {"Reply unread 99 %, us", "reply_delay_p99_median_ns", 1e3, NULL, NULL},
    {"Sent late 99.9 %, us", "lateness_p999_median_ns", 1e3, NULL, NULL},
    {"Generator loaded", "loaded_median_share", HTML_YES_NO, NULL, NULL},
    {"Events beyond 99 %", "excursions_p99_median_count", 1, NULL, NULL},
    {"Beyond 99.9 %", "excursions_p999_median_count", 1, NULL, NULL},
};

static const char notes[] =
    "<h3>What these percentiles stand on</h3>\n"
    "<ul>\n"
    "<li><strong>Events.</strong> Requests whose waiting times overlap were held up by the same "
    "thing and count as one event. A percentile is printed with at least 100 requests and at "
    "least ten separate events beyond it. With fewer it is the length of an accident, "
    "whatever the server is like: a stall of 20 ms in a window of 4 s makes the 99.9 % about "
    "16 ms at any rate.</li>\n"
    "<li><strong>Overloaded.</strong> Requests that were due and not answered became more all "
    "through the window. How long they waited says how long the window was: such trials "
    "decide no claim about a tail.</li>\n"
    "<li><strong>Longest stall.</strong> The longest time without any reply while requests were "
    "outstanding. A stall of the generator is in it only where requests were under way "
    "meanwhile; else it is the server's. One "
    "slow request in an event loop stalls all others for as long as it takes.</li>\n"
    "<li><strong>Stalls of the generator.</strong> Gaps in the generator's own loop. What waited "
    "meanwhile is no fault of the server.</li>\n"
    "<li><strong>Waiting for a CPU.</strong> Time in which a thread could have run and did not, as "
    "the kernel counts it: another thread of the same program, or another program, had the "
    "CPU. It is added up over threads: of 100 threads that share a CPU nearly all wait at any "
    "time, so it may be many times 100 %.</li>\n"
    "<li><strong>Reply unread.</strong> How long a reply lay at the client before the generator "
    "read it, by the kernel's time stamp, sampled. It is a part of every latency here.</li>\n"
    "<li><strong>Generator loaded.</strong> It was busy for at least half of the window. Its own "
    "work is then a part of the tail, for every program alike.</li>\n"
    "</ul>\n";

static void write_notes(struct page *page)
{
    if (!page->charts.is_explained)
        fputs(notes, page->out);
    page->charts.is_explained = true;
}

/* A run of an older version has none of these figures. */
static void write_trust(struct page *page)
{
    static const struct figure_table table =
        TABLE("latency-trust", "What stood still, and what the generator saw: medians",
              trust_columns, sizeof trust_columns / sizeof trust_columns[0] - 4, figure_row_write);
    const struct csv_table *trials = NULL;
    if (recorded_run_table(page->run, "latency.csv", &trials, NULL) != 1 ||
        !figures_have(trials, "longest_stall_ns") ||
        line_chart_write(&table_latency_trust, page->run, page->charts.source.workload,
                         page->folder, NULL) < 0)
        return;
    write_notes(page);
    fputs("<details>\n<summary>Stalls, delays and events of every setting</summary>\n", page->out);
    figure_table_write(page, &table);
    fputs("</details>\n", page->out);
}

void write_latency(struct page *page)
{
    static const char *const names[] = {
        "latency-spectrum", "latency-load", "latency-utilisation", "latency-work", NULL,
    };
    static const char *const options[] = {"latency-delay", "latency-others", NULL};
    static const char *const connections[] = {"latency-idle", "latency-active", NULL};
    chart_figures_write_named(&page->charts, names, page->out);
    if (page->charts.source.workload)
        chart_figures_write_named(&page->charts, options, page->out);
    chart_figures_write_named(&page->charts, connections, page->out);
    write_tables(page, latency_tables, sizeof latency_tables / sizeof latency_tables[0]);
    write_trust(page);
}

void report_latency(struct page *page)
{
    section_open(page->out, "latency", "Latency");
    write_latency(page);
    section_close(page->out);
}
