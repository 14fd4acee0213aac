/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands above and below the tables in a terminal: the machines, what keeps them from being
 * compared, and what is not. */
#include "compare/compare_words.h"

#include "analysis/words/units.h"
#include "base/utf8.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LINE_WIDTH   80
#define VALUE_WIDTH  29
#define FOLDER_WIDTH 44
/* Of two names in one line with the words around them. */
#define NAMES_WIDTH  48
#define UNKNOWN_SIZE 1024
/* Where what is said of a field begins. */
#define NAME_INDENT 16

/* At most so wide; nothing behind it. */
static void print_cut(const char *text, size_t width, FILE *out)
{
    size_t taken = utf8_width(text);
    utf8_print_left(text, taken < width ? taken : width, out);
}

static void print_finding(const struct guard_finding *finding, FILE *out)
{
    const char *takes = guard_takes(finding->field);
    const char *reason = finding->field->reason;
    bool is_long = NAME_INDENT + strlen(takes) + strlen(reason) + 9 > LINE_WIDTH;
    fprintf(out, "  %-13s takes %s:", finding->field->name, takes);
    if (is_long)
        fprintf(out, "\n%*s%s\n", NAME_INDENT, "", reason);
    else
        fprintf(out, " %s\n", reason);
    fprintf(out, "%*s  ", NAME_INDENT, "");
    print_cut(finding->first, VALUE_WIDTH, out);
    fputs(" | ", out);
    print_cut(finding->other, VALUE_WIDTH, out);
    fputc('\n', out);
}

/* A run of an older version lacks many fields: they share a few lines. */
static void print_recorded_once(const struct guard *guard, FILE *out)
{
    int column = 0;
    for (size_t i = 0; i < guard->count; i++) {
        if (guard->findings[i].in_both)
            continue;
        if (column == 0)
            column = fprintf(out, "  only one recorded, which counts as a difference:");
        else
            column += fprintf(out, ";");
        const char *name = guard->findings[i].field->name;
        if (column + strlen(name) + 2 > LINE_WIDTH)
            column = fprintf(out, "\n   ") - 1;
        column += fprintf(out, " %s", name);
    }
    if (column > 0)
        fputc('\n', out);
}

void compare_print_rates(const struct comparison_of_runs *comparison, size_t number, bool pairs,
                         FILE *out)
{
    char first[UNITS_TEXT_SIZE];
    char other[UNITS_TEXT_SIZE];
    size_t count = compare_other_loads(comparison, number, pairs, first, other);
    if (count == 0)
        return;
    fprintf(out,
            "  %-13s take the verdict of %zu figure%s: they follow what is sustained\n"
            "  %-13s   %s/s | %s/s, at most, under one name\n",
            "rates", count, count == 1 ? "" : "s", "", first, other);
}

/* Names are whole where shortened ones would look alike: then they take a line each. */
static void print_names(const char *first, const char *second, const char *level, FILE *out)
{
    bool is_long = utf8_width(first) + utf8_width(second) > NAMES_WIDTH;
    fprintf(out, "\nFirst %s,%ssecond %s: %s\n", first, is_long ? "\n" : " ", second, level);
}

void compare_print_guard(const struct comparison_of_runs *comparison, size_t number, FILE *out)
{
    const struct guard *guard = &comparison->guards[number];
    const struct compared_machine *machines = comparison->machines.machines;
    if (compare_is_one_run(comparison, number)) {
        print_names(machines[0].label, machines[number].label, "one run", out);
        fputs("  its figures are beside themselves in compare.csv, and none has a verdict\n", out);
        return;
    }
    print_names(machines[0].label, machines[number].label, guard_level_text(guard_overall(guard)),
                out);
    fprintf(out, "  (memory: %s; times: %s)\n", guard_level_text(guard->memory),
            guard_level_text(guard->time));
    for (size_t i = 0; i < guard->count; i++)
        if (guard->findings[i].in_both)
            print_finding(&guard->findings[i], out);
    print_recorded_once(guard, out);
    if (guard->count == 0)
        fprintf(out, "  none of the %zu fields that both recorded differs\n", guard->looked_at);
    compare_print_rates(comparison, number, true, out);
}

/* Words with commas between, as lines of at most 80 columns. `column` is where the next one goes,
 * `indent` what a further line begins with.
 */
static void print_listed(const char *word, int *column, const char *indent, FILE *out)
{
    if (*column + (int)utf8_width(word) + 2 > LINE_WIDTH)
        *column = fprintf(out, "\n%s", indent) - 1;
    *column += fprintf(out, " %s", word);
}

static void print_calibration(const struct compared_machine *machine, FILE *out)
{
    static const struct {
        const char *name;
        const char *path;
    } floors[] = {
        {"bare round trip", "calibration.round_trip_p50_ns"},
        {"clock read", "calibration.clock_read_ns"},
        {"jitter p99.9", "calibration.gap_p999_ns"},
    };
    fputs("    ", out);
    for (size_t i = 0; i < sizeof floors / sizeof *floors; i++) {
        char text[UNITS_TEXT_SIZE] = "unknown";
        double ns = machines_number(machine, floors[i].path);
        if (!isnan(ns))
            units_format_ns(ns, text);
        fprintf(out, "%s%s %s", i > 0 ? ", " : "", floors[i].name, text);
    }
    fputc('\n', out);
    char disturbed[512];
    machines_disturbances(machine, disturbed, sizeof disturbed);
    if (disturbed[0] == '\0')
        return;
    int column = fprintf(out, "    disturbed by:");
    for (char *rest = disturbed, *word; (word = strsep(&rest, " ")) != NULL;)
        print_listed(word, &column, "     ", out);
    fputc('\n', out);
}

void compare_print_machines(const struct comparison_of_runs *comparison, FILE *out)
{
    for (size_t i = 0; i < comparison->machines.count; i++) {
        const struct compared_machine *machine = &comparison->machines.machines[i];
        char whole[PATH_MAX];
        char folder[PATH_MAX];
        utf8_printable(whole, sizeof whole, machine->run->folder);
        utf8_shorten(folder, sizeof folder, whole, FOLDER_WIDTH, 0);
        fprintf(out, "%s\n    %s, %s%s\n", machine->label,
                machine->started[0] ? machine->started : "at an unknown time",
                machine->cut_short ? "cut short, " : "", folder);
        print_calibration(machine, out);
    }
}

static void print_not_compared(FILE *out)
{
    int column = fprintf(out, "Recorded and not compared (compare.html says why):");
    for (const struct guard_field *field = guard_fields; field->name; field++) {
        char word[64];
        if (field->look != GUARD_NOT_COMPARED)
            continue;
        snprintf(word, sizeof word, "%s%s", field->name, field[1].name ? "," : ".");
        print_listed(word, &column, " ", out);
    }
    fputc('\n', out);
}

static void print_unknown(const struct compared_machine *machine, FILE *out)
{
    char text[UNKNOWN_SIZE];
    size_t count = guard_unknown(machine->json, text, sizeof text);
    if (count == 0)
        return;
    fprintf(out, "Unknown to this version and not compared, of %s (%zu):\n ", machine->label,
            count);
    int column = 1;
    for (char *rest = text, *word; (word = strsep(&rest, " ")) != NULL;)
        print_listed(word, &column, " ", out);
    fputc('\n', out);
}

static bool any_tells(const struct comparison_of_runs *comparison, enum telling telling)
{
    for (size_t i = 0; i < comparison->count; i++)
        for (size_t k = 1; k < comparison->machines.count; k++)
            if (comparison->rows[i].machines[k].telling == telling)
                return true;
    return false;
}

void compare_print_notes(const struct comparison_of_runs *comparison, FILE *out)
{
    bool numbered = false;
    for (size_t i = 0; i < comparison->machines.count; i++)
        numbered |= comparison->machines.machines[i].is_numbered;
    if (any_tells(comparison, TELLS_OTHER_LOAD))
        fputs("Other load: the same share of what is sustained, or the same rate, keeps a\n"
              "program busier in one run than in the other, by more than the comparison stands.\n",
              out);
    if (numbered)
        fputs(
            "(2) is the second of these runs, in the order given: nothing that is recorded tells\n"
            "them apart.\n",
            out);
    print_not_compared(out);
    for (size_t i = 0; i < comparison->machines.count; i++)
        print_unknown(&comparison->machines.machines[i], out);
}
