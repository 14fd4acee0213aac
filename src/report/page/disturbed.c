/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "report/charts/arm_rows.h"
#include "report/charts/run_files.h"
#include "report/page/html.h"
#include "report/page/section.h"
#include "report/page/sections.h"
#include "run/machine_json.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NOTE_BYTES_MAX 400

/* Notes that differ only in their figures are one remark. */
struct remark {
    const char *file;
    char label[ARM_LABEL_BYTES];
    char note[NOTE_BYTES_MAX];  /* the first such note */
    char shape[NOTE_BYTES_MAX]; /* the note with each number as one '#' */
    bool failed;
    size_t count; /* trials */
    size_t last;  /* the first row of the last of them */
};

struct remarks {
    struct remark *items;
    size_t count;
    size_t capacity;
};

static void shape_of(const char *note, char *shape)
{
    size_t length = 0;
    for (; *note && length + 1 < NOTE_BYTES_MAX; note++) {
        bool digit = isdigit((unsigned char)*note);
        if (digit && length > 0 && shape[length - 1] == '#')
            continue;
        shape[length++] = digit ? '#' : *note;
    }
    shape[length] = '\0';
}

static void add_remark(struct remarks *remarks, const struct remark *remark)
{
    for (size_t i = 0; i < remarks->count; i++) {
        struct remark *known = &remarks->items[i];
        if (known->failed == remark->failed && strcmp(known->file, remark->file) == 0 &&
            strcmp(known->label, remark->label) == 0 && strcmp(known->shape, remark->shape) == 0) {
            known->count += known->last != remark->last;
            known->last = remark->last;
            return;
        }
    }
    remarks->items = alloc_grow(remarks->items, remarks->count, &remarks->capacity, sizeof *remark);
    remarks->items[remarks->count++] = *remark;
}

/* What a row says against itself: its note, and what a note does not have to repeat. */
static void note_of(const struct csv_table *trials, size_t row, char *note)
{
    const char *said = run_cell(trials, row, "note");
    double huge = strtod(run_cell(trials, row, "huge_page_bytes"), NULL);
    double steal = strtod(run_cell(trials, row, "steal_seconds"), NULL);
    double duration = strtod(run_cell(trials, row, "duration_seconds"), NULL);
    int used = snprintf(note, NOTE_BYTES_MAX, "%.250s", said);
    if (huge > 0)
        used += snprintf(note + used, NOTE_BYTES_MAX - (size_t)used, "%s%.0f KiB in huge pages",
                         used > 0 ? "; " : "", huge / 1024);
    if (duration > 0 && steal > 0.01 * duration)
        snprintf(note + used, NOTE_BYTES_MAX - (size_t)used,
                 "%sthe hypervisor took %.2f s of the CPU", used > 0 ? "; " : "", steal);
}

/* A flow trial has a row for each of its metrics. */
static bool is_same_trial(const struct csv_table *trials, size_t a, size_t b)
{
    static const char *const keys[] = {"block", "order"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (csv_column(trials, keys[i]) < 0 ||
            strcmp(run_cell(trials, a, keys[i]), run_cell(trials, b, keys[i])) != 0)
            return false;
    return true;
}

/* Of trials, not of rows. */
struct trial_counts {
    size_t trials;
    size_t failed;
    size_t noted;
    bool was_failed; /* the trial at hand is counted among them already */
    bool was_noted;
};

static void read_remark(const struct csv_table *trials, size_t row, bool again,
                        struct trial_counts *counts, struct remark *remark, struct remarks *remarks)
{
    if (!again) {
        counts->trials++;
        counts->was_failed = counts->was_noted = false;
    }
    remark->failed = strcmp(run_cell(trials, row, "valid"), "1") != 0;
    note_of(trials, row, remark->note);
    if (!remark->failed && !*remark->note)
        return;
    counts->failed += remark->failed && !counts->was_failed;
    counts->noted += !remark->failed && !counts->was_noted;
    counts->was_failed |= remark->failed;
    counts->was_noted |= !remark->failed;
    arm_label(trials, arm_told_columns, row, remark->label);
    shape_of(remark->note, remark->shape);
    add_remark(remarks, remark);
}

static void read_remarks(FILE *out, const struct recorded_run *run, const char *file,
                         struct remarks *remarks)
{
    const struct csv_table *trials = NULL;
    struct error error = {{0}};
    if (recorded_run_need(run, file, &trials, &error) < 0) {
        fputs("<li>", out);
        html_text(out, error.text);
        fputs("</li>\n", out);
        return;
    }
    struct trial_counts counts = {0};
    size_t first = 0;
    for (size_t row = 0; row < csv_row_count(trials); row++) {
        bool again = row > 0 && is_same_trial(trials, row - 1, row);
        first = again ? first : row;
        read_remark(trials, row, again, &counts,
                    &(struct remark){.file = file, .count = 1, .last = first}, remarks);
    }
    fprintf(out, "<li>%s: %zu trials, %zu failed, %zu with a note</li>\n", file, counts.trials,
            counts.failed, counts.noted);
}

static int compare_remarks(const void *a, const void *b)
{
    const struct remark *first = a;
    const struct remark *second = b;
    return second->failed - first->failed;
}

static void write_remarks(FILE *out, const struct remarks *remarks)
{
    static const struct html_column columns[] = {
        {.heading = "Arm"},
        {.heading = "File"},
        {.heading = "Trials"},
        {.heading = "Counted"},
        {.heading = "Note (the first of its kind)"},
    };
    fputs(
        "<p>A failed trial is in no figure. Distrust first the trials that others took the CPUs "
        "from (other programs, the hypervisor), that a CPU quota stopped, that had huge pages, or "
        "in which the generator was late. Where the memory charged is off the total by file "
        "pages, these are the libraries': a constant, which slopes over N leave out.</p>\n",
        out);
    html_table_open(out, "Trials to distrust, and trials with a note", columns,
                    sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < remarks->count; i++) {
        const struct remark *remark = &remarks->items[i];
        char count[32];
        snprintf(count, sizeof count, "%zu", remark->count);
        fputs("<tr><th scope=\"row\">", out);
        html_text(out, remark->label);
        fputs("</th>", out);
        html_cell(out, remark->file);
        html_cell(out, count);
        html_cell(out, remark->failed ? "no: failed" : "yes");
        html_cell(out, *remark->note ? remark->note : "no reason was given");
        fputs("</tr>\n", out);
    }
    html_table_close(out);
}

/* machine.json lists what would disturb a measurement: as it was before, and what happened. */
static void write_disturbances(struct page *page, const char *when, const char *heading)
{
    char path[64];
    size_t i;
    json_t *disturbance;
    snprintf(path, sizeof path, "disturbances.%s", when);
    const json_t *list = machine_find(page->run->machine, path);
    if (json_array_size(list) == 0)
        return;
    fprintf(page->out, "<h3>%s</h3>\n<ul>\n", heading);
    json_array_foreach((json_t *)list, i, disturbance)
    {
        const char *text = machine_find_text(disturbance, "text");
        const char *fix = machine_find_text(disturbance, "fix");
        fputs("<li>", page->out);
        html_text(page->out, text ? text : "");
        if (fix) {
            fputs(". What helps: ", page->out);
            html_text(page->out, fix);
        }
        fputs("</li>\n", page->out);
    }
    fputs("</ul>\n", page->out);
}

void report_disturbed(struct page *page)
{
    FILE *out = page->out;
    struct remarks remarks = {0};
    section_open(page->out, "disturbed", "What disturbed this run");
    write_disturbances(page, "before", "Before it began");
    write_disturbances(page, "during", "While it ran");
    fputs("<h3>Its trials</h3>\n<ul>\n", out);
    for (size_t i = 0; i < EXPERIMENT_COUNT; i++)
        read_remarks(out, page->run, experiment_list[i].file, &remarks);
    fputs("</ul>\n", out);
    if (remarks.count > 0) {
        qsort(remarks.items, remarks.count, sizeof *remarks.items, compare_remarks);
        write_remarks(out, &remarks);
    } else {
        fputs("<p>No trial failed and none has a note.</p>\n", out);
    }
    report_stalls(page);
    free(remarks.items);
    section_close(page->out);
}
