/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The comparison in a terminal. Each further machine has a table of its own beside the first, so
 * that no number of them makes it wider: 2 + 45 + 2 * 9 + 24 + 11 columns. */
#include "compare/compare.h"

#include "analysis/units.h"
#include "compare/entry_text.h"

#include <math.h>
#include <string.h>

#define LABEL_WIDTH  45
#define FIGURE_WIDTH 9

/* "-" where there is none. */
static void print_figure(const struct entry *entry, FILE *out)
{
    char text[UNITS_TEXT_SIZE] = "-";
    if (entry)
        entry_format(entry, entry->figure.estimate.value, text);
    fprintf(out, " %*.*s", FIGURE_WIDTH - 1, FIGURE_WIDTH - 1, text);
}

static void print_row(const struct compared_row *row, size_t number, FILE *out)
{
    char text[UNITS_TEXT_SIZE] = "-";
    char told[COMPARE_WORD_SIZE];
    const struct compared *compared = &row->machines[number];
    const struct entry *first = row->machines[0].entry;
    bool bound = (first && first->client_bound > 0) ||
                 (compared->entry && compared->entry->client_bound > 0);
    fprintf(out, "  %-*.*s", LABEL_WIDTH - 1, LABEL_WIDTH - 1, row->entry->label);
    fputc(bound ? '*' : ' ', out);
    print_figure(first, out);
    print_figure(compared->entry, out);
    const char *word = compare_word(compared, told);
    if (compare_has_ratio(compared)) {
        units_format_ratio(&compared->ratio, text);
    } else if (*word) {
        /* In the ratio's place, for there is none to see. */
        snprintf(text, sizeof text, "%s", word);
        word = "";
    }
    fprintf(out, *word ? "  %-22.22s%s\n" : "  %.22s%s\n", text, word);
}

static void print_heading(const struct entry *entry, FILE *out)
{
    const char *experiment = experiment_files[entry->experiment].name;
    if (entry->experiment == EXPERIMENT_FLOW)
        fprintf(out, "%s, %.30s: %.60s\n", experiment, entry->scenario, entry->metric);
    else
        fprintf(out, "%s: %s\n", experiment, entry_title(entry));
}

/* All rows of the one kind: each arm's figures, or the ratios inside each machine. What only one of
 * the two measured is counted. */
static void print_rows(const struct comparison_of_runs *comparison, size_t number, bool ratios,
                       FILE *out)
{
    const struct entry *last = NULL;
    size_t alone = 0;
    for (size_t i = 0; i < comparison->count; i++) {
        const struct compared_row *row = &comparison->rows[i];
        const struct entry *first = row->machines[0].entry;
        const struct entry *second = row->machines[number].entry;
        if (!entry_is_shown(row->entry) || ratios != (row->entry->against != NULL))
            continue;
        alone += !first != !second;
        if (!first || !second)
            continue;
        if (!last || !entry_same_metric(last, row->entry))
            print_heading(row->entry, out);
        last = row->entry;
        print_row(row, number, out);
    }
    if (!last)
        fputs("  nothing that both measured\n", out);
    if (alone > 0)
        fprintf(out, "%zu more that only one of the two measured are in compare.csv\n", alone);
}

static void print_head(const char *title, FILE *out)
{
    fprintf(out, "\n%s\n", title);
    fprintf(out, "%-*s %*s %*s  %s\n", LABEL_WIDTH + 2, "", FIGURE_WIDTH - 1, "first",
            FIGURE_WIDTH - 1, "second", "second / first (95 %)");
}

static void print_finding(const struct guard_finding *finding, FILE *out)
{
    fprintf(out, "  %-13s takes %s: %s\n", finding->field->name, guard_takes(finding->field),
            finding->field->reason);
    fprintf(out, "  %-13s   %.38s | %.38s\n", "", finding->first, finding->other);
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
        if (column + strlen(name) + 2 > 100)
            column = fprintf(out, "\n   ") - 1;
        column += fprintf(out, " %s", name);
    }
    if (column > 0)
        fputc('\n', out);
}

static void print_guard(const struct comparison_of_runs *comparison, size_t number, FILE *out)
{
    const struct guard *guard = &comparison->guards[number];
    const struct compared_machine *machines = comparison->machines.machines;
    fprintf(out, "\nFirst %s, second %s: %s\n  (memory: %s; times: %s)\n", machines[0].name,
            machines[number].name, guard_level_text(guard_overall(guard)),
            guard_level_text(guard->memory), guard_level_text(guard->time));
    for (size_t i = 0; i < guard->count; i++)
        if (guard->findings[i].in_both)
            print_finding(&guard->findings[i], out);
    print_recorded_once(guard, out);
    if (guard->count == 0)
        fprintf(out, "  none of the %zu fields that both recorded differs\n", guard->looked_at);
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
    char disturbed[64];
    machines_disturbances(machine, disturbed, sizeof disturbed);
    if (disturbed[0] != '\0')
        fprintf(out, "    disturbed by: %s\n", disturbed);
}

static void print_machines(const struct comparison_of_runs *comparison, FILE *out)
{
    for (size_t i = 0; i < comparison->machines.count; i++) {
        const struct compared_machine *machine = &comparison->machines.machines[i];
        char folder[PATH_MAX];
        guard_printable(folder, sizeof folder, machine->folder);
        size_t length = strlen(folder);
        fprintf(out, "%-*s %-20s %s%s%s\n", MACHINE_NAME_SIZE - 1, machine->name,
                machine->started[0] ? machine->started : "at an unknown time",
                machine->cut_short ? "cut short " : "", length > 44 ? "..." : "",
                folder + (length > 44 ? length - 44 : 0));
        print_calibration(machine, out);
    }
}

static void print_pair(const struct comparison_of_runs *comparison, size_t number, FILE *out)
{
    print_guard(comparison, number, out);
    print_head("Threads over loop, inside each machine", out);
    print_rows(comparison, number, true, out);
    print_head("Each machine's own figures, to be read with its floors above", out);
    print_rows(comparison, number, false, out);
}

void compare_print(const struct comparison_of_runs *comparison, FILE *out)
{
    fprintf(out, "%s\n\n", guard_level_text(compare_overall(comparison)));
    print_machines(comparison, out);
    for (size_t i = 1; i < comparison->machines.count; i++)
        print_pair(comparison, i, out);
    fprintf(
        out,
        "\n`-` was not measured there. What the interval tells stands after it, unless a "
        "difference above takes\nit away: lower, higher, within 1.3 (the two differ by less than "
        "that factor either way), or cannot\ntell (they may differ by more than a factor of "
        "%.0f). No interval, no ratio: it takes %d blocks. * the\nload generator was the limit.\n",
        COMPARE_FACTOR_MAX, STATISTICS_BLOCKS_MIN);
}
