/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An excerpt of what `waitbench compare` says of two runs. */
#include "base/alloc.h"
#include "base/text.h"
#include "compare/compare.h"
#include "readme/readme_section.h"

#include <stdlib.h>
#include <string.h>

/* Of each table so many rows: a reader of the page wants to see what it looks like. */
#define ROWS_SHOWN 4

/* What such a line begins with that says which rates a load stands for. */
#define RATES "    offered: "

/* The tables that are shown, by their headings. */
static const char *const tables[] = {
    "memory: all bytes per waiter",
    "throughput: requests per second",
    "latency: latency, 99th percentile",
    NULL,
};

static bool is_shown(const char *heading, size_t length)
{
    for (const char *const *table = tables; *table; table++)
        if (strlen(*table) == length && strncmp(*table, heading, length) == 0)
            return true;
    return false;
}

static void write_line(FILE *out, const char *line, size_t length)
{
    fprintf(out, "%s%.*s\n", length > 0 ? "    " : "", (int)length, line);
}

/* Where an excerpt is. */
struct excerpt {
    bool in_ratios; /* past the title of the ratios inside each machine */
    bool shown;     /* the table at hand is */
    size_t rows;    /* of it, so far */
};

/* A line of the ratios' tables: a heading begins at the margin, and rows are indented. The rates of
 * a load are left out: of so few rows they would be the half. */
static void excerpt_row(struct excerpt *excerpt, const char *line, size_t length, FILE *out)
{
    if (length == 0 || line[0] != ' ') {
        excerpt->shown = is_shown(line, length);
        excerpt->rows = 0;
        if (excerpt->shown)
            write_line(out, line, length);
        return;
    }
    if (strncmp(line, RATES, sizeof RATES - 1) == 0)
        return;
    /* The figures of a row whose label has the line before for itself. */
    if (strncmp(line, "    ", 4) != 0)
        excerpt->rows++;
    if (excerpt->shown && excerpt->rows <= ROWS_SHOWN)
        write_line(out, line, length);
    else if (excerpt->shown && excerpt->rows == ROWS_SHOWN + 1)
        write_line(out, "  ...", strlen("  ..."));
}

/* What stands before the ratios inside each machine as it is; of their tables the chosen ones, and
 * of each some rows; nothing of what follows. */
static void write_excerpt(const char *text, FILE *out)
{
    struct excerpt excerpt = {.shown = true};
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
        size_t length = strcspn(line, "\n");
        if (strncmp(line, "Each machine's own", 18) == 0)
            return;
        if (excerpt.in_ratios && excerpt.rows == 0 && strstr(line, "second / first") != NULL &&
            strstr(line, "second / first") < line + length)
            write_line(out, line, length);
        else if (excerpt.in_ratios)
            excerpt_row(&excerpt, line, length, out);
        else
            write_line(out, line, length);
        excerpt.in_ratios |= strncmp(line, "Threads over loop", 17) == 0;
    }
}

int readme_comparison(struct readme *readme)
{
    char *text = NULL;
    size_t size = 0;
    const struct recorded_run *const runs[] = {readme->runs->run, readme->runs->other};
    struct comparison_of_runs *comparison = alloc_array(1, sizeof *comparison);
    int result = compare_read(comparison, runs, 2, readme->error);
    if (result == 0) {
        FILE *printed = alloc_checked(open_memstream(&text, &size));
        compare_print(comparison, printed);
        fclose(printed);
        fputs("    $ build/waitbench compare ", readme->out);
        text_write_shell_word(runs[0]->folder, readme->out);
        fputc(' ', readme->out);
        text_write_shell_word(runs[1]->folder, readme->out);
        fputc('\n', readme->out);
        write_excerpt(alloc_checked(text), readme->out);
        free(text);
    }
    compare_finish(comparison);
    free(comparison);
    return result;
}
