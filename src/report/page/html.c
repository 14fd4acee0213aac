/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/page/html.h"

#include "analysis/words/units.h"
#include "analysis/words/wording.h"
#include "base/text.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void html_text(FILE *out, const char *text)
{
    html_text_part(out, text, strlen(text));
}

void html_text_part(FILE *out, const char *text, size_t length)
{
    for (const char *end = text + length; text < end; text++) {
        if (*text == '&')
            fputs("&amp;", out);
        else if (*text == '<')
            fputs("&lt;", out);
        else if (*text == '>')
            fputs("&gt;", out);
        else if (*text == '"')
            fputs("&quot;", out);
        else if (*text == '\'')
            fputs("&#39;", out);
        else if ((unsigned char)*text < ' ' && *text != '\n' && *text != '\t')
            fputc(' ', out);
        else
            fputc(*text, out);
    }
}

void html_element(FILE *out, const char *tag, const char *text)
{
    fprintf(out, "<%s>", tag);
    html_text(out, text);
    fprintf(out, "</%s>\n", tag);
}

/* One "column=cell". */
static void write_condition(FILE *out, char *condition)
{
    char *cell = strchr(condition, '=');
    char *words = NULL;
    size_t length = 0;
    FILE *text = cell ? open_memstream(&words, &length) : NULL;
    if (!text) {
        html_text(out, condition);
        return;
    }
    *cell = '\0';
    wording_write(condition, cell + 1, text);
    fclose(text);
    html_text(out, words);
    free(words);
}

void html_setting(FILE *out, const char *parameters)
{
    const char *before = "";
    while (*parameters) {
        char one[128];
        size_t length = strcspn(parameters, " ");
        bool is_zero = length >= 2 && strncmp(parameters + length - 2, "=0", 2) == 0;
        snprintf(one, sizeof one, "%.*s", (int)length, parameters);
        parameters += length;
        parameters += strspn(parameters, " ");
        if (is_zero)
            continue;
        fputs(before, out);
        write_condition(out, one);
        before = ", ";
    }
}

void html_number(FILE *out, double value, double step)
{
    double size = fabs(value);
    if (size >= 99.95)
        units_write_whole(value, out);
    else if (!(size > 0) || size < step / 2)
        fputs("0", out);
    else if (size >= 9.995)
        fprintf(out, "%.1f", value);
    else if (size >= 0.0995 || step > 0)
        fprintf(out, "%.2f", value);
    else
        fprintf(out, "%.3g", value);
}

/* 1 with the number, scaled; 0 when there is none. A cell that is no number is shown as text. */
static int scaled(const struct csv_table *table, size_t row, const char *column, double scale,
                  double *value)
{
    const char *text = column ? csv_cell(table, row, csv_column(table, column)) : "";
    if (text_parse_double(text, value) < 0)
        return 0;
    *value /= scale;
    return 1;
}

/* What is not scaled is a count, or a figure of several units: 100 connections, not 100.0. */
static void write_estimate(FILE *out, const struct estimate *figure, bool is_scaled, double step)
{
    fputs("<td class=\"n\">", out);
    if (!is_scaled && !(figure->value > floor(figure->value)))
        units_write_whole(figure->value, out);
    else
        html_number(out, figure->value, step);
    if (!isnan(figure->interval.low) && !isnan(figure->interval.high)) {
        fputs(" <span class=\"ci\">(", out);
        html_number(out, figure->interval.low, step);
        fputs(" to ", out);
        html_number(out, figure->interval.high, step);
        fputs(")</span>", out);
    }
    fputs("</td>", out);
}

/* With the digits that our files have, so that page and file say the same number. */
static double as_in_files(double value)
{
    char text[32];
    snprintf(text, sizeof text, "%.9g", value);
    return isfinite(value) ? strtod(text, NULL) : NAN;
}

void html_figure(FILE *out, const struct estimate *figure)
{
    struct estimate shown = {
        .value = as_in_files(figure->value),
        .interval = {as_in_files(figure->interval.low), as_in_files(figure->interval.high)},
    };
    if (isnan(shown.value))
        html_cell(out, "");
    else
        write_estimate(out, &shown, false, 0);
}

static void write_figure(FILE *out, const struct html_column *column, const struct csv_table *table,
                         size_t row)
{
    struct estimate figure = {NAN, INTERVAL_NONE, 0};
    if (!scaled(table, row, column->column, column->scale, &figure.value)) {
        html_cell(out, csv_cell(table, row, csv_column(table, column->column)));
        return;
    }
    if (column->scale < 0) {
        html_cell(out, figure.value < 0 ? "yes" : "no");
        return;
    }
    if (!scaled(table, row, column->low, column->scale, &figure.interval.low) ||
        !scaled(table, row, column->high, column->scale, &figure.interval.high))
        figure.interval = INTERVAL_NONE;
    write_estimate(out, &figure, column->scale < 1 || column->scale > 1,
                   column->scale < HTML_KIB ? 0 : 0.01);
}

void html_cells(FILE *out, const struct html_column *columns, size_t count,
                const struct csv_table *table, size_t row)
{
    for (size_t i = 0; i < count; i++) {
        bool is_text = !(columns[i].scale > 0 || columns[i].scale < 0);
        if (is_text)
            html_cell(out, csv_cell(table, row, csv_column(table, columns[i].column)));
        else
            write_figure(out, &columns[i], table, row);
    }
}

void html_table(FILE *out, const char *caption, const struct html_column *columns, size_t count,
                const struct csv_table *table)
{
    html_table_open(out, caption, columns, count);
    for (size_t row = 0; row < csv_row_count(table); row++) {
        fputs("<tr><th scope=\"row\">", out);
        html_text(out, csv_cell(table, row, csv_column(table, columns[0].column)));
        fputs("</th>", out);
        html_cells(out, columns + 1, count - 1, table, row);
        fputs("</tr>\n", out);
    }
    html_table_close(out);
}

void html_table_open(FILE *out, const char *caption, const struct html_column *columns,
                     size_t count)
{
    fputs("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"", out);
    html_text(out, caption);
    fputs("\">\n<table>\n<caption><span>", out);
    html_text(out, caption);
    fputs("</span></caption>\n<thead><tr>", out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "<th scope=\"col\"%s>", columns[i].scale > 0 ? " class=\"n\"" : "");
        html_text(out, columns[i].heading);
        fputs("</th>", out);
    }
    fputs("</tr></thead>\n<tbody>\n", out);
}

void html_cell(FILE *out, const char *text)
{
    if (*text == '\0') {
        fputs("<td class=\"none\"><span aria-label=\"not measured\" role=\"img\">–</span></td>",
              out);
        return;
    }
    fputs("<td>", out);
    html_text(out, text);
    fputs("</td>", out);
}

void html_table_close(FILE *out)
{
    fputs("</tbody>\n</table>\n</div>\n", out);
}
