/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_run.h"
#include "report/report.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool exists(const struct run_folder *folder, const char *name)
{
    FILE *file = run_folder_open(folder, name, "r");
    if (file)
        fclose(file);
    return file != NULL;
}

#define MEMORY_HEADER "model,allocator,subject,valid,waiters_requested,total_bytes,rss_bytes\n"

static void test_a_run_without_trials_has_no_charts_and_says_why(void **state)
{
    const struct run_folder *folder = *state;
    struct error error = {{0}};
    for (const struct chart *chart = charts; chart->name; chart++)
        assert_int_equal(chart_draw(chart, folder->path, &error), -ENODATA);
    assert_false(exists(folder, "charts"));
    assert_int_equal(chart_draw(chart_named("throughput"), folder->path, &error), -ENODATA);
    assert_string_equal(error.text, "the run has no throughput.csv");
    run_folder_write(folder, "memory.csv", MEMORY_HEADER "loop,jemalloc,echo-loop,0,100,70,7\n");
    assert_int_equal(chart_draw(chart_named("memory-growth"), folder->path, &error), -ENODATA);
    assert_non_null(strstr(error.text, "no valid row"));
}

static void test_a_script_that_fails_leaves_no_picture(void **state)
{
    const struct run_folder *folder = *state;
    struct error error = {{0}};
    run_folder_write(folder, "memory.csv", MEMORY_HEADER "loop,jemalloc,echo-loop,1,100,70,7\n");
    run_folder_write(folder, "memory-growth.gp",
                     "set terminal svg\nset output ARG2\nplot x\nset nonsense\n");
    assert_int_equal(setenv("WAITBENCH_PLOTS", folder->path, 1), 0);
    assert_int_equal(chart_draw(chart_named("memory-growth"), folder->path, &error), -EIO);
    assert_int_equal(unsetenv("WAITBENCH_PLOTS"), 0);
    assert_non_null(strstr(error.text, "gnuplot failed: "));
    assert_non_null(strstr(error.text, "line 4"));
    assert_null(strchr(error.text, '\n'));
    assert_false(exists(folder, "charts/memory-growth.svg"));
    assert_false(exists(folder, "charts/memory-growth.new.svg"));
}

static void test_a_missing_gnuplot_is_named(void **state)
{
    const struct run_folder *folder = *state;
    struct error error = {{0}};
    char *path = strdup(getenv("PATH"));
    run_folder_write(folder, "memory.csv", MEMORY_HEADER "loop,jemalloc,echo-loop,1,100,70,7\n");
    assert_int_equal(setenv("PATH", folder->path, 1), 0);
    int result = chart_draw(chart_named("memory-growth"), folder->path, &error);
    assert_int_equal(setenv("PATH", path, 1), 0);
    free(path);
    assert_int_equal(result, -ENOENT);
    assert_non_null(strstr(error.text, "gnuplot is not installed"));
    assert_true(exists(folder, "charts/memory-growth.csv"));
}

/* What stands in the page, without going beyond it. */
static bool page_has(const struct run_folder *folder, const char *words)
{
    static char page[1 << 20];
    FILE *file = run_folder_open(folder, "report.html", "r");
    assert_non_null(file);
    page[fread(page, 1, sizeof page - 1, file)] = '\0';
    fclose(file);
    return strstr(page, words) != NULL;
}

static void test_a_verdict_that_depends_names_its_sides_line_by_line(void **state)
{
    const struct run_folder *folder = *state;
    struct error error = {{0}};
    run_folder_write(folder, "memory.csv", MEMORY_HEADER);
    run_folder_write(
        folder, "claims.csv",
        "id,claim,verdict,figures,condition,rests_on,pair\n"
        "tail,Tails,depends,p99,\"threads lower for light: 0.5 (0.4 to 0.6), for 16 KiB: "
        "0.7 (0.6 to 0.8); threads higher for slow: 3 (2 to 4)\",latency.csv,c\n");
    assert_int_equal(report_write(folder->path, &error), 0);
    assert_true(page_has(folder, "<li class=\"depends\">"));
    assert_true(page_has(folder, "</span> depends</p>"));
    assert_true(page_has(folder, "<li>threads lower for light: 0.5 (0.4 to 0.6)<ul>\n"
                                 "<li>for 16 KiB: 0.7 (0.6 to 0.8)</li>\n</ul></li>\n"
                                 "<li>threads higher for slow: 3 (2 to 4)</li>"));
}

#define WITH_RUN(test) cmocka_unit_test_setup_teardown(test, make_run, remove_run)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_RUN(test_a_run_without_trials_has_no_charts_and_says_why),
        WITH_RUN(test_a_script_that_fails_leaves_no_picture),
        WITH_RUN(test_a_missing_gnuplot_is_named),
        WITH_RUN(test_a_verdict_that_depends_names_its_sides_line_by_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
