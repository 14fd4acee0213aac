/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/present.h"

#include "analysis/analysis.h"
#include "analysis/bill.h"
#include "base/error.h"
#include "experiment/folder.h"
#include "report/charts.h"
#include "report/report.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

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

static void print_charts(const char *folder)
{
    char path[PATH_MAX];
    fputs("\nCharts\n", stderr);
    for (const struct chart *chart = charts; chart->name; chart++) {
        snprintf(path, sizeof path, "%s/charts/%s.png", folder, chart->name);
        if (access(path, R_OK) == 0)
            fprintf(stderr, "  %s\n", path);
    }
}

int present_run(const char *folder, uint64_t seed)
{
    struct error error = {{0}};
    int code = EXIT_DONE;
    if (analysis_write(folder, seed, &error) < 0) {
        error_print("%s", error.text);
        code = EXIT_MEASUREMENT_FAILED;
    }
    if (report_write(folder, &error) < 0) {
        error_print("%s", error.text);
        code = EXIT_MEASUREMENT_FAILED;
    }
    if (folder_link_latest(folder, WAITBENCH_SOURCE_DIR, &error) < 0)
        warning_print("%s", error.text);
    if (print_bill(folder, seed, &error) < 0) {
        error_print("%s", error.text);
        code = EXIT_MEASUREMENT_FAILED;
    }
    print_charts(folder);
    fprintf(stderr, "Report\n  %s/report.html\nRun folder\n", folder);
    fflush(stderr);
    printf("%s\n", folder);
    return code;
}
