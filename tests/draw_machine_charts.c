/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws the charts of a comparison from FOLDER/compare.csv, whatever stands there: for tests of
 * charts that no comparison of real runs would make. Says what was not drawn and why; exits 1 when
 * that is a failure.
 *
 * usage: draw_machine_charts FOLDER */
#include "base/clock.h"
#include "report/charts/machine_charts.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    int code = 0;
    char folder[PATH_MAX];
    struct gnuplot gnuplot = {.is_running = false};
    if (argc != 2 || !realpath(argv[1], folder))
        return 2;
    const struct chart_source source = {.folder = folder};
    signal(SIGPIPE, SIG_IGN);
    for (const struct chart *chart = machine_charts; chart->name; chart++) {
        struct error error = {{0}};
        int64_t end_ns = clock_now_ns() + CHARTS_SECONDS * NS_PER_SECOND;
        int result = chart_draw(chart, &source, &gnuplot, end_ns, &error);
        if (result < 0)
            printf("%s: %s\n", chart->name, error.text);
        if (result < 0 && result != -ENODATA)
            code = 1;
    }
    gnuplot_finish(&gnuplot);
    return code;
}
