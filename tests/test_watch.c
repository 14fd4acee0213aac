/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Watching a run on two recorded states of one machine. Time is moved, not waited for. */
#include "experiment/watch.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define QUIET FIXTURES "/disturbance/quiet"
#define NOISY FIXTURES "/disturbance/noisy"

/* As if the last look had been so long ago, at the machine of `root`. */
static void go_back(struct watch *watch, const char *root, int seconds)
{
    disturbance_take(&watch->last, root, watch->cpus, 0);
    watch->last.time_ns -= seconds * NS_PER_SECOND;
}

static bool has(const struct disturbance_list *news, const char *name)
{
    for (size_t i = 0; i < news->count; i++)
        if (strcmp(news->entries[i].name, name) == 0)
            return true;
    return false;
}

static void each_kind_is_told_once(void **state)
{
    (void)state;
    struct watch watch;
    struct disturbance_list news;
    hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
    hwloc_bitmap_set_range(cpus, 0, 1);
    watch_begin(&watch, QUIET, cpus);
    assert_true(watch_look(&watch, 0, &news) <= 0); /* just now */
    assert_int_equal(news.count, 0);

    go_back(&watch, QUIET, 20);
    double seconds = watch_look(&watch, 0, &news);
    assert_true(seconds >= 20 && seconds < 60);
    assert_int_equal(news.count, 0);

    go_back(&watch, QUIET, 20);
    watch.root = NOISY;
    assert_true(watch_look(&watch, 0, &news) >= 20);
    assert_true(has(&news, "steal") && has(&news, "swap") && has(&news, "clock source"));

    go_back(&watch, QUIET, 20);
    assert_true(watch_look(&watch, 0, &news) >= 20);
    assert_int_equal(news.count, 0);

    /* What goes back is a change of its own kind, which was told. */
    go_back(&watch, NOISY, 20);
    watch.root = QUIET;
    assert_true(watch_look(&watch, 0, &news) >= 20);
    assert_int_equal(news.count, 0);
    hwloc_bitmap_free(cpus);
}

static const char *text_of(const struct disturbance_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->entries[i].name, name) == 0)
            return list->entries[i].text;
    return "";
}

/* Of a run's hour ten seconds of steal are nothing, and so in no judgement over the whole. */
static void what_was_told_is_kept_for_the_end(void **state)
{
    (void)state;
    struct watch watch;
    struct disturbance_list news;
    struct disturbance_list list = {.count = 0};
    hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
    hwloc_bitmap_set_range(cpus, 0, 1);
    watch_begin(&watch, QUIET, cpus);
    watch_end(&watch, &list);
    assert_int_equal(list.count, 0);
    go_back(&watch, QUIET, 20);
    watch.root = NOISY;
    watch_look(&watch, 0, &news);
    disturbance_add(&list, "steal", "", "of the whole run");
    watch_end(&watch, &list);
    assert_string_equal(text_of(&list, "steal"), "of the whole run");
    assert_non_null(strstr(text_of(&list, "swap"), "within 20 s, 12 pages"));
    hwloc_bitmap_free(cpus);
}

static void windows_are_counted_and_told_at_once(void **state)
{
    (void)state;
    const struct contention quiet = {.window_seconds = 0.4, .cpus = 2, .foreign_seconds = 0.01};
    const struct contention busy = {.window_seconds = 0.4, .cpus = 2, .foreign_seconds = 0.39};
    struct watch watch;
    struct disturbance_list news;
    struct disturbance_list list = {.count = 0};
    hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
    hwloc_bitmap_set_range(cpus, 0, 1);
    watch_begin(&watch, QUIET, cpus);
    watch_window(&watch, &quiet, false);
    watch_look(&watch, 0, &news);
    assert_int_equal(news.count, 0);
    watch_window(&watch, &busy, true);
    watch_look(&watch, 0, &news);
    assert_true(has(&news, "contended trials") && has(&news, "absent generator"));
    watch_window(&watch, &busy, false);
    watch_look(&watch, 0, &news);
    assert_int_equal(news.count, 0);
    watch_end(&watch, &list);
    assert_non_null(strstr(text_of(&list, "contended trials"), "in 2 of 3 timed trials"));
    assert_non_null(strstr(text_of(&list, "contended trials"), "0.8 s"));
    assert_non_null(strstr(text_of(&list, "absent generator"), "in 1 of 3 timed trials"));
    hwloc_bitmap_free(cpus);
}

static void another_run_is_told_once_and_kept(void **state)
{
    (void)state;
    struct watch watch;
    struct disturbance_list news;
    struct disturbance_list list = {.count = 0};
    hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
    hwloc_bitmap_set_range(cpus, 0, 1);
    watch_begin(&watch, QUIET, cpus);
    watch_visited(&watch, 4711);
    watch_visited(&watch, 4712);
    watch_look(&watch, 0, &news);
    assert_int_equal(news.count, 1);
    assert_non_null(strstr(text_of(&news, "another run"), "has begun (pid 4711)"));
    watch_end(&watch, &list);
    assert_non_null(strstr(text_of(&list, "another run"), "began meanwhile (pid 4711)"));
    hwloc_bitmap_free(cpus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_told_once),
        cmocka_unit_test(what_was_told_is_kept_for_the_end),
        cmocka_unit_test(windows_are_counted_and_told_at_once),
        cmocka_unit_test(another_run_is_told_once_and_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
