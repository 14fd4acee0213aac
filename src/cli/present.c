/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/present.h"

#include "analysis/analysis.h"
#include "analysis/claims/claims.h"
#include "analysis/summary/aa.h"
#include "analysis/summary/bill.h"
#include "analysis/summary/trials.h"
#include "analysis/tables/load_table.h"
#include "analysis/tables/versus.h"
#include "base/interrupt.h"
#include "report/charts/charts.h"
#include "report/page/lock.h"
#include "report/page/report.h"
#include "run/experiment.h"
#include "run/machine_json.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What machine.json says of how the rows are to be set against each other. A run without one is
 * read all the same; its intervals are then resampled with seed 0. */
struct choice {
    uint64_t seed;
    char baseline[64]; /* "" for none */
};

static void read_choice(struct choice *choice, const char *folder)
{
    char path[PATH_MAX];
    json_t *json;
    *choice = (struct choice){.seed = 0};
    if (snprintf(path, sizeof path, "%s/machine.json", folder) >= (int)sizeof path ||
        machine_read(&json, path, NULL) < 0)
        return;
    const char *baseline = machine_find_text(json, "baseline");
    choice->seed = (uint64_t)json_integer_value(machine_find(json, "seed"));
    snprintf(choice->baseline, sizeof choice->baseline, "%s", baseline ? baseline : "");
    json_decref(json);
}

static int print_bill(const char *folder, uint64_t seed, struct error *error)
{
    struct bill bill;
    int result = bill_read(&bill, folder, seed, error);
    if (result < 0)
        return result;
    if (bill.count > 0)
        bill_print(&bill, stderr);
    bill_finish(&bill);
    return 0;
}

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

/* Whether others were measured and none of ours, which claims are about. A file that cannot be read
 * is told elsewhere. */
static bool has_foreign_only(const char *folder)
{
    size_t ours = 0;
    size_t foreign = 0;
    for (size_t i = 0; i < EXPERIMENT_COUNT; i++) {
        struct csv_table *table = NULL;
        struct error ignored;
        if (trials_read(&table, folder, experiment_files[i].file, &ignored) == 1) {
            count_rows(table, &ours, &foreign);
            csv_table_destroy(table);
        }
    }
    return foreign > 0 && ours == 0;
}

/* The scorecard; of an A/A run, which has nothing to say to any claim, what it showed instead. */
static int print_verdicts(const char *folder, uint64_t seed, struct error *error)
{
    struct aa aa;
    int result = aa_read(&aa, folder, seed, error);
    if (result == 0 && !has_foreign_only(folder))
        return claims_print(folder, stderr, error);
    if (result == 0)
        fputs("\nNo claim is judged: none of our own programs took part.\n", stderr);
    if (result <= 0)
        return result;
    aa_print(&aa, stderr);
    aa_finish(&aa);
    return 0;
}

static void print_places(const char *folder)
{
    char path[PATH_MAX];
    fputs("\nCharts\n", stderr);
    for (const struct chart *chart = charts; chart->name; chart++) {
        snprintf(path, sizeof path, "%s/charts/%s.png", folder, chart->name);
        if (access(path, R_OK) == 0)
            fprintf(stderr, "  %s\n", path);
    }
    fprintf(stderr, "Report\n  %s/report.html\nRun folder\n", folder);
    fflush(stderr);
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

/* What cannot be read or drawn keeps nobody from the rest. */
static int print_tables(const char *folder, const char *baseline, uint64_t seed, int first,
                        struct error *error)
{
    struct error what = {{0}};
    keep_first(print_bill(folder, seed, &what), &what, &first, error);
    keep_first(load_table_print(folder, stderr, &what), &what, &first, error);
    keep_first(versus_print(folder, baseline, stderr, &what), &what, &first, error);
    keep_first(print_verdicts(folder, seed, &what), &what, &first, error);
    print_places(folder);
    return first;
}

static int present(const char *folder, const char *baseline, struct error *error)
{
    struct choice choice;
    read_choice(&choice, folder);
    bool has_own = !baseline && choice.baseline[0] != '\0';
    struct error what = {{0}};
    int first = 0;
    int result = report_check(folder, error);
    if (result < 0)
        return result;
    interrupt_catch();
    result = analysis_write_against(folder, baseline, choice.seed, &what);
    keep_first(result, &what, &first, error);
    if (result == -ENODATA)
        return result;
    if (!interrupt_signal())
        result = report_write(folder, &what);
    if (interrupt_signal())
        return error_set(error, -EINTR, "interrupted; `waitbench report %s` draws the charts",
                         folder);
    keep_first(result, &what, &first, error);
    return print_tables(folder, has_own ? choice.baseline : baseline, choice.seed, first, error);
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
    int result = present(folder, baseline, error);
    report_unlock(lock);
    return result;
}
