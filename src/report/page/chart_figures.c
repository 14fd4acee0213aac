/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/page/chart_figures.h"

#include "analysis/summary/foreign_choice.h"
#include "analysis/words/load_kind.h"
#include "analysis/words/units.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "report/charts/arm_rows.h"
#include "report/charts/chart_words.h"
#include "report/charts/line_chart.h"
#include "report/charts/run_files.h"
#include "report/page/html.h"
#include "report/page/section.h"
#include "report/page/svg.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define FAILED_TEXT_BYTES (ARM_LABEL_BYTES + 96)

static int inline_picture(const struct chart_figures *figures, const struct chart *chart, FILE *out,
                          struct error *error)
{
    char dir[PATH_MAX];
    char path[PATH_MAX];
    char name[CHART_NAME_SIZE];
    char title[CHART_TITLE_SIZE];
    chart_name(chart, &figures->source, name);
    chart_title(chart, &figures->source, title);
    int result = run_path(dir, figures->source.folder, "charts", "", error);
    if (result == 0)
        result = run_path(path, dir, name, ".svg", error);
    if (result < 0)
        return result;
    fputs("<div class=\"card\" role=\"region\" tabindex=\"0\" aria-label=\"", out);
    html_text(out, title);
    fputs("\">\n", out);
    result = svg_inline(out, path, name, title, chart->alt, CHART_HEAD_PIXELS, error);
    fputs("</div>\n", out);
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
static size_t name_failed(const struct csv_table *trials, const struct workload *workload,
                          char named[][FAILED_TEXT_BYTES], size_t *points)
{
    size_t failed = 0;
    for (size_t row = 0; row < csv_row_count(trials); row++) {
        char text[FAILED_TEXT_BYTES];
        size_t i = 0;
        if (strcmp(run_cell(trials, row, "valid"), "1") == 0 ||
            !workload_has(workload, trials, row))
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
static void write_failed(const struct chart_source *source, const char *file, FILE *out)
{
    char named[FAILED_NAMED_MAX + 1][FAILED_TEXT_BYTES];
    const struct workload plain = workload_plain();
    const struct csv_table *trials = NULL;
    size_t points = 0;
    if (recorded_run_table(source->run, file, &trials, NULL) != 1)
        return;
    size_t failed =
        name_failed(trials, source->workload ? source->workload : &plain, named, &points);
    if (failed == 0)
        return;
    fprintf(out, " <strong>%zu trial%s of %s failed and %s in no point:</strong> ", failed,
            failed == 1 ? "" : "s", file, failed == 1 ? "is" : "are");
    for (size_t i = 0; i < points && i < FAILED_NAMED_MAX; i++) {
        fputs(i > 0 ? "; " : "", out);
        html_text(out, named[i]);
    }
    fputs(points > FAILED_NAMED_MAX ? "; and others." : ".", out);
}

/* Which requests they were: " All of them: 1 in 100 blocks for 10 ms." */
static void write_kind(const struct chart_source *source, const struct chart *chart, FILE *out)
{
    char words[LOAD_KIND_LABEL_BYTES];
    struct load_kind kind;
    if (!line_chart_kind(chart->lines, source->run, source->workload, &kind))
        return;
    load_kind_describe(&kind, words);
    fputs(" Requests: ", out);
    html_text(out, words);
    fputc('.', out);
}

/* Of many foreign subjects only some are in a chart of all arms. */
static void write_choice(const struct chart_source *source, const char *file, FILE *out)
{
    const struct workload plain = workload_plain();
    const struct workload *workload = source->workload ? source->workload : &plain;
    const struct csv_table *trials = NULL;
    if (!source->run || recorded_run_table(source->run, file, &trials, NULL) != 1)
        return;
    bool *kept = alloc_array(csv_row_count(trials), sizeof *kept);
    for (size_t row = 0; row < csv_row_count(trials); row++)
        kept[row] = workload_has(workload, trials, row);
    struct foreign_choice choice = foreign_choose(trials, FOREIGN_TOO_MANY, kept);
    if (choice.shown < choice.count)
        fprintf(out, " Of %zu other programs %zu %s here, which %s of a pair%s.", choice.count,
                choice.shown, choice.shown == 1 ? "is" : "are", choice.shown == 1 ? "is" : "are",
                source->workload ? "" : "; <a href=\"#runtimes\">Runtimes</a> has all");
    free(kept);
}

/* The file of trials that the chart is drawn of, or NULL. */
static const char *file_of(const struct chart *chart)
{
    if (chart->lines)
        return chart->lines->conditions ? chart->lines->conditions : chart->lines->source;
    return strcmp(chart->name, "memory-bill") == 0 ? experiment_list[EXPERIMENT_MEMORY].file : NULL;
}

static void write_caption(const struct chart_figures *figures, const struct chart *chart, FILE *out)
{
    const char *file = file_of(chart);
    fprintf(out, "<figcaption>%s", chart->caption);
    if (file)
        write_choice(&figures->source, file, out);
    if (chart->tells_kind)
        write_kind(&figures->source, chart, out);
    if (chart->lines)
        write_failed(&figures->source, file, out);
    fputs("</figcaption>\n", out);
}

/* What the run has nothing for is no failure. */
static void note_failure(struct chart_figures *figures, const struct chart *chart, int result,
                         const struct error *error)
{
    if (result == 0 || result == -ENODATA)
        return;
    char name[CHART_NAME_SIZE];
    chart_name(chart, &figures->source, name);
    figures->failed++;
    if (figures->failure == 0 || result == -EINTR)
        figures->failure =
            error_set(&figures->error, result, "chart %s: %.900s", name, error->text);
}

void chart_figures_write(struct chart_figures *figures, const struct chart *chart, FILE *out)
{
    struct error error = {{0}};
    if (figures->end_ns == 0)
        figures->end_ns = clock_now_ns() + CHARTS_SECONDS * NS_PER_SECOND;
    if (figures->failure == -EINTR)
        return;
    int result = chart_draw(chart, &figures->source, &figures->gnuplot, figures->end_ns, &error);
    if (result == -ENODATA && figures->source.workload)
        return;
    fprintf(out, "<figure>\n<h3>%s</h3>\n", chart->title);
    if (result == 0)
        result = inline_picture(figures, chart, out, &error);
    if (result == 0)
        write_caption(figures, chart, out);
    else
        section_missing(out, "This chart is not here", error.text);
    note_failure(figures, chart, result, &error);
    fputs("</figure>\n", out);
}

void chart_figures_turn_to(struct chart_figures *figures, const struct workload *workload)
{
    figures->source.workload = workload;
    figures->end_ns = 0;
}

int chart_figures_result(const struct chart_figures *figures, struct error *error)
{
    if (figures->failure == 0)
        return 0;
    if (figures->failed == 1 || figures->failure == -EINTR)
        return error_set(error, figures->failure, "%s", figures->error.text);
    return error_set(error, figures->failure, "%s; and %zu more, of which the page says why",
                     figures->error.text, figures->failed - 1);
}

void chart_figures_write_named(struct chart_figures *figures, const char *const *names, FILE *out)
{
    for (; *names; names++)
        for (const struct chart *chart = charts; chart->name; chart++)
            if (strcmp(chart->name, *names) == 0)
                chart_figures_write(figures, chart, out);
}

void chart_figures_finish(struct chart_figures *figures)
{
    gnuplot_finish(&figures->gnuplot);
}
