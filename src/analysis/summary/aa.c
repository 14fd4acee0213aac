/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/summary/aa.h"

#include "analysis/words/arm.h"
#include "analysis/words/units.h"
#include "base/alloc.h"
#include "run/model.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool same_options(const struct trial_group *a, const struct trial_group *b)
{
    for (const char *const *column = experiment_variant_columns(); *column; column++)
        if (strcmp(group_text(a, *column), group_text(b, *column)) != 0)
            return false;
    return true;
}

/* The pair has equal conditions; the options of the arm must be equal too. */
static bool is_itself(const struct trial_group *a, const struct trial_group *b)
{
    const char *name = group_text(a, "subject");
    const char *again = group_text(b, "subject");
    size_t length = strlen(name);
    return strncmp(again, name, length) == 0 && strcmp(again + length, AA_SUFFIX) == 0 &&
           same_options(a, b);
}

bool aa_is_different(const struct summary_row *row)
{
    return row->comparison.verdict == VERDICT_LOWER || row->comparison.verdict == VERDICT_HIGHER;
}

static bool is_judged(const struct summary_row *row)
{
    return aa_is_different(row) || row->comparison.verdict == VERDICT_NO_DIFFERENCE;
}

static enum aa_kind kind_of(const struct summary_row *row)
{
    const char *name = row->metric.name;
    bool extreme = strstr(name, "p9") || strstr(name, "max") || strcmp(name, "spawn") == 0;
    return extreme ? AA_EXTREME : AA_STEADY;
}

static enum aa_model model_of(const struct summary_row *row)
{
    const char *model = group_text(row->a, "model");
    if (model_is(model, MODEL_THREADS))
        return AA_THREADS;
    return model_is(model, MODEL_LOOP) ? AA_LOOP : AA_OTHERS;
}

/* Which comparisons a part is of. */
struct choice {
    enum aa_kind kind;
    size_t experiment; /* EXPERIMENT_COUNT: all */
    size_t model;      /* AA_MODEL_COUNT: all */
};

static bool is_of(const struct summary_row *row, const struct choice *choice)
{
    return kind_of(row) == choice->kind &&
           (choice->experiment == EXPERIMENT_COUNT ||
            row->experiment == &experiment_list[choice->experiment]) &&
           (choice->model == AA_MODEL_COUNT || choice->model == model_of(row));
}

static struct aa_part read_part(const struct summary *summary, const struct choice *choice)
{
    struct aa_part part = {0};
    double *widths = alloc_array(summary->count, sizeof *widths);
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *row = &summary->rows[i];
        const struct estimate *ratio = &row->comparison.ratio;
        if (!is_judged(row) || !is_of(row, choice))
            continue;
        widths[part.judged++] = (ratio->interval.high - ratio->interval.low) / 2 / ratio->value;
        part.different += aa_is_different(row);
    }
    part.half_width = statistics_median(widths, part.judged);
    free(widths);
    return part;
}

size_t aa_by_chance(size_t judged)
{
    unsigned count = 0;
    while (count < judged && gsl_cdf_binomial_P(count, AA_NOMINAL_SHARE, (unsigned)judged) < 0.975)
        count++;
    return count;
}

static void read_parts(struct aa *aa)
{
    for (size_t kind = 0; kind < AA_KIND_COUNT; kind++) {
        struct choice choice = {(enum aa_kind)kind, 0, AA_MODEL_COUNT};
        for (size_t i = 0; i < EXPERIMENT_COUNT; i++) {
            choice.experiment = i;
            aa->parts[i][kind] = read_part(&aa->summary, &choice);
            aa->judged += aa->parts[i][kind].judged;
            aa->different += aa->parts[i][kind].different;
        }
        choice.experiment = EXPERIMENT_COUNT;
        for (size_t i = 0; i < AA_MODEL_COUNT; i++) {
            choice.model = i;
            aa->models[i][kind] = read_part(&aa->summary, &choice);
        }
    }
}

int aa_read(struct aa *aa, const struct recorded_run *run, uint64_t seed, struct error *error)
{
    struct aa read = {.judged = 0};
    int result = summary_read_pairs(&read.summary, run, seed, is_itself, error);
    if (result < 0)
        return result;
    if (read.summary.count == 0) {
        summary_finish(&read.summary);
        return 0;
    }
    read_parts(&read);
    *aa = read;
    return 1;
}

struct aa_part aa_of_kind(const struct aa *aa, enum aa_kind kind)
{
    struct aa_part all = {.half_width = NAN};
    for (size_t i = 0; i < EXPERIMENT_COUNT; i++) {
        all.judged += aa->parts[i][kind].judged;
        all.different += aa->parts[i][kind].different;
    }
    return all;
}

int aa_write(const struct aa *aa, const char *run_dir, struct error *error)
{
    return summary_write_as(&aa->summary, run_dir, "aa.csv", error);
}

const char *aa_kind_text(enum aa_kind kind)
{
    return kind == AA_STEADY ? "medians, rates, sizes" : "tails, single events";
}

const char *aa_model_text(enum aa_model model)
{
    static const char *const texts[] = {"threads", "loop", "others"};
    return texts[model];
}

static void print_part(const struct aa_part *part, const char *name, size_t kind, FILE *out)
{
    if (part->judged > 0)
        fprintf(out, "  %-11s %-22s %10zu %10zu %11s %.1f %%\n", name,
                aa_kind_text((enum aa_kind)kind), part->different, part->judged, "+-",
                100 * part->half_width);
}

static void print_parts(const struct aa *aa, FILE *out)
{
    fprintf(out, "  %-34s %10s %10s %18s\n", "", "different", "of", "typical interval");
    for (size_t i = 0; i < EXPERIMENT_COUNT; i++)
        for (size_t kind = 0; kind < AA_KIND_COUNT; kind++)
            print_part(&aa->parts[i][kind], experiment_list[i].name, kind, out);
    for (size_t i = 0; i < AA_MODEL_COUNT; i++)
        for (size_t kind = 0; kind < AA_KIND_COUNT; kind++)
            print_part(&aa->models[i][kind], aa_model_text((enum aa_model)i), kind, out);
}

static void print_row(const struct summary_row *row, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    char name[ARM_NAME_SIZE];
    arm_name(row->a->table, row->a->first, name, sizeof name);
    fprintf(out, "  %s %s of %s: %s\n    %s\n", row->experiment->name, row->metric.name, name,
            units_format_ratio(&row->comparison.ratio, text), row->parameters);
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
    struct aa_part steady = aa_of_kind(aa, AA_STEADY);
    fprintf(out,
            "\nA/A: an arm was called different from itself in %zu of %zu comparisons, %.1f %%\n"
            "(nominal %.0f %%: by chance up to %zu, were they independent); of medians, rates and "
            "sizes in %zu of %zu\n"
            "(by chance up to %zu).\n\n",
            aa->different, aa->judged, 100 * (double)aa->different / (double)aa->judged,
            100 * AA_NOMINAL_SHARE, aa_by_chance(aa->judged), steady.different, steady.judged,
            aa_by_chance(steady.judged));
    print_parts(aa, out);
    if (aa->different > 0)
        fputs("\nCalled different\n", out);
    for (size_t i = 0; i < aa->summary.count; i++)
        if (aa_is_different(&aa->summary.rows[i]))
            print_row(&aa->summary.rows[i], out);
}

void aa_finish(struct aa *aa)
{
    summary_finish(&aa->summary);
}
