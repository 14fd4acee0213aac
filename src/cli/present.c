/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/present.h"

#include "analysis/aa.h"
#include "analysis/analysis.h"
#include "analysis/bill.h"
#include "analysis/claims.h"
#include "analysis/load_table.h"
#include "measure/machine.h"
#include "report/charts.h"
#include "report/report.h"
#include "report/report_lock.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

/* A run without machine.json is read all the same; its intervals are then resampled with seed 0. */
static uint64_t run_seed(const char *folder)
{
    char path[PATH_MAX];
    json_t *json;
    if (snprintf(path, sizeof path, "%s/machine.json", folder) >= (int)sizeof path ||
        machine_read(&json, path, NULL) < 0)
        return 0;
    uint64_t seed = (uint64_t)json_integer_value(machine_find(json, "seed"));
    json_decref(json);
    return seed;
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

/* The scorecard; of an A/A run, which has nothing to say to any claim, what it showed instead. */
static int print_verdicts(const char *folder, uint64_t seed, struct error *error)
{
    struct aa aa;
    int result = aa_read(&aa, folder, seed, error);
    if (result == 0)
        return claims_print(folder, stderr, error);
    if (result < 0)
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

static int present(const char *folder, struct error *error)
{
    uint64_t seed = run_seed(folder);
    int result = report_check(folder, error);
    if (result < 0)
        return result;
    result = analysis_write(folder, seed, error);
    /* A file that cannot be read keeps nobody from reading the others. */
    int shown = report_write(folder, result < 0 ? NULL : error);
    if (result == 0)
        result = shown;
    if (result == 0)
        result = print_bill(folder, seed, error);
    if (result == 0)
        result = load_table_print(folder, stderr, error);
    if (result == 0)
        result = print_verdicts(folder, seed, error);
    if (result == 0)
        print_places(folder);
    return result;
}

int present_run(const char *folder, struct error *error)
{
    int lock = report_lock(folder);
    int result = present(folder, error);
    report_unlock(lock);
    return result;
}
