/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables to paste into an issue or a page: not every comparison, which would be hundreds of lines,
 * but rates and tails. */
#include "analysis/statistics/statistics.h"
#include "analysis/words/units.h"
#include "analysis/words/wording.h"
#include "base/alloc.h"
#include "report/export/export_parts.h"
#include "run/machine_json.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Within a word it is none. */
static bool is_markup(const char *text, const char *at)
{
    if (*at == '_')
        return at == text || !isalnum((unsigned char)at[-1]) || !isalnum((unsigned char)at[1]);
    return strchr("\\`*{}[]#|~>!", *at) != NULL;
}

/* What would be markup, of Markdown or of HTML, stays text. */
static void write_text(FILE *out, const char *text)
{
    char *shown = export_text(text);
    for (const char *at = shown; *at; at++) {
        if (*at == '<')
            fputs("&lt;", out);
        else if (*at == '&')
            fputs("&amp;", out);
        else
            fprintf(out, is_markup(shown, at) ? "\\%c" : "%c", *at);
    }
    free(shown);
}

/* One "column=cell" of `length` bytes. */
static void word_condition(FILE *out, const char *condition, size_t length)
{
    char one[128];
    snprintf(one, sizeof one, "%.*s", (int)length, condition);
    char *cell = strchr(one, '=');
    if (cell)
        *cell = '\0';
    if (cell)
        wording_write(one, cell + 1, out);
    else
        fputs(one, out);
}

/* Parameters in words, for the caller to free, without what is 0: what was not done. */
static char *word_parameters(const char *parameters)
{
    char *words = NULL;
    size_t size = 0;
    FILE *out = alloc_checked(open_memstream(&words, &size));
    const char *before = "";
    while (*parameters) {
        size_t length = strcspn(parameters, " ");
        if (length < 2 || memcmp(parameters + length - 2, "=0", 2) != 0) {
            fputs(before, out);
            word_condition(out, parameters, length);
            before = ", ";
        }
        parameters += length;
        parameters += strspn(parameters, " ");
    }
    fclose(out);
    return alloc_checked(words);
}

static void write_cell(FILE *out, const char *text)
{
    fputs(" ", out);
    write_text(out, text);
    fputs(" |", out);
}

/* Takes over `text`. */
static void write_own_cell(FILE *out, char *text)
{
    write_cell(out, text);
    free(text);
}

static void write_disturbances(FILE *out, const struct analysis *analysis)
{
    char *disturbances = export_disturbances(analysis);
    if (*disturbances) {
        fputs("- disturbed by: ", out);
        write_text(out, disturbances);
        fputc('\n', out);
    }
    free(disturbances);
}

static void write_machine(FILE *out, const struct analysis *analysis)
{
    const json_t *machine = analysis->run->machine;
    fputs("### waitbench\n\n", out);
    for (const struct export_field *field = export_fields; field->name; field++) {
        const char *text = machine_find_text(machine, field->path);
        if (!text || !*text)
            continue;
        fprintf(out, "- ");
        write_text(out, field->name);
        fputs(": ", out);
        write_text(out, text);
        fputc('\n', out);
    }
    write_disturbances(out, analysis);
}

static void write_resolved(FILE *out, const struct claim *claim)
{
    if (claim->settings > 0)
        fprintf(out, " %zu of %zu |", claim->resolved, claim->settings);
    else
        fputs("  |", out);
}

static void write_claims(FILE *out, const struct claims *claims)
{
    fputs("\n| claim | verdict | settings resolved | threads, then loop | of the setting |\n"
          "|---|---|---|---|---|\n",
          out);
    for (size_t i = 0; i < claims->count; i++) {
        fputc('|', out);
        write_own_cell(out, export_claim(&claims->claims[i]));
        write_cell(out, claim_verdict_text(claims->claims[i].verdict));
        write_resolved(out, &claims->claims[i]);
        write_cell(out, claims->claims[i].answer);
        write_cell(out, claim_shown_setting(&claims->claims[i]));
        fputc('\n', out);
    }
}

static void write_slope(FILE *out, const struct slope *slope)
{
    char value[UNITS_TEXT_SIZE];
    char interval[UNITS_TEXT_SIZE];
    if (!export_has_slope(slope)) {
        fputs(" |", out);
        return;
    }
    units_format_bytes(slope->slope.value, value);
    units_format_bytes_interval(&slope->slope, interval);
    fprintf(out, " %s%s%s%s |", value, *interval ? " (" : "", interval, *interval ? ")" : "");
}

static void write_memory(FILE *out, const struct bill *bill)
{
    static const enum component shown[] = {
        COMPONENT_USER,         COMPONENT_KERNEL_STACK, COMPONENT_PAGE_TABLE,
        COMPONENT_KERNEL_OTHER, COMPONENT_TOTAL,
    };
    if (bill->count == 0)
        return;
    fputs("\nMemory of one more waiter (95 % interval)\n\n"
          "| arm | conditions | user | kernel stack | page tables | other kernel | total |\n"
          "|---|---|--:|--:|--:|--:|--:|\n",
          out);
    for (size_t i = 0; i < bill->count; i++) {
        fputc('|', out);
        write_own_cell(out, export_arm(&bill->bills[i].trials));
        char *conditions = export_conditions(&bill->bills[i].trials);
        write_own_cell(out, word_parameters(conditions));
        free(conditions);
        for (size_t k = 0; k < sizeof shown / sizeof *shown; k++)
            write_slope(out, &bill->bills[i].components[shown[k]]);
        fputc('\n', out);
    }
}

/* "93,400/s", "1.25 us", "8.27 KiB"; of other units the number. */
static void write_median(FILE *out, const struct metric *metric, double value)
{
    char text[UNITS_TEXT_SIZE];
    if (strcmp(metric->unit, "ns") == 0)
        write_cell(out, units_format_ns(value, text));
    else if (strcmp(metric->unit, "bytes") == 0)
        write_cell(out, units_format_bytes(value, text));
    else
        fprintf(out, " %s%s |", units_format_count(value, text),
                strcmp(metric->unit, "per_second") == 0 ? "/s" : "");
}

static void write_comparison(FILE *out, const struct summary_row *row)
{
    const struct comparison *comparison = &row->comparison;
    char ratio[UNITS_TEXT_SIZE];
    fputc('|', out);
    write_cell(out, group_text(row->a, "scenario"));
    write_cell(out, row->metric.name);
    write_own_cell(out, word_parameters(row->parameters));
    write_own_cell(out, export_arm(row->a));
    write_median(out, &row->metric, comparison->median_a);
    write_own_cell(out, export_arm(row->b));
    write_median(out, &row->metric, comparison->median_b);
    write_cell(out, units_format_ratio(&comparison->ratio, ratio));
    write_cell(out, *export_doubt(row) ? export_doubt(row)
                                       : verdict_text(comparison->verdict, row->metric.kind));
    fputc('\n', out);
}

static bool is_shown(const struct summary_row *row)
{
    static const char *const metrics[] = {"achieved", "p99"};
    for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++)
        if (strcmp(row->metric.name, metrics[i]) == 0)
            return true;
    return false;
}

static void write_comparisons(FILE *out, const struct summary *summary)
{
    fputs("\nRates and tails, medians over blocks; ratio a / b (95 % interval)\n\n"
          "| scenario | metric | parameters | a | | b | | ratio | a is |\n"
          "|---|---|---|---|--:|---|--:|--:|---|\n",
          out);
    for (size_t i = 0; i < summary->count; i++)
        if (is_shown(&summary->rows[i]))
            write_comparison(out, &summary->rows[i]);
}

int export_markdown(const struct analysis *analysis, FILE *out, struct error *error)
{
    (void)error;
    write_machine(out, analysis);
    write_claims(out, &analysis->claims);
    write_memory(out, &analysis->bill);
    write_comparisons(out, &analysis->summary);
    return 0;
}
