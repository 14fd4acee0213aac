/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scorecard, what the recipe cost, and what the machine's noise hides. */
#include "analysis/claims/claims.h"
#include "analysis/summary/aa.h"
#include "analysis/words/units.h"
#include "readme/readme_section.h"
#include "report/charts/run_files.h"
#include "run/model.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of the claims that have a verdict for several pairs of languages those about C are ours. */
static bool is_about_c(const struct csv_table *claims, size_t row)
{
    const char *pair = run_cell(claims, row, "pair");
    return *pair == '\0' || strcmp(pair, "c") == 0;
}

static void write_basis(const struct csv_table *claims, size_t row, FILE *out)
{
    const struct claim_basis basis = {
        .figures = run_cell(claims, row, "figures"),
        .condition = run_cell(claims, row, "condition"),
        .settings = strtoul(run_cell(claims, row, "settings"), NULL, 10),
        .resolved = strtoul(run_cell(claims, row, "resolved"), NULL, 10),
    };
    claim_basis_write(&basis, out);
}

int readme_scorecard(struct readme *readme)
{
    struct csv_table *claims = NULL;
    int result = run_read_csv(&claims, readme->runs->run->folder, "claims.csv", readme->error);
    if (result < 0)
        return result;
    fputs("| claim | here |\n|---|---|\n", readme->out);
    for (size_t row = 0; row < csv_row_count(claims); row++)
        if (is_about_c(claims, row)) {
            fprintf(readme->out, "| %s | %s", run_cell(claims, row, "claim"),
                    run_cell(claims, row, "verdict"));
            write_basis(claims, row, readme->out);
            fputs(" |\n", readme->out);
        }
    fputs("\n(in brackets: in how many of the settings that a claim was asked in its side is "
          "resolved;\nthe report names them)\n",
          readme->out);
    csv_table_destroy(claims);
    return 0;
}

/* ---- The recipe ---- */

/* The median of a metric that one scenario alone has, or NAN. */
static int flow_median(const struct trial_groups *groups, enum model model, const char *metric,
                       double *median, struct error *error)
{
    *median = NAN;
    for (size_t i = 0; i < groups->count; i++) {
        const struct trial_group *group = &groups->groups[i];
        if (model_is(group_text(group, "model"), model) &&
            strcmp(group_text(group, "metric"), metric) == 0)
            return readme_median(group, "value", NULL, median, error);
    }
    return 0;
}

static int write_coffee(const struct trial_groups *groups, struct readme *readme, FILE *out)
{
    static const char *const metrics[] = {"coffee_makespan", "at_once_makespan",
                                          "sleepless_workflows"};
    double threads[3];
    double loop[3];
    int result = 0;
    for (size_t i = 0; result == 0 && i < 3; i++) {
        result = flow_median(groups, MODEL_THREADS, metrics[i], &threads[i], readme->error);
        if (result == 0)
            result = flow_median(groups, MODEL_LOOP, metrics[i], &loop[i], readme->error);
    }
    if (result < 0)
        return result;
    fprintf(
        out,
        "What each cost (medians of the run): the makespan over the critical path was %.3f with "
        "threads and %.3f with the loop; with 100 coffees at once %.2f and %.2f",
        threads[0], loop[0], threads[1], loop[1]);
    if (!isnan(threads[2]) && !isnan(loop[2])) {
        fputs("; when no step takes any time, ", out);
        units_write_whole(threads[2], out);
        fputs(" and ", out);
        units_write_whole(loop[2], out);
        fputs(" coffees per second", out);
    }
    fputc('.', out);
    return 0;
}

int readme_coffee(struct readme *readme)
{
    static const char *const columns[] = {"scenario", "model", "metric"};
    const struct csv_table *table = NULL;
    struct trial_groups groups;
    struct readme_words words;
    int result = recorded_run_table(readme->runs->run, "flow.csv", &table, readme->error);
    if (result == 0)
        return error_set(readme->error, -ENODATA, "%s has no flow.csv", readme->runs->run->folder);
    if (result < 0)
        return result;
    result = trial_groups_gather(&groups, table, columns, 3, readme->error);
    if (result == 0) {
        readme_words_begin(&words);
        result = write_coffee(&groups, readme, words.out);
        readme_words_end(&words, readme->out);
        trial_groups_finish(&groups);
    }
    return result;
}

/* ---- Noise ---- */

static struct aa_part all_of_model(const struct aa *aa, enum aa_model model)
{
    struct aa_part all = {0};
    for (size_t kind = 0; kind < AA_KIND_COUNT; kind++) {
        all.judged += aa->models[model][kind].judged;
        all.different += aa->models[model][kind].different;
    }
    return all;
}

static void write_counts(const struct aa *aa, FILE *out)
{
    struct aa_part steady = aa_of_kind(aa, AA_STEADY);
    fprintf(out, "that was %zu of %zu comparisons", aa->different, aa->judged);
    for (int i = 0, begun = 0; i < AA_MODEL_COUNT; i++) {
        struct aa_part part = all_of_model(aa, (enum aa_model)i);
        if (part.judged > 0 && part.judged < aa->judged)
            fprintf(out, "%s%s %zu of %zu", begun++ > 0 ? ", " : " (",
                    aa_model_text((enum aa_model)i), part.different, part.judged);
        if (i + 1 == AA_MODEL_COUNT && begun > 0)
            fputc(')', out);
    }
    fprintf(
        out,
        ", and of medians, rates and sizes %zu of %zu; intervals of 95 %% make up to %zu and %zu "
        "by chance, were they independent.",
        steady.different, steady.judged, aa_by_chance(aa->judged), aa_by_chance(steady.judged));
}

static void write_hidden(const struct aa *aa, FILE *out)
{
    static const struct {
        size_t experiment;
        enum aa_kind kind;
        const char *what;
    } parts[] = {
        {EXPERIMENT_MEMORY, AA_STEADY, "a memory figure"},
        {EXPERIMENT_THROUGHPUT, AA_STEADY, "a throughput, its median latency or its CPU time"},
        {EXPERIMENT_LATENCY, AA_STEADY, "a median latency or CPU time under open load"},
        {EXPERIMENT_LATENCY, AA_EXTREME, "a tail"},
    };
    fprintf(out,
            " The same page says what noise hides: with %zu blocks, half an interval is typically ",
            aa->summary.rows[0].comparison.ratio.blocks);
    for (size_t i = 0, begun = 0; i < sizeof parts / sizeof *parts; i++) {
        const struct aa_part *part = &aa->parts[parts[i].experiment][parts[i].kind];
        if (part->judged > 0)
            fprintf(out, "%s%.2g %% of %s", begun++ > 0 ? ", " : "", 100 * part->half_width,
                    parts[i].what);
    }
    fputc('.', out);
}

int readme_noise(struct readme *readme)
{
    struct aa aa;
    struct readme_words words;
    const struct recorded_run *run = readme->runs->aa;
    int result = recorded_run_need_machine(run, readme->error);
    if (result < 0)
        return result;
    result = aa_read(&aa, run, recorded_run_seed(run), readme->error);
    if (result == 0 || (result == 1 && aa.judged == 0)) {
        if (result == 1)
            aa_finish(&aa);
        return error_set(readme->error, -ENODATA, "%s has no comparison of an arm with itself",
                         run->folder);
    }
    if (result < 0)
        return result;
    readme_words_begin(&words);
    fprintf(
        words.out,
        "`waitbench run --aa` measures arms against themselves through the same path and says "
        "how often they were called different: what your machine's noise would make of nothing. "
        "On the machine above ([%s](%s/report.html)) ",
        run->folder, run->folder);
    write_counts(&aa, words.out);
    write_hidden(&aa, words.out);
    readme_words_end(&words, readme->out);
    aa_finish(&aa);
    return 0;
}
