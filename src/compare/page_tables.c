/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/page_tables.h"

#include "analysis/words/units.h"
#include "compare/entry_text.h"
#include "report/page/html.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define HEADING(text)    \
    {                    \
        .heading = text, \
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

/* "at 31.0 k/s", of a pair that was not offered the same "at 31.0 k/s and 40.0 k/s": a load's name
 * is a share, and each run's own rate. */
static void write_rates(FILE *out, const struct entry *entry)
{
    char text[UNITS_TEXT_SIZE];
    if (isnan(entry->offered_per_second))
        return;
    fprintf(out, " <span class=\"ci\">at %s/s",
            units_format_count(entry->offered_per_second, text));
    if (!isnan(entry->offered_against) &&
        fabs(entry->offered_against - entry->offered_per_second) > 0)
        fprintf(out, " and %s/s", units_format_count(entry->offered_against, text));
    fputs("</span>", out);
}

/* "33.1 KiB (32.9 KiB to 33.3 KiB)", and the load */
static void write_figure(FILE *out, const struct entry *entry)
{
    char text[UNITS_TEXT_SIZE];
    if (!entry) {
        html_cell(out, "");
        return;
    }
    const struct estimate *figure = &entry->figure.estimate;
    if (!entry_has_figure(entry)) {
        html_cell(out, entry_is_overloaded(entry) ? "overloaded" : "withheld");
        return;
    }
    fprintf(out, "<td class=\"n\">%s", entry_format(entry, figure->value, text));
    if (!isnan(figure->interval.low)) {
        fprintf(out, " <span class=\"ci\">(%s to ",
                entry_format(entry, figure->interval.low, text));
        fprintf(out, "%s)</span>", entry_format(entry, figure->interval.high, text));
    }
    write_rates(out, entry);
    fputs(entry_is_bound(entry) ? " *</td>" : "</td>", out);
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
    bool told = compare_tells_workload(comparison, head);
    for (size_t i = 0; i < count; i++)
        columns[1 + i] = (struct html_column){.heading = machines[i].name, .scale = 1};
    for (size_t i = 1; i < count; i++) {
        snprintf(titles[i], sizeof titles[i], "%s / first", machines[i].name);
        columns[count + i] = (struct html_column){.heading = titles[i], .scale = 1};
    }
    snprintf(caption, sizeof caption, "%s%s%.60s: %s", experiment_list[head->experiment].name,
             told ? ", " : "", told ? head->workload : "", entry_title(head));
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
