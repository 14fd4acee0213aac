/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/aa.h"

#include "analysis/units.h"

#include <stdlib.h>
#include <string.h>

static bool same_option(const struct trial_group *a, const struct trial_group *b,
                        const char *column)
{
    return strcmp(group_text(a, column), group_text(b, column)) == 0;
}

/* The pair has equal conditions; the options of the arm must be equal too. */
static bool is_itself(const struct trial_group *a, const struct trial_group *b)
{
    const char *name = group_text(a, "subject");
    const char *again = group_text(b, "subject");
    size_t length = strlen(name);
    return strncmp(again, name, length) == 0 && strcmp(again + length, AA_SUFFIX) == 0 &&
           same_option(a, b, "stack_bytes") && same_option(a, b, "loops");
}

static bool is_different(const struct summary_row *row)
{
    return row->comparison.verdict == VERDICT_LOWER || row->comparison.verdict == VERDICT_HIGHER;
}

int aa_read(struct aa *aa, const char *run_dir, uint64_t seed, struct error *error)
{
    struct aa read = {.judged = 0};
    int result = summary_read_pairs(&read.summary, run_dir, seed, is_itself, error);
    if (result < 0)
        return result;
    for (size_t i = 0; i < read.summary.count; i++) {
        const struct summary_row *row = &read.summary.rows[i];
        read.different += is_different(row);
        read.judged += is_different(row) || row->comparison.verdict == VERDICT_NO_DIFFERENCE;
    }
    *aa = read;
    return 0;
}

int aa_write(const struct aa *aa, const char *run_dir, struct error *error)
{
    return summary_write_as(&aa->summary, run_dir, "aa.csv", error);
}

static void print_row(const struct summary_row *row, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    char *parameters = summary_parameters(row);
    fprintf(out, "  %s %s of %s: %s\n    %s\n", row->experiment->name, row->metric.name,
            group_text(row->a, "subject"), units_format_ratio(&row->comparison.ratio, text),
            parameters);
    free(parameters);
}

void aa_print(const struct aa *aa, FILE *out)
{
    if (aa->judged == 0) {
        fprintf(out,
                "A/A: none of %zu comparisons of an arm with itself has a verdict: that takes %d "
                "blocks.\n",
                aa->summary.count, STATISTICS_BLOCKS_MIN);
        return;
    }
    fprintf(out,
            "A/A: an arm was called different from itself in %zu of %zu comparisons, %.1f %% "
            "(nominal %.0f %%).\n",
            aa->different, aa->judged, 100 * (double)aa->different / (double)aa->judged,
            100 * AA_NOMINAL_SHARE);
    for (size_t i = 0; i < aa->summary.count; i++)
        if (is_different(&aa->summary.rows[i]))
            print_row(&aa->summary.rows[i], out);
}

void aa_finish(struct aa *aa)
{
    summary_finish(&aa->summary);
}
