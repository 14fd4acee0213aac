/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/tables/versus.h"

#include "analysis/words/arm.h"
#include "analysis/words/units.h"
#include "analysis/words/workload.h"
#include "base/alloc.h"
#include "base/text.h"
#include "base/utf8.h"
#include "run/experiment.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* 35 + 3 * 15 columns: exactly 80. */
#define LABEL_WIDTH 35
#define CELL_WIDTH  15
#define CELLS       3

/* Of both names, in one line with the words around them. */
#define NAMES_WIDTH 24

#define USUAL_PAYLOAD_BYTES 64

/* What is shown of an experiment. */
static const struct view {
    const char *experiment;
    const char *metrics[CELLS];
    const char *titles[CELLS];
} views[] = {
    {"memory", {"total", "user", "spawn"}, {"all memory", "resident", "time to accept"}},
    {"throughput",
     {"achieved", "server_cpu_per_request", "both_cpu_per_request"},
     {"requests/s", "server CPU", "CPU, both ends"}},
    {"latency", {"p50", "p99", "p999"}, {"p50", "p99", "p99.9"}},
};

/* What is looked at, and the baseline or NULL. */
struct versus {
    const struct summary *summary;
    const char *baseline;
};

static bool same_text(const struct trial_group *a, const struct trial_group *b, const char *column)
{
    return strcmp(group_text(a, column), group_text(b, column)) == 0;
}

static bool same_arm(const struct trial_group *a, const struct trial_group *b)
{
    return same_text(a, b, "subject") &&
           arm_compare_ways(a->table, a->first, b->table, b->first) == 0;
}

static bool same_names(const struct summary_row *a, const struct summary_row *b)
{
    return same_arm(a->a, b->a) && same_arm(a->b, b->b);
}

/* What two programs do with one workload says nothing of what they do with another. */
static bool same_pair(const struct summary_row *a, const struct summary_row *b)
{
    return same_names(a, b) && same_text(a->a, b->a, "scenario") && same_text(a->a, b->a, "store");
}

/* Whether the two are of one line: one setting, of one pair. */
static bool same_line(const struct summary_row *a, const struct summary_row *b)
{
    return a->experiment == b->experiment && strcmp(a->parameters, b->parameters) == 0 &&
           same_pair(a, b) && same_text(a->a, b->a, "model") && same_text(a->b, b->b, "model");
}

/* Ours are set against each other in claims, and foreign subjects against ours in the report. */
static bool is_shown(const struct versus *versus, const struct summary_row *row)
{
    const char *subject = group_text(row->b, "subject");
    if (versus->baseline)
        return arm_is_called(row->b->table, row->b->first, versus->baseline);
    return subject[experiment_arm_length(subject)] == '\0' && summary_is_foreign(row->b);
}

/* Whether it is shown, and no row before it that is the same by that measure is. */
static bool begins(const struct versus *versus, size_t index,
                   bool (*same)(const struct summary_row *a, const struct summary_row *b))
{
    const struct summary_row *rows = versus->summary->rows;
    if (!is_shown(versus, &rows[index]))
        return false;
    for (size_t i = 0; i < index; i++)
        if (is_shown(versus, &rows[i]) && same(&rows[i], &rows[index]))
            return false;
    return true;
}

static const char *parameter(const struct summary_row *row, const char *key)
{
    return text_parameter(row->parameters, key);
}

static double number(const struct summary_row *row, const char *key)
{
    return strtod(parameter(row, key), NULL);
}

static void write_memory_label(const struct summary_row *row, FILE *out)
{
    const char *warm = parameter(row, "warm");
    units_write_whole(number(row, "waiters_requested"), out);
    fprintf(out, " waiters%s", *warm == '1' ? ", warm" : *warm == '0' ? ", cold" : "");
}

static void write_rate(const struct summary_row *row, FILE *out)
{
    char rate[UNITS_TEXT_SIZE];
    if (strncmp(parameter(row, "rate_basis"), "equal_utilisation", 17) == 0)
        fprintf(out, "own %.0f %%, ", 100 * number(row, "capacity_share"));
    else if (*parameter(row, "offered_per_second"))
        fprintf(out, "%s/s, ", units_format_count(number(row, "offered_per_second"), rate));
}

static void write_load_label(const struct summary_row *row, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    double idle = number(row, "idle");
    double payload = number(row, "payload_bytes");
    write_rate(row, out);
    fprintf(out, "%s active", units_format_count(number(row, "active"), text));
    if (idle > 0)
        fprintf(out, ", %s idle", units_format_count(idle, text));
    if (payload > USUAL_PAYLOAD_BYTES)
        fprintf(out, ", %s", units_format_bytes(payload, text));
    if (number(row, "requests_per_connection") > 0)
        fputs(", short", out);
}

static void print_label(const struct summary_row *row, FILE *out)
{
    char *text = NULL;
    size_t length = 0;
    FILE *label = alloc_checked(open_memstream(&text, &length));
    if (row->experiment == &experiment_list[EXPERIMENT_MEMORY])
        write_memory_label(row, label);
    else
        write_load_label(row, label);
    fclose(label);
    fputs("  ", out);
    utf8_print_left(alloc_checked(text), LABEL_WIDTH - 2, out);
    free(text);
}

/* "0.85" above "0.80..0.90", and whether a difference is resolved. */
struct cell {
    char ratio[UNITS_TEXT_SIZE];
    char interval[UNITS_TEXT_SIZE];
    bool resolved;
};

static void format_cell(const struct comparison *comparison, struct cell *cell)
{
    cell->resolved |= comparison->verdict == VERDICT_LOWER || comparison->verdict == VERDICT_HIGHER;
    if (isnan(comparison->ratio.value))
        return;
    units_format_ratio_alone(comparison->ratio.value, cell->ratio);
    units_format_ratio_interval(&comparison->ratio, cell->interval);
}

static void print_cells(const struct cell *cells, FILE *out)
{
    for (size_t i = 0; i < CELLS; i++) {
        utf8_print_right(cells[i].ratio, CELL_WIDTH - 1, out);
        fputs(cells[i].resolved ? "*" : i + 1 == CELLS ? "" : " ", out);
    }
    fputc('\n', out);
}

/* Nothing where no cell has one. */
static void print_intervals(const struct cell *cells, FILE *out)
{
    bool any = false;
    for (size_t i = 0; i < CELLS; i++)
        any |= cells[i].interval[0] != '\0';
    if (any)
        fprintf(out, "%*s", LABEL_WIDTH, "");
    for (size_t i = 0; any && i < CELLS; i++) {
        utf8_print_right(cells[i].interval, CELL_WIDTH - 1, out);
        fputs(i + 1 == CELLS ? "\n" : " ", out);
    }
}

/* Where the setting ends whose rows begin there. */
static size_t line_end(const struct summary *summary, size_t begin)
{
    size_t end = begin + 1;
    while (end < summary->count && same_line(&summary->rows[begin], &summary->rows[end]))
        end++;
    return end;
}

/* Prints the setting whose rows begin there. */
static void print_line(const struct summary *summary, size_t begin, const struct view *view,
                       FILE *out)
{
    struct cell cells[CELLS] = {{"-", "", false}, {"-", "", false}, {"-", "", false}};
    for (size_t row = begin; row < line_end(summary, begin); row++)
        for (size_t i = 0; i < CELLS; i++)
            if (strcmp(summary->rows[row].metric.name, view->metrics[i]) == 0)
                format_cell(&summary->rows[row].comparison, &cells[i]);
    print_label(&summary->rows[begin], out);
    print_cells(cells, out);
    print_intervals(cells, out);
}

static void print_heading(const struct view *view, FILE *out)
{
    utf8_print_left(view->experiment, LABEL_WIDTH, out);
    for (size_t i = 0; i < CELLS; i++)
        fprintf(out, "%*s%s", CELL_WIDTH - 1, view->titles[i], i + 1 < CELLS ? " " : "");
    fputc('\n', out);
}

/* Whether the setting whose rows begin there has one of the view's metrics. */
static bool has_cell(const struct summary *summary, size_t begin, const struct view *view)
{
    for (size_t row = begin; row < line_end(summary, begin); row++)
        for (size_t i = 0; i < CELLS; i++)
            if (strcmp(summary->rows[row].metric.name, view->metrics[i]) == 0)
                return true;
    return false;
}

/* Lines stand by what a reader looks for, and numbers by size. */
static int compare_lines(const void *left, const void *right, void *data)
{
    static const char *const keys[] = {
        "warm",           "requests_per_connection", "payload_bytes", "idle",
        "capacity_share", "offered_per_second",      "active",        "waiters_requested",
    };
    const struct summary *summary = data;
    size_t a = *(const size_t *)left;
    size_t b = *(const size_t *)right;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        double of_a = number(&summary->rows[a], keys[i]);
        double of_b = number(&summary->rows[b], keys[i]);
        if (of_a < of_b || of_a > of_b)
            return of_a < of_b ? -1 : 1;
    }
    return (a > b) - (a < b);
}

static bool begins_line(const struct summary *summary, size_t row)
{
    return row == 0 || !same_line(&summary->rows[row - 1], &summary->rows[row]);
}

/* The lines of one experiment and one pair, which is that of the row `pair`: where each begins.
 * Returns how many, with `lines` to be freed. */
static size_t find_lines(const struct summary *summary, size_t pair, const struct view *view,
                         size_t **lines)
{
    const struct summary_row *rows = summary->rows;
    size_t count = 0;
    *lines = alloc_array(summary->count, sizeof **lines);
    for (size_t row = pair; row < summary->count; row++)
        if (strcmp(rows[row].experiment->name, view->experiment) == 0 &&
            same_pair(&rows[row], &rows[pair]) && begins_line(summary, row) &&
            has_cell(summary, row, view))
            (*lines)[count++] = row;
    if (count > 0)
        qsort_r(*lines, count, sizeof **lines, compare_lines, (void *)summary);
    return count;
}

/* Returns how many lines it prints. */
static size_t print_view(const struct summary *summary, size_t pair, const struct view *view,
                         FILE *out)
{
    size_t *lines;
    size_t count = find_lines(summary, pair, view, &lines);
    if (count > 0)
        print_heading(view, out);
    for (size_t i = 0; i < count; i++)
        print_line(summary, lines[i], view, out);
    free(lines);
    return count;
}

/* Whether the two are set against each other with another workload, too. */
static bool has_other_workload(const struct summary *summary, const struct summary_row *row)
{
    for (size_t i = 0; i < summary->count; i++)
        if (same_names(&summary->rows[i], row) && !same_pair(&summary->rows[i], row))
            return true;
    return false;
}

static void name_arm(const struct trial_group *arm, char *name, size_t size)
{
    char whole[ARM_NAME_SIZE];
    arm_name(arm->table, arm->first, whole, sizeof whole);
    utf8_printable(name, size, whole);
}

static void print_pair(const struct summary *summary, size_t pair, FILE *out)
{
    char names[2][64];
    size_t printed = 0;
    name_arm(summary->rows[pair].a, names[0], sizeof names[0]);
    name_arm(summary->rows[pair].b, names[1], sizeof names[1]);
    bool is_long = strlen(names[0]) + strlen(names[1]) > NAMES_WIDTH;
    const char *between = is_long ? "\n" : " ";
    fprintf(out, "\n%s against%s%s%s(ratio of medians, 95 %% interval; * resolved)\n\n", names[0],
            between, names[1], between);
    struct workload workload =
        workload_of(summary->rows[pair].a->table, summary->rows[pair].a->first);
    if (has_other_workload(summary, &summary->rows[pair]) || *workload.store) {
        fputs("scenario ", out);
        workload_write(&workload, out);
        fputs("\n\n", out);
    }
    for (size_t i = 0; i < sizeof views / sizeof *views; i++)
        printed += print_view(summary, pair, &views[i], out);
    if (printed == 0)
        fputs("  nothing that both have a figure of\n", out);
}

/* Of more than a few foreign subjects not every pair is there, which is said. */
static void print_choice(const struct versus *versus, FILE *out)
{
    size_t pairs = 0;
    const char *against = NULL;
    for (size_t row = 0; row < versus->summary->count; row++) {
        if (!begins(versus, row, same_names))
            continue;
        const char *subject = group_text(versus->summary->rows[row].b, "subject");
        if (against && strcmp(against, subject) != 0)
            return;
        against = subject;
        pairs++;
    }
    if (pairs > 1)
        fprintf(out, "\nEach is set against %.63s.\n%s", against,
                versus->baseline ? "" : "(--baseline NAME takes another.)\n");
}

void versus_print(const struct summary *summary, const char *baseline, FILE *out)
{
    const struct versus versus = {summary, baseline};
    size_t pairs = 0;
    print_choice(&versus, out);
    for (size_t row = 0; row < summary->count; row++)
        if (begins(&versus, row, same_pair) && pairs++ < VERSUS_PAIRS_MAX)
            print_pair(summary, row, out);
    if (pairs > VERSUS_PAIRS_MAX)
        fprintf(out, "\n%zu more pairs are in summary.csv and in the report.\n",
                pairs - VERSUS_PAIRS_MAX);
}
