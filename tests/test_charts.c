/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"
#include "chart_run.h"
#include "report/page/report.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>

static bool exists(const struct run_folder *folder, const char *name)
{
    FILE *file = run_folder_open(folder, name, "r");
    if (file)
        fclose(file);
    return file != NULL;
}

#define MEMORY_HEADER "model,allocator,subject,valid,waiters_requested,total_bytes,rss_bytes\n"

static int64_t soon_ns(void)
{
    return clock_now_ns() + CHARTS_SECONDS * NS_PER_SECOND;
}

static void test_a_run_without_trials_has_no_charts_and_says_why(void **state)
{
    const struct run_folder *folder = *state;
    struct error error = {{0}};
    for (const struct chart *chart = charts; chart->name; chart++)
        assert_int_equal(draw(chart, folder->path, soon_ns(), &error), -ENODATA);
    assert_false(exists(folder, "charts"));
    assert_int_equal(draw(chart_named("throughput"), folder->path, soon_ns(), &error), -ENODATA);
    assert_string_equal(error.text, "the run has no throughput.csv");
    run_folder_write(folder, "memory.csv", MEMORY_HEADER "loop,jemalloc,echo-loop,0,100,70,7\n");
    assert_int_equal(draw(chart_named("memory-growth"), folder->path, soon_ns(), &error), -ENODATA);
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
    assert_int_equal(draw(chart_named("memory-growth"), folder->path, soon_ns(), &error), -EIO);
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
    int result = draw(chart_named("memory-growth"), folder->path, soon_ns(), &error);
    assert_int_equal(setenv("PATH", path, 1), 0);
    free(path);
    assert_int_equal(result, -ENOENT);
    assert_non_null(strstr(error.text, "gnuplot is not installed"));
    assert_true(exists(folder, "charts/memory-growth.csv"));
}

/* Puts a script in gnuplot's place; returns the PATH there was, for restore_path. */
static char *replace_gnuplot(const struct run_folder *folder, const char *script)
{
    char path[PATH_MAX];
    char *before = strdup(getenv("PATH"));
    run_folder_write(folder, "gnuplot", script);
    snprintf(path, sizeof path, "%s/gnuplot", folder->path);
    assert_int_equal(chmod(path, 0755), 0);
    snprintf(path, sizeof path, "%s:%s", folder->path, before);
    assert_int_equal(setenv("PATH", path, 1), 0);
    return before;
}

static void restore_path(char *before)
{
    assert_int_equal(setenv("PATH", before, 1), 0);
    free(before);
}

/* Whether the process whose id stands in the file is there and has not ended. */
static bool is_alive(const struct run_folder *folder, const char *name)
{
    int pid = 0;
    char path[64];
    char state = 'Z';
    FILE *file = run_folder_open(folder, name, "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%d", &pid), 1);
    fclose(file);
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    file = fopen(path, "r");
    if (!file)
        return false;
    bool read = fscanf(file, "%*d %*s %c", &state) == 1;
    fclose(file);
    return read && state != 'Z';
}

static void test_a_gnuplot_that_hangs_is_ended_with_its_children(void **state)
{
    const struct run_folder *folder = *state;
    struct error error = {{0}};
    char script[PATH_MAX];
    run_folder_write(folder, "memory.csv", MEMORY_HEADER "loop,jemalloc,echo-loop,1,100,70,7\n");
    snprintf(script, sizeof script,
             "#!/bin/sh\ntrap '' INT TERM\nsleep 3600 &\necho $! >%s/child\nwait\n", folder->path);
    char *before = replace_gnuplot(folder, script);
    int64_t begin_ns = clock_now_ns();
    /* Half of this is plenty for a shell to begin, and little of what it would wait by itself. */
    int64_t end_ns = begin_ns + 20 * NS_PER_SECOND;
    int result = draw(chart_named("memory-growth"), folder->path, end_ns, &error);
    restore_path(before);
    assert_int_equal(result, -ETIMEDOUT);
    assert_non_null(strstr(error.text, "gnuplot took over "));
    assert_true(clock_now_ns() - begin_ns < 60 * NS_PER_SECOND);
    for (int tries = 0; is_alive(folder, "child") && tries < 600; tries++)
        clock_sleep_until_ns(clock_now_ns() + 100 * NS_PER_MS);
    assert_false(is_alive(folder, "child"));
    assert_false(exists(folder, "charts/memory-growth.new.svg"));
}

/* Draws what it is called for, without looking. */
#define FAKE_SESSION                           \
    "while read -r verb what; do\n"            \
    "  case $verb in\n"                        \
    "  call) out=${what% *}; out=${out##* }; " \
    "out=${out#?}; "                           \
    "echo picture >\"${out%?}\" ;;\n"          \
    "  print) echo 'waitbench: drawn' ;;\n"    \
    "  esac\n"                                 \
    "done\n"

/* A child that keeps its stderr is not waited for: gnuplot has ended. */
static void test_a_child_left_behind_holds_nobody_up(void **state)
{
    const struct run_folder *folder = *state;
    struct error error = {{0}};
    run_folder_write(folder, "memory.csv", MEMORY_HEADER "loop,jemalloc,echo-loop,1,100,70,7\n");
    char *before = replace_gnuplot(folder, "#!/bin/sh\nsleep 3600 &\n" FAKE_SESSION);
    int result = draw(chart_named("memory-growth"), folder->path, soon_ns(), &error);
    restore_path(before);
    assert_int_equal(result, 0);
    assert_true(exists(folder, "charts/memory-growth.png"));
}

static void assert_png(const struct run_folder *folder, const char *expected)
{
    char text[64] = "";
    FILE *file = run_folder_open(folder, "charts/memory-growth.png", "r");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    fclose(file);
    assert_string_equal(text, expected);
}

/* What a gnuplot draws that always draws the same, when the PNG was `before`. */
static void draw_again(const struct run_folder *folder, const char *before)
{
    struct error error = {{0}};
    if (before)
        run_folder_write(folder, "charts/memory-growth.png", before);
    assert_int_equal(draw(chart_named("memory-growth"), folder->path, soon_ns(), &error), 0);
}

static void test_a_png_is_kept_where_the_svg_comes_out_the_same(void **state)
{
    const struct run_folder *folder = *state;
    char path[PATH_MAX];
    const struct timespec later[2] = {{.tv_sec = time(NULL) + 1000}, {.tv_sec = time(NULL) + 1000}};
    run_folder_write(folder, "memory.csv", MEMORY_HEADER "loop,jemalloc,echo-loop,1,100,70,7\n");
    run_folder_write(folder, "memory-growth.gp", "");
    assert_int_equal(setenv("WAITBENCH_PLOTS", folder->path, 1), 0);
    char *before = replace_gnuplot(folder, "#!/bin/sh\n" FAKE_SESSION);
    draw_again(folder, NULL);
    assert_png(folder, "picture\n");
    draw_again(folder, "kept\n");
    assert_png(folder, "kept\n");
    run_folder_write(folder, "charts/memory-growth.svg", "another\n");
    draw_again(folder, "kept\n");
    assert_png(folder, "picture\n");
    snprintf(path, sizeof path, "%s/charts/memory-growth.png", folder->path);
    assert_int_equal(unlink(path), 0);
    draw_again(folder, NULL);
    assert_png(folder, "picture\n");
    snprintf(path, sizeof path, "%s/memory-growth.gp", folder->path);
    assert_int_equal(utimensat(AT_FDCWD, path, later, 0), 0);
    draw_again(folder, "of an older script\n");
    assert_png(folder, "picture\n");
    restore_path(before);
    assert_int_equal(unsetenv("WAITBENCH_PLOTS"), 0);
}

static void test_when_the_time_is_over_nothing_is_begun(void **state)
{
    const struct run_folder *folder = *state;
    struct error error = {{0}};
    run_folder_write(folder, "memory.csv", MEMORY_HEADER "loop,jemalloc,echo-loop,1,100,70,7\n");
    assert_int_equal(draw(chart_named("memory-growth"), folder->path, clock_now_ns(), &error),
                     -ETIMEDOUT);
    assert_non_null(strstr(error.text, "no time is left"));
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
    char answer[] = "0.50 to 3.00 times in 3 settings";
    char figures[] = "p99";
    char rests_on[] = "latency.csv";
    char condition[] = "threads lower for light: 0.5 (0.4 to 0.6), for 16 KiB: "
                       "0.7 (0.6 to 0.8); threads higher for slow: 3 (2 to 4)";
    char ours[] = "c";
    char talk[] = "";
    struct claim_pair pair = {.name = ours, .took_part = true};
    struct claim claim = {
        .id = "tail",
        .pair = ours,
        .talk = talk,
        .text = "Tails",
        .name = "tails",
        .verdict = CLAIM_DEPENDS,
        .answer = answer,
        .shown = {.threads = NAN, .loop = NAN},
        .figures = figures,
        .condition = condition,
        .rests_on = rests_on,
    };
    const struct analysis analysis = {
        .run = read_run(folder->path),
        .has_claims = true,
        .claims = {.claims = &claim, .count = 1, .pairs = &pair, .pair_count = 1},
    };
    assert_int_equal(report_write(&analysis, &error), 0);
    assert_true(page_has(folder, "<tr role=\"row\" class=\"depends\">"));
    assert_true(page_has(folder, "0.50 to 3.00 times in 3 settings"));
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
        WITH_RUN(test_a_gnuplot_that_hangs_is_ended_with_its_children),
        WITH_RUN(test_a_child_left_behind_holds_nobody_up),
        WITH_RUN(test_a_png_is_kept_where_the_svg_comes_out_the_same),
        WITH_RUN(test_when_the_time_is_over_nothing_is_begun),
        WITH_RUN(test_a_verdict_that_depends_names_its_sides_line_by_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
