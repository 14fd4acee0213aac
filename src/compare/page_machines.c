/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What compare.html says of the machines, and of what keeps them from being compared. */
#include "compare/page_tables.h"

#include "analysis/words/units.h"
#include "report/page/html.h"
#include "run/machine_json.h"

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

/* Figures whose load is another in spite of its name. */
static void write_other_loads(const struct comparison_of_runs *comparison, size_t number,
                              bool pairs, const char *of, FILE *out)
{
    char first[UNITS_TEXT_SIZE];
    char other[UNITS_TEXT_SIZE];
    size_t count = compare_other_loads(comparison, number, pairs, first, other);
    if (count == 0)
        return;
    fprintf(
        out,
        "<p>Rates follow what is sustained, and take the verdict of %zu %s: under one name up to "
        "%s/s and %s/s were offered.</p>\n",
        count, of, first, other);
}

static void write_unknown(const struct compared_machine *machine, FILE *out)
{
    char text[1024];
    size_t count = guard_unknown(machine->json, text, sizeof text);
    if (count == 0)
        return;
    fprintf(out, "<p>%zu more, unknown to this version, of ", count);
    html_text(out, machine->name);
    fputs(": ", out);
    html_text(out, text);
    fputs(".</p>\n", out);
}

void page_not_compared_write(const struct comparison_of_runs *comparison, FILE *out)
{
    static const struct html_column columns[] = {HEADING("Recorded"), HEADING("In machine.json"),
                                                 HEADING("Not compared, for")};
    fputs("<details>\n<summary>What is recorded and not compared</summary>\n", out);
    html_table_open(out, "What machine.json has that takes nothing away", columns,
                    sizeof columns / sizeof *columns);
    for (const struct guard_field *field = guard_fields; field->name; field++) {
        if (field->look != GUARD_NOT_COMPARED)
            continue;
        write_row_head(out, field->name);
        html_cell(out, field->path);
        html_cell(out, field->reason);
        fputs("</tr>\n", out);
    }
    html_table_close(out);
    for (size_t i = 0; i < comparison->machines.count; i++)
        write_unknown(&comparison->machines.machines[i], out);
    fputs("</details>\n", out);
}

static void write_guard(const struct comparison_of_runs *comparison, size_t number, FILE *out)
{
    const struct guard *guard = &comparison->guards[number];
    const struct compared_machine *machines = comparison->machines.machines;
    const struct html_column columns[] = {
        HEADING("What differs"), HEADING(machines[0].name), HEADING(machines[number].name),
        HEADING("Takes away"),   HEADING("Because"),
    };
    if (compare_is_one_run(comparison, number)) {
        fputs("<p>Its figures are beside themselves, and none has a verdict.</p>\n", out);
        return;
    }
    write_other_loads(comparison, number, true, "ratios inside each machine", out);
    write_other_loads(comparison, number, false, "figures of one program", out);
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

/* "one and two: ratios only (memory: comparable; times: ratios only)" */
static void write_caption(const struct comparison_of_runs *comparison, size_t number,
                          const char *tag, FILE *out)
{
    const struct guard *guard = &comparison->guards[number];
    const struct compared_machine *machines = comparison->machines.machines;
    char caption[2 * MACHINE_NAME_SIZE + 96];
    if (compare_is_one_run(comparison, number))
        snprintf(caption, sizeof caption, "%s and %s: one run", machines[0].name,
                 machines[number].name);
    else
        snprintf(caption, sizeof caption, "%s and %s: %s (memory: %s; times: %s)", machines[0].name,
                 machines[number].name, guard_level_text(guard_overall(guard)),
                 guard_level_text(guard->memory), guard_level_text(guard->time));
    html_element(out, tag, caption);
}

/* So many tables below each other hide what stands behind them. */
#define UNFOLDED_MAX 4

void page_guard_write(const struct comparison_of_runs *comparison, size_t number, FILE *out)
{
    bool is_folded = comparison->machines.count > UNFOLDED_MAX;
    fputs(is_folded ? "<details>\n" : "", out);
    write_caption(comparison, number, is_folded ? "summary" : "h3", out);
    write_guard(comparison, number, out);
    fputs(is_folded ? "</details>\n" : "", out);
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
                html_cell(out, machine->run->folder);
            else
                write_disturbed(out, machine);
        }
        fputs("</tr>\n", out);
    }
    html_table_close(out);
    for (size_t i = 0; i < machines->count; i++)
        if (machines->machines[i].is_numbered) {
            fputs("<p>(2) is the second of these runs, in the order given: nothing that is "
                  "recorded tells them apart.</p>\n",
                  out);
            return;
        }
}
