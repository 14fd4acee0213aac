/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/present.h"

#include "analysis/analysis.h"
#include "analysis/tables/load_table.h"
#include "analysis/tables/memory_table.h"
#include "analysis/tables/runtime_table.h"
#include "analysis/tables/scorecard.h"
#include "analysis/tables/versus.h"
#include "base/alloc.h"
#include "base/interrupt.h"
#include "base/terminal.h"
#include "base/text.h"
#include "report/charts/charts.h"
#include "report/page/lock.h"
#include "report/page/report.h"
#include "run/experiment.h"
#include "run/machine_json.h"
#include "run/recorded_run.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How many rows there are of programs of ours, and of others. */
static void count_rows(const struct csv_table *table, size_t *ours, size_t *foreign)
{
    int scenario = csv_column(table, "scenario");
    int subject = csv_column(table, "subject");
    int model = csv_column(table, "model");
    for (size_t row = 0; row < csv_row_count(table); row++)
        *(experiment_arm_is_ours(csv_cell(table, row, scenario), csv_cell(table, row, subject),
                                 csv_cell(table, row, model))
              ? ours
              : foreign) += 1;
}

/* Of all files of trials. One that cannot be read is told elsewhere. */
static void count_all_rows(const struct recorded_run *run, size_t *ours, size_t *foreign)
{
    *ours = 0;
    *foreign = 0;
    for (size_t i = 0; i < EXPERIMENT_COUNT; i++) {
        const struct csv_table *table = NULL;
        if (recorded_run_table(run, experiment_list[i].file, &table, NULL) == 1)
            count_rows(table, ours, foreign);
    }
}

/* Whether claims are judged of others than ours. */
static bool has_other_pairs(const struct analysis *analysis)
{
    return analysis->has_claims && analysis->claims.pair_count > 1;
}

/* The scorecard; of an A/A run, which has nothing to say to any claim, what it showed instead. */
static void print_verdicts(const struct analysis *analysis)
{
    size_t ours;
    size_t foreign;
    count_all_rows(analysis->run, &ours, &foreign);
    if (analysis->has_aa)
        aa_print(&analysis->aa, stderr);
    else if (ours + foreign == 0)
        fputs("\nNo claim is judged: there is no trial that can be read.\n", stderr);
    else if (ours == 0 && !has_other_pairs(analysis)) /* claims are always about ours */
        fputs("\nNo claim is judged: none of our own programs took part.\n", stderr);
    else if (analysis->has_claims)
        scorecard_print(&analysis->claims, machine_find_text(analysis->run->machine, "plan.omits"),
                        terminal_has_colours(stderr), stderr);
}

/* A heading, once. */
static void print_heading(const char **heading)
{
    if (*heading)
        fprintf(stderr, "%s\n", *heading);
    *heading = NULL;
}

static void print_charts(const char *folder, const struct workload *workload, const char **heading)
{
    const struct chart_source source = {.folder = folder, .workload = workload};
    for (const struct chart *chart = charts; chart->name; chart++) {
        char name[CHART_NAME_SIZE];
        char path[PATH_MAX + CHART_NAME_SIZE + 16];
        chart_name(chart, &source, name);
        snprintf(path, sizeof path, "%s/charts/%s.png", folder, name);
        if (access(path, R_OK) < 0)
            continue;
        print_heading(heading);
        fprintf(stderr, "  %s\n", path);
    }
}

/* What is there: on a full disk neither charts nor a page may be. */
static void print_places(const char *folder, const struct workloads *workloads)
{
    const char *heading = "Charts";
    char page[PATH_MAX + 16];
    fputc('\n', stderr);
    print_charts(folder, NULL, &heading);
    for (size_t i = 0; i < workloads->count; i++)
        if (!workload_is_plain(&workloads->items[i]))
            print_charts(folder, &workloads->items[i], &heading);
    snprintf(page, sizeof page, "%s/report.html", folder);
    if (access(page, R_OK) == 0)
        fprintf(stderr, "Report\n  %s\n", page);
}

void present_print_folder(const char *folder)
{
    fputs("Run folder\n", stderr);
    fflush(stderr);
    printf("%s\n", folder);
    fflush(stdout);
}

/* What the caller is told of: the first failure. Others are told of at once, but not twice. */
static void keep_first(int result, const struct error *what, int *first, struct error *error)
{
    if (result >= 0)
        return;
    if (*first == 0)
        *first = error_set(error, result, "%s", what->text);
    else if (strcmp(what->text, error->text) != 0)
        warning_print("%s", what->text);
}

/* The answer first. What cannot be read or drawn keeps nobody from the rest. */
static int print_tables(const struct analysis *analysis, const char *baseline, int first,
                        struct error *error)
{
    struct error what = {{0}};
    struct workloads workloads;
    print_verdicts(analysis);
    if (analysis->has_runtimes && !analysis->has_aa)
        runtime_table_print(&analysis->runtimes, stderr);
    if (analysis->bill.count > 0)
        memory_table_print(&analysis->bill, stderr);
    keep_first(load_table_print(analysis->run, stderr, &what), &what, &first, error);
    versus_print(&analysis->summary, baseline, stderr);
    workloads_find(&workloads, analysis->run);
    print_places(analysis->run->folder, &workloads);
    workloads_finish(&workloads);
    return first;
}

static int present(const struct analysis *analysis, const char *baseline, struct error *error)
{
    const struct recorded_run *run = analysis->run;
    const char *own = machine_find_text(run->machine, "baseline");
    struct error what = {{0}};
    int first = 0;
    keep_first(analysis_write(analysis, &what), &what, &first, error);
    int result = interrupt_signal() ? -EINTR : report_write(analysis, &what);
    if (interrupt_signal()) {
        char word[PATH_MAX];
        return error_set(error, -EINTR, "interrupted; `waitbench report %s` draws the charts",
                         text_shell_word(run->folder, word, sizeof word));
    }
    keep_first(result, &what, &first, error);
    return print_tables(analysis, baseline || !own || !*own ? baseline : own, first, error);
}

static int present_read(const struct recorded_run *run, const char *baseline, struct error *error)
{
    struct analysis *analysis = alloc_array(1, sizeof *analysis);
    int result = recorded_run_check(run, error);
    if (result == 0) {
        interrupt_catch();
        /* A run without machine.json is read all the same, and resampled with seed 0. */
        result = analysis_read(analysis, run, baseline, recorded_run_seed(run));
        result = result == -ENODATA ? error_set(error, result, "%s", analysis->error.text)
                                    : present(analysis, baseline, error);
        analysis_finish(analysis);
    }
    free(analysis);
    return result;
}

int present_exit_code(int result)
{
    switch (result) {
    case 0:
        return EXIT_DONE;
    case -EINTR:
        return 128 + interrupt_signal();
    case -ENODATA:
        return EXIT_USAGE;
    case -ENOENT:
        return EXIT_MISSING;
    default:
        return EXIT_MEASUREMENT_FAILED;
    }
}

int present_run(const char *folder, const char *baseline, struct error *error)
{
    int lock = report_lock(folder);
    struct recorded_run *run = alloc_array(1, sizeof *run);
    int result = recorded_run_read(run, folder, error);
    if (result == 0)
        result = present_read(run, baseline, error);
    recorded_run_finish(run);
    free(run);
    report_unlock(lock);
    return result;
}

int present_look(const char *folder, struct open_settings *open, struct error *error)
{
    struct recorded_run *run = alloc_array(1, sizeof *run);
    struct analysis *analysis = alloc_array(1, sizeof *analysis);
    int result = recorded_run_read(run, folder, error);
    if (result == 0)
        result = recorded_run_check(run, error);
    if (result == 0) {
        result = analysis_read(analysis, run, NULL, recorded_run_seed(run));
        if (result < 0)
            error_set(error, result, "%s", analysis->error.text);
        *open = analysis->claims.open;
        analysis->claims.open = (struct open_settings){0};
        analysis_finish(analysis);
    }
    recorded_run_finish(run);
    free(analysis);
    free(run);
    return result;
}
