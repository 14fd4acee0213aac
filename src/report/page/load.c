/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Throughput and latency on the page: charts, and tables of the figures that are drawn. */
#include "analysis/words/load_kind.h"
#include "report/charts/load_charts.h"
#include "report/charts/run_files.h"
#include "report/page/html.h"
#include "report/page/section.h"
#include "report/page/sections.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MIB        1048576.0
#define EVENTS_MIN 10
/* Beyond a quantile; a rounding of the share takes none. */
#define SAMPLES_MIN 99.99

static double cell_number(const struct csv_table *table, size_t row, const char *name,
                          const char *statistic, const char *unit)
{
    char column[96];
    snprintf(column, sizeof column, "%s_%s%s%s", name, statistic, *unit ? "_" : "", unit);
    const char *cell = run_cell(table, row, column);
    return *cell ? strtod(cell, NULL) : NAN;
}

/* Trials of that row's point whose backlog grew. */
static double overloaded(const struct csv_table *table, size_t row)
{
    return strtod(run_cell(table, row, "overloaded_trials"), NULL);
}

static void write_overloaded(FILE *out, const struct csv_table *table, size_t row)
{
    double blocks = strtod(run_cell(table, row, "blocks"), NULL);
    if (overloaded(table, row) < blocks)
        fprintf(out, "<td class=\"n none\">overloaded in %.0f of %.0f</td>", overloaded(table, row),
                blocks);
    else
        fputs("<td class=\"n none\">overloaded</td>", out);
}

/* What share of the samples is beyond the quantile: "p99", "p999", "other_p50". */
static double share_beyond(const char *quantile)
{
    const char *digits = strrchr(quantile, 'p') + 1;
    double percent = strtod(digits, NULL) / (strlen(digits) > 2 ? 10 : 1);
    return 1 - percent / 100;
}

/* Why a quantile of that row is empty in all trials. Rows of older versions do not count events. So
 * few samples as have no hundred beyond it need no look at the events. */
static const char *why_empty(const struct csv_table *table, size_t row, const char *quantile)
{
    char name[32];
    snprintf(name, sizeof name, "excursions_%s", quantile);
    double samples = cell_number(table, row, "samples", "median", "count");
    if (samples * share_beyond(quantile) < SAMPLES_MIN)
        return "too few samples";
    return cell_number(table, row, name, "median", "count") < EVENTS_MIN ? "too few events"
                                                                         : "too few samples";
}

/* A quantile in us, with its interval, and how many trials have it where not all do. */
static void write_quantile(FILE *out, const struct csv_table *table, size_t row,
                           const char *quantile)
{
    double value = cell_number(table, row, quantile, "median", "ns") / 1e3;
    double low = cell_number(table, row, quantile, "ci_low", "ns") / 1e3;
    double high = cell_number(table, row, quantile, "ci_high", "ns") / 1e3;
    double trials = cell_number(table, row, quantile, "trials", "");
    double blocks = strtod(run_cell(table, row, "blocks"), NULL);
    if (isnan(value) && trials > 0) {
        fprintf(out, "<td class=\"n none\">withheld in %.0f of %.0f</td>", blocks - trials, blocks);
        return;
    }
    if (isnan(value)) {
        fprintf(out, "<td class=\"n none\">%s</td>", why_empty(table, row, quantile));
        return;
    }
    fputs("<td class=\"n\">", out);
    html_number(out, value, 0);
    if (!isnan(low) && !isnan(high)) {
        fputs(" <span class=\"ci\">(", out);
        html_number(out, low, 0);
        fputs(" to ", out);
        html_number(out, high, 0);
        fputs(")</span>", out);
    } else if (trials < blocks) {
        fprintf(out, " <span class=\"ci\">(of %.0f trials)</span>", trials);
    }
    fputs("</td>", out);
}

/* Rows of one kind of work stand below its name. */
static void write_group(FILE *out, const struct csv_table *table, size_t row, size_t columns)
{
    struct load_kind kind;
    char words[LOAD_KIND_LABEL_BYTES];
    if (csv_column(table, "row_label") < 0)
        return;
    load_kind_read(&kind, table, row);
    load_kind_describe(&kind, words);
    fprintf(out, "</tbody>\n<tbody>\n<tr><th scope=\"rowgroup\" colspan=\"%zu\">", columns);
    html_text(out, words);
    fputs("</th></tr>\n", out);
}

static void open_row(FILE *out, const struct csv_table *table, size_t row)
{
    fputs("<tr><th scope=\"row\">", out);
    html_text(out, run_cell(table, row, "label"));
    fputs("</th>", out);
}

static bool is_measured(const struct csv_table *table, const char *column)
{
    for (size_t row = 0; row < csv_row_count(table); row++)
        if (*run_cell(table, row, column))
            return true;
    return false;
}

/* A table of a chart's figures, whose rows stand panel by panel: what is compared is side by side.
 * `page` and `view` go through to the row. */
struct view {
    const char *name; /* of the chart */
    const char *caption;
    const struct html_column *columns; /* all of them; those behind `fixed` may be left out */
    size_t count;
    size_t fixed;
    void (*write_row)(FILE *out, const struct view *view, const struct csv_table *table,
                      size_t row);
};

static void write_panel(struct page *page, const struct view *view, const struct csv_table *table,
                        int panel)
{
    bool begun = false;
    for (size_t row = 0; row < csv_row_count(table); row++) {
        if (strtol(run_cell(table, row, "panel"), NULL, 10) != panel)
            continue;
        if (!begun)
            write_group(page->out, table, row, view->count);
        begun = true;
        open_row(page->out, table, row);
        view->write_row(page->out, view, table, row);
        fputs("</tr>\n", page->out);
    }
}

static void write_view(struct page *page, const struct view *view, const struct csv_table *table)
{
    html_table_open(page->out, view->caption, view->columns, view->count);
    int last = 0;
    for (size_t row = 0; row < csv_row_count(table); row++) {
        int panel = (int)strtol(run_cell(table, row, "panel"), NULL, 10);
        last = panel > last ? panel : last;
    }
    for (int panel = 1; panel <= last; panel++)
        write_panel(page, view, table, panel);
    html_table_close(page->out);
}

/* Columns of which this run has no figure are left out: an older one lacks them all. */
static void write_table(struct page *page, const struct view *view)
{
    struct html_column shown[16];
    struct view narrowed = *view;
    struct csv_table *table = NULL;
    struct error error = {{0}};
    char name[96];
    snprintf(name, sizeof name, "charts/%s.csv", view->name);
    if (run_read_csv(&table, page->folder, name, &error) == 0) {
        narrowed.columns = shown;
        narrowed.count = 0;
        for (size_t i = 0; i < view->count; i++)
            if (i < view->fixed || is_measured(table, view->columns[i].column))
                shown[narrowed.count++] = view->columns[i];
        write_view(page, &narrowed, table);
    }
    csv_table_destroy(table);
}

static void write_throughput_row(FILE *out, const struct view *view, const struct csv_table *table,
                                 size_t row)
{
    html_cells(out, view->columns + 1, view->count - 1, table, row);
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
    {"Blocks", "blocks", HTML_TEXT, NULL, NULL},
};
#define THROUGHPUT_COLUMNS (sizeof throughput_columns / sizeof throughput_columns[0])

void report_throughput(struct page *page)
{
    static const char *const names[] = {"throughput", "throughput-work", NULL};
    const struct view views[] = {
        {"throughput", "Throughput, medians (95 % interval)", throughput_columns,
         THROUGHPUT_COLUMNS, 2, write_throughput_row},
        {"throughput-work", "Throughput by kind of work, medians (95 % interval)",
         throughput_columns, THROUGHPUT_COLUMNS, 2, write_throughput_row},
    };
    section_open(page->out, "throughput", "Throughput");
    chart_figures_write_named(&page->charts, names, page->out);
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++)
        write_table(page, &views[i]);
    section_close(page->out);
}

/* The quantile that a column shows, or NULL; `tail` says whether an overloaded row has none. */
static const char *quantile_of(const struct html_column *column, bool *tail)
{
    static const char *const quantiles[] = {"p50", "p99", "p999", "other_p50", "other_p99"};
    for (size_t i = 0; i < sizeof quantiles / sizeof quantiles[0]; i++) {
        size_t length = strlen(quantiles[i]);
        if (strncmp(column->column, quantiles[i], length) == 0 &&
            strcmp(column->column + length, "_median_ns") == 0) {
            *tail = strstr(quantiles[i], "p50") == NULL;
            return quantiles[i];
        }
    }
    return NULL;
}

static void write_latency_row(FILE *out, const struct view *view, const struct csv_table *table,
                              size_t row)
{
    for (size_t i = 1; i < view->count; i++) {
        const struct html_column *column = &view->columns[i];
        bool tail = false;
        const char *quantile = quantile_of(column, &tail);
        bool is_others = quantile && strncmp(quantile, "other", 5) == 0;
        if (!quantile)
            html_cells(out, column, 1, table, row);
        else if (is_others && !*run_cell(table, row, column->column))
            html_cell(out, "");
        else if (tail && overloaded(table, row) > 0)
            write_overloaded(out, table, row);
        else
            write_quantile(out, table, row, quantile);
    }
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

#define OTHERS                                                            \
    {"Median of the others, us", "other_p50_median_ns", 1e3, NULL, NULL}, \
    {                                                                     \
        "99 % of the others, us", "other_p99_median_ns", 1e3, NULL, NULL  \
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

#define VIEW(name, caption, columns, unfixed)                                 \
    {                                                                         \
        name, caption, columns, sizeof columns / sizeof columns[0],           \
            sizeof columns / sizeof columns[0] - (unfixed), write_latency_row \
    }

static const struct view latency_views[] = {
    VIEW("latency-load", "Latency by offered rate, medians (95 % interval)", load_columns, 0),
    VIEW("latency-utilisation", "Latency when each is equally busy, medians (95 % interval)",
         utilisation_columns, 0),
    VIEW("latency-work",
         "Latency by kind of work, at a share of what the slower program sustains, medians (95 % "
         "interval)",
         work_columns, 2),
    VIEW("latency-idle", "Latency beside idle connections, medians (95 % interval)", idle_columns,
         0),
    VIEW("latency-active", "Latency by active connections, medians (95 % interval)", active_columns,
         0),
};

static void write_trust_row(FILE *out, const struct view *view, const struct csv_table *table,
                            size_t row)
{
    html_cells(out, view->columns + 1, view->count - 1, table, row);
}

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

/* A run of an older version has none of these figures. */
static void write_trust(struct page *page)
{
    static const struct view view = {
        "latency-trust",
        "What stood still, and what the generator saw: medians",
        trust_columns,
        sizeof trust_columns / sizeof trust_columns[0],
        4,
        write_trust_row,
    };
    const struct csv_table *trials = NULL;
    if (recorded_run_table(page->run, "latency.csv", &trials, NULL) != 1 ||
        !is_measured(trials, "longest_stall_ns") ||
        line_chart_write(&table_latency_trust, page->run, page->folder, NULL) < 0)
        return;
    fputs(notes, page->out);
    fputs("<details>\n<summary>Stalls, delays and events of every setting</summary>\n", page->out);
    write_table(page, &view);
    fputs("</details>\n", page->out);
}

void report_latency(struct page *page)
{
    static const char *const names[] = {
        "latency-spectrum", "latency-load", "latency-utilisation", "latency-work", "latency-idle",
        "latency-active",   NULL,
    };
    section_open(page->out, "latency", "Latency");
    chart_figures_write_named(&page->charts, names, page->out);
    for (size_t i = 0; i < sizeof latency_views / sizeof latency_views[0]; i++)
        write_table(page, &latency_views[i]);
    write_trust(page);
    section_close(page->out);
}
