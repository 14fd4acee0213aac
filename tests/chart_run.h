/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of charts begin with: a run folder for each, and a chart by its name. */
#ifndef WAITBENCH_TESTS_CHART_RUN_H
#define WAITBENCH_TESTS_CHART_RUN_H

#include "read_run.h"
#include "report/charts/charts.h"
#include "run_folder.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A run folder of the test's own. */
static inline int make_run(void **state)
{
    struct run_folder *folder = malloc(sizeof *folder);
    if (!folder)
        return -1;
    run_folder_create(folder);
    *state = folder;
    return 0;
}

static inline int remove_run(void **state)
{
    run_folder_destroy(*state);
    free(*state);
    return 0;
}

/* Draws the chart from what the folder holds now, by a gnuplot of its own. */
static inline int draw(const struct chart *chart, const char *folder, int64_t end_ns,
                       struct error *error)
{
    const struct recorded_run *run = read_run(folder);
    const struct chart_source source = {.folder = folder, .run = run};
    struct gnuplot gnuplot = {.is_running = false};
    signal(SIGPIPE, SIG_IGN);
    int result = chart_draw(chart, &source, &gnuplot, end_ns, error);
    gnuplot_finish(&gnuplot);
    return result;
}

static inline const struct chart *chart_named(const char *name)
{
    const struct chart *chart = charts;
    while (chart->name && strcmp(chart->name, name) != 0)
        chart++;
    assert_non_null(chart->name);
    return chart;
}

#endif
