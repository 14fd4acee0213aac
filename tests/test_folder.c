/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/folder.h"

#include "run_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>

#include <cmocka.h>

/* A source tree with two runs in results/, and a run beside it; `path` is the last one's. */
static struct run_folder tree;
static char path[PATH_MAX];

static const char *in_tree(const char *name)
{
    snprintf(path, sizeof path, "%s/%s", tree.path, name);
    return path;
}

static int set_up(void **state)
{
    static const char *const folders[] = {
        "source",
        "source/plots",
        "source/results",
        "source/results/vm",
        "source/results/vm/first",
        "source/results/vm/first/charts",
        "source/results/vm/second",
        "source/results/vm/second/charts",
        "source/results/vm/bare",
        "source/results-elsewhere",
        "source/results-elsewhere/charts",
        "elsewhere",
        "elsewhere/charts",
    };
    (void)state;
    run_folder_create(&tree);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (mkdir(in_tree(folders[i]), 0700) < 0)
            return -1;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    run_folder_destroy(&tree);
    return 0;
}

/* Where the link points to when a run of that folder has ended; "" if it is none. */
static const char *linked(const char *folder)
{
    static char target[PATH_MAX];
    char source[PATH_MAX];
    snprintf(source, sizeof source, "%s", in_tree("source"));
    folder_link_latest(in_tree(folder), source);
    ssize_t length = readlink(in_tree("source/plots/latest"), target, sizeof target - 1);
    target[length > 0 ? length : 0] = '\0';
    return target;
}

static void the_link_is_to_the_newest_run_of_the_tree(void **state)
{
    struct stat status;
    (void)state;
    assert_string_equal(linked("source/results/vm/first"), "../results/vm/first/charts");
    assert_int_equal(stat(in_tree("source/plots/latest"), &status), 0);
    assert_string_equal(linked("source/results/vm/second"), "../results/vm/second/charts");
}

static void a_run_elsewhere_or_without_charts_leaves_it(void **state)
{
    (void)state;
    assert_string_equal(linked("elsewhere"), "");
    assert_string_equal(linked("source/results/vm/first"), "../results/vm/first/charts");
    assert_string_equal(linked("elsewhere"), "../results/vm/first/charts");
    assert_string_equal(linked("source/results-elsewhere"), "../results/vm/first/charts");
    assert_string_equal(linked("source/results/vm/bare"), "../results/vm/first/charts");
}

static void what_is_not_a_link_is_left_alone(void **state)
{
    struct stat status;
    (void)state;
    run_folder_write(&tree, "source/plots/latest", "somebody's");
    assert_string_equal(linked("source/results/vm/first"), "");
    assert_int_equal(stat(in_tree("source/plots/latest"), &status), 0);
    assert_int_equal(status.st_size, strlen("somebody's"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_link_is_to_the_newest_run_of_the_tree, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_run_elsewhere_or_without_charts_leaves_it, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_a_link_is_left_alone, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
