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
    assert_true(watch_look(&watch, &news) <= 0); /* just now */
    assert_int_equal(news.count, 0);

    go_back(&watch, QUIET, 20);
    double seconds = watch_look(&watch, &news);
    assert_true(seconds >= 20 && seconds < 60);
    assert_int_equal(news.count, 0);

    go_back(&watch, QUIET, 20);
    watch.root = NOISY;
    assert_true(watch_look(&watch, &news) >= 20);
    assert_true(has(&news, "steal") && has(&news, "swap") && has(&news, "clock source"));

    go_back(&watch, QUIET, 20);
    assert_true(watch_look(&watch, &news) >= 20);
    assert_int_equal(news.count, 0);

    /* What goes back is a change of its own kind, which was told. */
    go_back(&watch, NOISY, 20);
    watch.root = QUIET;
    assert_true(watch_look(&watch, &news) >= 20);
    assert_int_equal(news.count, 0);
    hwloc_bitmap_free(cpus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
