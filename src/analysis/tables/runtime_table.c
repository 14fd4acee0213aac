/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/tables/runtime_table.h"

#include "analysis/words/units.h"
#include "base/alloc.h"
#include "base/utf8.h"

#include <math.h>
#include <stdlib.h>

/* 26 + 6 * 9 columns: exactly 80. */
#define NAME_WIDTH 26
#define CELL_WIDTH 9
#define NAME_SIZE  256

static void print_cell(const char *text, int cells, FILE *out)
{
    fputc(' ', out);
    utf8_print_right(text, (size_t)(cells * CELL_WIDTH - 1), out);
}

static void print_figure(const struct estimate *figure,
                         const char *(*format)(double value, char *text), FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    print_cell(isnan(figure->value) ? "-" : format(figure->value, text), 1, out);
}

static void print_latency(const struct runtime_arm *arm, FILE *out)
{
    char text[64];
    if (arm->overloaded_trials > 0) {
        snprintf(text, sizeof text, "overloaded %zu/%zu", arm->overloaded_trials,
                 arm->latency_trials);
        print_cell(text, 2, out);
        return;
    }
    print_figure(&arm->p50_ns, units_format_ns, out);
    print_figure(&arm->p99_ns, units_format_ns, out);
}

/* "over 100", of what was measured. */
static void print_over(double active, FILE *out)
{
    char text[48] = "";
    if (!isnan(active))
        snprintf(text, sizeof text, "over %g", active);
    print_cell(text, 1, out);
}

static void print_heading(const struct runtime_figures *runtimes, FILE *out)
{
    char rate[UNITS_TEXT_SIZE];
    fputs("\nRuntimes: memory of a waiter, requests/s over connections, and latency", out);
    if (!isnan(runtimes->offered_per_second))
        fprintf(out, "\nat %s/s over %g", units_format_count(runtimes->offered_per_second, rate),
                runtimes->latency_active);
    fprintf(out, "\n\n%-*s", NAME_WIDTH, "program");
    print_cell("all in", 1, out);
    print_cell("user", 1, out);
    print_over(runtimes->active[RUNTIMES_MANY], out);
    print_over(runtimes->active[RUNTIMES_ONE], out);
    print_cell("p50", 1, out);
    print_cell("p99", 1, out);
    fputc('\n', out);
}

static void print_arm(const struct runtime_arm *arm, size_t number, size_t head, FILE *out)
{
    char name[NAME_SIZE];
    char whole[NAME_SIZE];
    int used = head < NAME_WIDTH ? 0 : snprintf(name, sizeof name, "%zu:", number);
    utf8_printable(whole, sizeof whole, arm->name);
    utf8_shorten(name + used, sizeof name - (size_t)used, whole, NAME_WIDTH - (size_t)used,
                 head < NAME_WIDTH ? head : NAME_WIDTH / 2);
    utf8_print_left(name, NAME_WIDTH, out);
    print_figure(&arm->bytes[COMPONENT_TOTAL], units_format_bytes, out);
    print_figure(&arm->bytes[COMPONENT_USER], units_format_bytes, out);
    print_figure(&arm->per_second[RUNTIMES_MANY], units_format_count, out);
    print_figure(&arm->per_second[RUNTIMES_ONE], units_format_count, out);
    print_latency(arm, out);
    fputc('\n', out);
}

void runtime_table_print(const struct runtime_figures *runtimes, FILE *out)
{
    const char **names = alloc_array(runtimes->count, sizeof *names);
    for (size_t i = 0; i < runtimes->count; i++)
        names[i] = runtimes->arms[i].name;
    size_t head = utf8_shorten_head(names, runtimes->count, NAME_WIDTH);
    free(names);
    print_heading(runtimes, out);
    for (size_t i = 0; i < runtimes->count; i++)
        print_arm(&runtimes->arms[i], i + 1, head, out);
    fputs("\nBy what a waiter costs. Each is its language's usual way, not the best there is;\n"
          "the report has intervals, and what the figures do not say.\n",
          out);
}
