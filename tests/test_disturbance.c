/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Disturbances judged on two recorded states of one machine: quiet, and disturbed in every way. */
#include "measure/disturbance/disturbance.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define LOAD_PID 500

static void take(struct disturbance_snapshot *snapshot, const char *tree, const char *cpus)
{
    char root[1024];
    snprintf(root, sizeof root, "%s/disturbance/%s", FIXTURES, tree);
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    assert_int_equal(hwloc_bitmap_list_sscanf(set, cpus), 0);
    disturbance_take(snapshot, root, set, LOAD_PID);
    hwloc_bitmap_free(set);
}

static const struct disturbance *find(const struct disturbance_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->entries[i].name, name) == 0)
            return &list->entries[i];
    return NULL;
}

static void assert_told(const struct disturbance_list *list, const char *name, const char *text,
                        const char *fix)
{
    static const struct disturbance untold = {"", "", ""};
    const struct disturbance *entry = find(list, name);
    if (!entry)
        entry = &untold;
    assert_non_null(strstr(entry->text, text));
    assert_non_null(strstr(entry->fix, fix));
}

static void a_snapshot_reads_the_given_cpus(void **state)
{
    (void)state;
    struct disturbance_snapshot snapshot;
    take(&snapshot, "noisy", "1-2");
    assert_int_equal(snapshot.cpus, 2);
    assert_int_equal(snapshot.steal_ms, (120 + 30) * 10);
    assert_int_equal(snapshot.throttled, 8);
    assert_int_equal(snapshot.involuntary, 2500);
    assert_int_equal(snapshot.swapped_pages, 12);
    assert_int_equal(snapshot.swap_used_bytes, 1000 * 1024);
    assert_string_equal(snapshot.governor, "mixed");
    assert_string_equal(snapshot.huge_pages, "always");
    assert_string_equal(snapshot.clock_source, "hpet");
    take(&snapshot, "noisy", "0,2");
    assert_string_equal(snapshot.governor, "performance");
}

static void what_is_not_there_is_unknown_and_not_judged(void **state)
{
    (void)state;
    struct disturbance_snapshot snapshot;
    struct disturbance_change change;
    struct disturbance_list list = {.count = 0};
    take(&snapshot, "no-such-tree", "0-3");
    assert_true(snapshot.load_average < 0);
    assert_int_equal(snapshot.steal_ms, -1);
    assert_int_equal(snapshot.involuntary, -1);
    disturbance_judge_state(&snapshot, &list);
    disturbance_judge_change(&snapshot, &snapshot, &change, &list);
    assert_int_equal(list.count, 0);
    assert_int_equal(change.involuntary, -1);
    assert_true(change.steal_seconds < 0);
}

static void a_quiet_machine_has_nothing_to_tell(void **state)
{
    (void)state;
    struct disturbance_snapshot snapshot;
    struct disturbance_list list = {.count = 0};
    take(&snapshot, "quiet", "0-3");
    disturbance_judge_state(&snapshot, &list);
    disturbance_judge_change(&snapshot, &snapshot, NULL, &list);
    assert_int_equal(list.count, 0);
}

static void a_noisy_state_is_told_with_its_fix(void **state)
{
    (void)state;
    struct disturbance_snapshot snapshot;
    struct disturbance_list list = {.count = 0};
    take(&snapshot, "noisy", "0-1");
    disturbance_judge_state(&snapshot, &list);
    assert_told(&list, "CPUs", "2 CPUs", "4 CPUs");
    assert_told(&list, "load", "3.20 on 2 CPUs", "top");
    assert_told(&list, "governor", "mixed", "cpupower frequency-set -g performance");
    assert_told(&list, "huge pages", "always", "echo madvise >");
    assert_told(&list, "clock", "hpet", "echo tsc >");
    assert_told(&list, "swap", "1 MiB", "swapoff");
    assert_int_equal(list.count, 6);
}

static void load_is_judged_by_the_number_of_cpus(void **state)
{
    (void)state;
    struct disturbance_snapshot snapshot = {.cpus = 64, .load_average = 3.2};
    struct disturbance_list list = {.count = 0};
    disturbance_judge_state(&snapshot, &list);
    assert_null(find(&list, "load"));
    snapshot.load_average = 3.3;
    disturbance_judge_state(&snapshot, &list);
    assert_non_null(find(&list, "load"));
}

static void changes_are_told_with_their_size(void **state)
{
    (void)state;
    struct disturbance_snapshot before;
    struct disturbance_snapshot after;
    struct disturbance_change change;
    struct disturbance_list list = {.count = 0};
    take(&before, "quiet", "0-1");
    take(&after, "noisy", "0-1");
    after.time_ns = before.time_ns + 10 * NS_PER_SECOND;
    disturbance_judge_change(&before, &after, &change, &list);
    assert_float_equal(change.elapsed_seconds, 10, 1e-9);
    assert_float_equal(change.steal_seconds, 1, 1e-9);
    assert_int_equal(change.involuntary, 2490);
    assert_int_equal(change.swapped_pages, 12);
    assert_told(&list, "steal", "5.0 %", "quieter host");
    assert_told(&list, "switches", "2490 times", "end other programs");
    assert_told(&list, "swap", "12 pages", "free memory");
    assert_told(&list, "heat", "hot", "cool");
    assert_told(&list, "governor", "from performance to mixed", "measure again");
    assert_told(&list, "huge page mode", "from madvise to always", "measure again");
    assert_told(&list, "clock source", "from tsc to hpet", "measure again");
    assert_int_equal(list.count, 7);
}

static void thresholds_hold(void **state)
{
    (void)state;
    struct disturbance_snapshot before = {.cpus = 1};
    struct disturbance_snapshot after = {
        .cpus = 1, .time_ns = 10 * NS_PER_SECOND, .steal_ms = 100, .involuntary = 1000};
    struct disturbance_list list = {.count = 0};
    disturbance_judge_change(&before, &after, NULL, &list);
    assert_int_equal(list.count, 0);
    after.steal_ms = 110;
    after.involuntary = 1001;
    disturbance_judge_change(&before, &after, NULL, &list);
    assert_int_equal(list.count, 2);
    /* Two ticks of a short trial are a large share of nothing much. */
    list.count = 0;
    after = (struct disturbance_snapshot){.cpus = 1, .time_ns = NS_PER_SECOND / 2, .steal_ms = 20};
    disturbance_judge_change(&before, &after, NULL, &list);
    assert_int_equal(list.count, 0);
}

static void a_clock_that_moves_is_told(void **state)
{
    (void)state;
    struct disturbance_snapshot before = {.cpus = 1};
    struct disturbance_snapshot after = {
        .cpus = 1,
        .time_ns = 10 * NS_PER_SECOND,
        .wall_ahead_ns = -2 * NS_PER_SECOND,
        .steered_ns = 20 * NS_PER_MS,
    };
    struct disturbance_list list = {.count = 0};
    disturbance_judge_change(&before, &after, NULL, &list);
    assert_told(&list, "wall clock", "set by -2.0 s", "timedatectl");
    assert_told(&list, "moving clock", "steered by +0.20 %", "timedatectl");
    assert_int_equal(list.count, 2);
    /* A daemon's usual pace, and a wall clock that it nudges, move no figure. */
    list.count = 0;
    after.wall_ahead_ns = 50 * NS_PER_MS;
    after.steered_ns = 5 * NS_PER_MS;
    disturbance_judge_change(&before, &after, NULL, &list);
    assert_int_equal(list.count, 0);
    /* While it slept the wall clock went on: that is one thing, not two. */
    after.suspended_ns = 60 * NS_PER_SECOND;
    after.wall_ahead_ns = 60 * NS_PER_SECOND;
    disturbance_judge_change(&before, &after, NULL, &list);
    assert_told(&list, "sleep", "suspended for 60.0 s", "awake");
    assert_int_equal(list.count, 1);
}

static void threads_that_ended_are_no_negative_change(void **state)
{
    (void)state;
    struct disturbance_snapshot before = {.involuntary = 500};
    struct disturbance_snapshot after = {.involuntary = 100, .time_ns = NS_PER_SECOND};
    struct disturbance_change change;
    struct disturbance_list list = {.count = 0};
    disturbance_judge_change(&before, &after, &change, &list);
    assert_int_equal(change.involuntary, 0);
}

static void this_machine_can_be_asked(void **state)
{
    (void)state;
    struct disturbance_snapshot snapshot;
    hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
    hwloc_bitmap_set(cpus, 0);
    struct disturbance_snapshot later;
    struct disturbance_list list = {.count = 0};
    disturbance_take(&snapshot, "", cpus, 0);
    disturbance_take(&later, "", cpus, 0);
    assert_true(snapshot.load_average >= 0);
    /* The clocks of any machine that is up: since 1970, and not asleep meanwhile. */
    assert_true(snapshot.wall_ahead_ns > 0);
    disturbance_judge_change(&snapshot, &later, NULL, &list);
    assert_null(find(&list, "sleep"));
    assert_int_equal(snapshot.involuntary, -1);
    hwloc_bitmap_free(cpus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_snapshot_reads_the_given_cpus),
        cmocka_unit_test(what_is_not_there_is_unknown_and_not_judged),
        cmocka_unit_test(a_quiet_machine_has_nothing_to_tell),
        cmocka_unit_test(a_noisy_state_is_told_with_its_fix),
        cmocka_unit_test(load_is_judged_by_the_number_of_cpus),
        cmocka_unit_test(changes_are_told_with_their_size),
        cmocka_unit_test(thresholds_hold),
        cmocka_unit_test(a_clock_that_moves_is_told),
        cmocka_unit_test(threads_that_ended_are_no_negative_change),
        cmocka_unit_test(this_machine_can_be_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
