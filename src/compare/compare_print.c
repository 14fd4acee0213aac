/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The comparison in a terminal: what it says in words, then each further machine in a table of its
 * own beside the first, so that no number of them makes it wider: 2 + 28 + 2 * 9 + 32 columns. */
#include "compare/compare.h"

#include "analysis/words/units.h"
#include "base/utf8.h"
#include "compare/compare_words.h"
#include "compare/entry_text.h"
#include "compare/findings.h"

#include <math.h>
#include <string.h>

#define LINE_WIDTH 80
/* More have their tables on the page alone. */
#define TABLES_MAX 4
/* A ratio, its interval, and what it tells. */
#define TOLD_WIDTH   30
#define LABEL_WIDTH  28
#define FIGURE_WIDTH 9

/* Four rates and the words around them. */
#define RATES_SIZE 192

/* "-" where there is none. */
static void print_figure(const struct entry *entry, FILE *out)
{
    char text[UNITS_TEXT_SIZE] = "-";
    if (entry && entry_has_figure(entry))
        entry_format(entry, entry->figure.estimate.value, text);
    fprintf(out, " %*.*s", FIGURE_WIDTH - 1, FIGURE_WIDTH - 1, text);
}

/* A label that is too long for its column has a line of its own. What all rows below a title have
 * in common is left out. */
static void print_label(const char *label, bool bound, FILE *out)
{
    static const char usual[] = "threads/loop ";
    if (strncmp(label, usual, sizeof usual - 1) == 0)
        label += sizeof usual - 1;
    if (utf8_width(label) >= LABEL_WIDTH)
        fprintf(out, "  %.*s\n  %*s", ENTRY_LABEL_SIZE, label, LABEL_WIDTH - 1, "");
    else {
        fputs("  ", out);
        utf8_print_left(label, LABEL_WIDTH - 1, out);
    }
    fputc(bound ? '*' : ' ', out);
}

/* "1.03 (1.01..1.05) higher"; the interval alone where that is too long. */
static void print_ratio(const struct compared *compared, const char *word, FILE *out)
{
    char ratio[UNITS_TEXT_SIZE];
    char text[UNITS_TEXT_SIZE + COMPARE_WORD_SIZE + 1];
    units_format_ratio(&compared->ratio, ratio);
    const char *to = strstr(ratio, " to ");
    if (to)
        snprintf(text, sizeof text, "%.*s..%s %s", (int)(to - ratio), ratio, to + 4, word);
    else
        snprintf(text, sizeof text, "%s %s", ratio, word);
    const char *shown = strlen(text) > TOLD_WIDTH ? strchr(text, '(') : NULL;
    fprintf(out, "  %s\n", shown ? shown : text);
}

static void print_row(const struct compared_row *row, size_t number, FILE *out)
{
    char told[COMPARE_WORD_SIZE];
    const struct compared *compared = &row->machines[number];
    const struct entry *first = row->machines[0].entry;
    bool bound =
        (first && entry_is_bound(first)) || (compared->entry && entry_is_bound(compared->entry));
    print_label(row->entry->label, bound, out);
    print_figure(first, out);
    print_figure(compared->entry, out);
    const char *word = compare_word(compared, told);
    if (compare_has_ratio(compared))
        print_ratio(compared, word, out);
    else
        fprintf(out, "  %s\n", *word ? word : "-");
}

static void print_heading(const struct comparison_of_runs *comparison, const struct entry *entry,
                          FILE *out)
{
    fputs(experiment_list[entry->experiment].name, out);
    if (compare_tells_workload(comparison, entry))
        fprintf(out, ", %.30s", entry->workload);
    fprintf(out, ": %.44s\n", entry_title(entry));
}

static void write_rate(double rate, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    fprintf(out, "%s/s", units_format_count(rate, text));
}

/* "31.0 k/s"; of a pair that was not offered the same "31.0 k/s to 40.0 k/s". */
static void write_rates(const struct entry *entry, FILE *out)
{
    write_rate(entry->offered_per_second, out);
    if (!isnan(entry->offered_against) &&
        fabs(entry->offered_against - entry->offered_per_second) > 0) {
        fputs(" and ", out);
        write_rate(entry->offered_against, out);
    }
}

/* What one name of a load stands for in the two, above the rows of which it is true. `last` is what
 * was printed last, "" for nothing. */
static void print_rates(const struct entry *first, const struct entry *second,
                        char last[RATES_SIZE], FILE *out)
{
    char text[RATES_SIZE] = "";
    if (compare_rates_differ(first, second)) {
        FILE *line = fmemopen(text, sizeof text, "w");
        if (!line)
            return;
        fputs("    offered: ", line);
        write_rates(first, line);
        fputs(", to the second ", line);
        write_rates(second, line);
        fclose(line);
    }
    if (*text && strcmp(text, last) != 0)
        fprintf(out, "%s\n", text);
    memcpy(last, text, RATES_SIZE);
}

/* All rows of the one kind: each arm's figures, or the ratios inside each machine. What only one of
 * the two measured is counted. */
static void print_rows(const struct comparison_of_runs *comparison, size_t number, bool ratios,
                       FILE *out)
{
    const struct entry *last = NULL;
    char rates[RATES_SIZE] = "";
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
        if (!last || !entry_same_metric(last, row->entry)) {
            print_heading(comparison, row->entry, out);
            rates[0] = '\0';
        }
        last = row->entry;
        print_rates(first, second, rates, out);
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

static void print_pair(const struct comparison_of_runs *comparison, size_t number, FILE *out)
{
    compare_print_guard(comparison, number, out);
    if (compare_is_one_run(comparison, number) || comparison->machines.count > TABLES_MAX)
        return;
    print_head("Threads over loop, inside each machine", out);
    print_rows(comparison, number, true, out);
    print_head("Each machine's own figures, to be read with its floors above", out);
    compare_print_rates(comparison, number, false, out);
    print_rows(comparison, number, false, out);
}

static void print_legend(FILE *out)
{
    fprintf(out,
            "\n`-` was not measured there. What the interval tells stands after it, unless a\n"
            "difference above takes it away: lower, higher, within 1.3 (the two differ by\n"
            "less than that factor either way), or cannot tell (they may differ by more than\n"
            "a factor of %.0f). No interval, no ratio: it takes %d blocks. * the load generator\n"
            "was the limit.\n",
            COMPARE_FACTOR_MAX, STATISTICS_BLOCKS_MIN);
}

void compare_print(const struct comparison_of_runs *comparison, FILE *out)
{
    struct findings findings;
    fprintf(out, "%s\n\n", compare_overall_text(comparison));
    findings_read(&findings, comparison, true);
    findings_print(&findings, LINE_WIDTH, out);
    findings_finish(&findings);
    compare_print_machines(comparison, out);
    for (size_t i = 1; i < comparison->machines.count; i++)
        print_pair(comparison, i, out);
    if (comparison->machines.count > TABLES_MAX)
        fprintf(out, "\nThe tables of %zu runs are in compare.html and compare.csv.\n",
                comparison->machines.count);
    else
        print_legend(out);
    compare_print_notes(comparison, out);
}
