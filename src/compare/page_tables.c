/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/page_tables.h"

#include "analysis/units.h"
#include "compare/entry_text.h"
#include "measure/machine.h"
#include "report/html.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define HEADING(text)    \
    {                    \
        .heading = text, \
    }

static void write_row_head(FILE *out, const char *text)
{
    fputs("<tr><th scope=\"row\">", out);
    html_text(out, text);
    fputs("</th>", out);
}

void page_guard_write(const struct comparison_of_runs *comparison, size_t number, FILE *out)
{
    const struct guard *guard = &comparison->guards[number];
    const struct compared_machine *machines = comparison->machines.machines;
    const struct html_column columns[] = {
        HEADING("What differs"), HEADING(machines[0].name), HEADING(machines[number].name),
        HEADING("Takes away"),   HEADING("Because"),
    };
    char caption[128];
    snprintf(caption, sizeof caption, "%s and %s: %s (memory: %s; times: %s)", machines[0].name,
             machines[number].name, guard_level_text(guard_overall(guard)),
             guard_level_text(guard->memory), guard_level_text(guard->time));
    html_element(out, "h3", caption);
    if (guard->count == 0) {
        fprintf(out, "<p>None of the %zu fields that both recorded differs.</p>\n",
                guard->looked_at);
        return;
    }
    html_table_open(out, "What differs between the two, and what that takes away", columns,
                    sizeof columns / sizeof *columns);
    for (size_t i = 0; i < guard->count; i++) {
        const struct guard_finding *finding = &guard->findings[i];
        write_row_head(out, finding->field->name);
        html_cell(out, finding->first);
        html_cell(out, finding->other);
        html_cell(out, guard_takes(finding->field));
        html_cell(out, finding->field->reason);
        fputs("</tr>\n", out);
    }
    html_table_close(out);
}

/* What the page says of a machine, a line each. A path is of machine.json; `nanoseconds` is how its
 * number is to be read. */
static const struct {
    const char *heading;
    const char *path;
    bool nanoseconds;
} machine_lines[] = {
    {"Host name", "hostname", false},
    {"Run", NULL, false},
    {"Begun", "started_utc", false},
    {"Ended", "ended_utc", false},
    {"CPU", "cpu.model", false},
    {"Kernel", "kernel.release", false},
    {"Round trip", "calibration.round_trip_p50_ns", true},
    {"Clock read", "calibration.clock_read_ns", true},
    {"Jitter p99.9", "calibration.gap_p999_ns", true},
    {"Disturbed by", NULL, false},
};

static void write_floor(FILE *out, const struct compared_machine *machine, const char *path)
{
    char text[UNITS_TEXT_SIZE] = "";
    double ns = machines_number(machine, path);
    if (!isnan(ns))
        units_format_ns(ns, text);
    html_cell(out, text);
}

static void write_machine_text(FILE *out, const struct compared_machine *machine, const char *path)
{
    const char *text = machine_find_text(machine->json, path);
    bool unended = machine->cut_short && strcmp(path, "ended_utc") == 0;
    html_cell(out, unended ? "cut short" : text ? text : "");
}

static void write_disturbed(FILE *out, const struct compared_machine *machine)
{
    char disturbed[128];
    machines_disturbances(machine, disturbed, sizeof disturbed);
    html_cell(out, disturbed[0] != '\0' ? disturbed : "nothing noted");
}

void page_machines_write(const struct comparison_of_runs *comparison, FILE *out)
{
    const struct machines *machines = &comparison->machines;
    struct html_column columns[1 + MACHINES_MAX] = {HEADING("Machine")};
    for (size_t i = 0; i < machines->count; i++)
        columns[1 + i].heading = machines->machines[i].name;
    html_table_open(out, "The machines, their runs, and the floors of their figures", columns,
                    1 + machines->count);
    for (size_t line = 0; line < sizeof machine_lines / sizeof *machine_lines; line++) {
        const char *path = machine_lines[line].path;
        write_row_head(out, machine_lines[line].heading);
        for (size_t i = 0; i < machines->count; i++) {
            const struct compared_machine *machine = &machines->machines[i];
            if (machine_lines[line].nanoseconds)
                write_floor(out, machine, path);
            else if (path)
                write_machine_text(out, machine, path);
            else if (strcmp(machine_lines[line].heading, "Run") == 0)
                html_cell(out, machine->folder);
            else
                write_disturbed(out, machine);
        }
        fputs("</tr>\n", out);
    }
    html_table_close(out);
}

/* All parts of the memory bill; the ratio of two of its parts may be one of next to nothings. */
static bool is_in(const struct entry *entry, enum page_table table)
{
    if (entry->against)
        return table == PAGE_RATIOS && entry_is_shown(entry);
    if (entry->experiment != EXPERIMENT_MEMORY && !entry_is_shown(entry))
        return false;
    return table == (entry->is_memory ? PAGE_MEMORY : PAGE_TIMES);
}

/* "33.1 KiB (32.9 KiB to 33.3 KiB)" */
static void write_figure(FILE *out, const struct entry *entry)
{
    char text[UNITS_TEXT_SIZE];
    if (!entry) {
        html_cell(out, "");
        return;
    }
    const struct estimate *figure = &entry->figure.estimate;
    fprintf(out, "<td class=\"n\">%s", entry_format(entry, figure->value, text));
    if (!isnan(figure->interval.low)) {
        fprintf(out, " <span class=\"ci\">(%s to ",
                entry_format(entry, figure->interval.low, text));
        fprintf(out, "%s)</span>", entry_format(entry, figure->interval.high, text));
    }
    fputs(entry->client_bound > 0 ? " *</td>" : "</td>", out);
}

static void write_ratio(FILE *out, const struct compared *compared)
{
    char text[UNITS_TEXT_SIZE];
    char word[COMPARE_WORD_SIZE];
    compare_word(compared, word);
    if (compare_has_ratio(compared))
        fprintf(out, "<td class=\"n\">%s %s</td>", units_format_ratio(&compared->ratio, text),
                word);
    else
        html_cell(out, word);
}

static void write_row(FILE *out, const struct compared_row *row, size_t machine_count)
{
    fputs("<tr><th scope=\"row\">", out);
    html_text(out, row->entry->label);
    fputs("</th>", out);
    for (size_t i = 0; i < machine_count; i++)
        write_figure(out, row->machines[i].entry);
    for (size_t i = 1; i < machine_count; i++)
        write_ratio(out, &row->machines[i]);
    fputs("</tr>\n", out);
}

/* One table for each metric, folded away where readers do not look first. */
static void write_metric(const struct comparison_of_runs *comparison, enum page_table table,
                         size_t begin, FILE *out)
{
    const struct compared_machine *machines = comparison->machines.machines;
    const struct entry *head = comparison->rows[begin].entry;
    struct html_column columns[2 * MACHINES_MAX] = {HEADING("Program")};
    char titles[MACHINES_MAX][MACHINE_NAME_SIZE + 16];
    char caption[192];
    size_t count = comparison->machines.count;
    for (size_t i = 0; i < count; i++)
        columns[1 + i] = (struct html_column){.heading = machines[i].name, .scale = 1};
    for (size_t i = 1; i < count; i++) {
        snprintf(titles[i], sizeof titles[i], "%s / first", machines[i].name);
        columns[count + i] = (struct html_column){.heading = titles[i], .scale = 1};
    }
    snprintf(caption, sizeof caption, "%s%s%.60s: %s", experiment_files[head->experiment].name,
             head->experiment == EXPERIMENT_FLOW ? ", " : "",
             head->experiment == EXPERIMENT_FLOW ? head->scenario : "", entry_title(head));
    html_table_open(out, caption, columns, 2 * count);
    for (size_t i = begin; i < comparison->count; i++) {
        const struct entry *entry = comparison->rows[i].entry;
        if (is_in(entry, table) && entry_same_metric(entry, head))
            write_row(out, &comparison->rows[i], count);
    }
    html_table_close(out);
}

static bool is_first_of_metric(const struct comparison_of_runs *comparison, enum page_table table,
                               size_t number)
{
    const struct entry *entry = comparison->rows[number].entry;
    for (size_t i = 0; i < number; i++)
        if (is_in(comparison->rows[i].entry, table) &&
            entry_same_metric(comparison->rows[i].entry, entry))
            return false;
    return true;
}

void page_table_write(const struct comparison_of_runs *comparison, enum page_table table, FILE *out)
{
    size_t count = 0;
    for (size_t i = 0; i < comparison->count; i++) {
        if (!is_in(comparison->rows[i].entry, table) || !is_first_of_metric(comparison, table, i))
            continue;
        write_metric(comparison, table, i, out);
        count++;
    }
    if (count == 0)
        fputs("<p class=\"missing\">No run has such figures.</p>\n", out);
    else
        fprintf(
            out,
            "<p>* the load generator was the limit there. <em>within 1.3</em>: the two differ "
            "by less than that factor either way; <em>cannot tell</em>: they may differ by more "
            "than a factor of %.0f. compare.csv has more.</p>\n",
            COMPARE_FACTOR_MAX);
}
