/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose the CPU time of a window was, by clocks that are given. */
#include "measure/disturbance/contention.h"

#include "base/clock.h"
#include "measure/disturbance/disturbance.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SECOND NS_PER_SECOND

/* A side of one CPU over a second, of which it was so long at work. */
static struct cpu_times busy(int64_t work_ms)
{
    return (struct cpu_times){.cpus = 1, .work_ms = work_ms, .idle_ms = 1000 - work_ms};
}

/* A window of a second on two CPUs: the server worked for `server_ms`, the generator spun. */
struct window {
    struct contention_mark before;
    struct contention_mark after;
    struct contention result;
    char note[256];
};

static struct window window_of(struct cpu_times server, struct cpu_times client, int64_t subject_ns,
                               int64_t own_ns)
{
    struct window window = {
        .before = {.server.cpus = 1, .client.cpus = 1},
        .after =
            {
                .at_ns = SECOND,
                .server = server,
                .client = client,
                .subject_ns = subject_ns,
                .own_ns = own_ns,
            },
    };
    return window;
}

static void judge(struct window *window, bool shared)
{
    contention_between(&window->before, &window->after, SECOND, shared, &window->result);
    contention_note(&window->result, window->note, sizeof window->note);
}

static void what_is_ours_is_nobody_elses(void **state)
{
    (void)state;
    struct window window = window_of(busy(600), busy(1000), SECOND * 6 / 10, SECOND);
    judge(&window, false);
    assert_float_equal(window.result.foreign_seconds, 0, 1e-9);
    assert_false(contention_is_foreign(&window.result));
    assert_string_equal(window.note, "");
    /* The kernel itself needs a little. */
    window = window_of(busy(650), busy(1000), SECOND * 6 / 10, SECOND * 99 / 100);
    judge(&window, false);
    assert_false(contention_is_foreign(&window.result));
}

static void a_program_on_the_clients_cpu(void **state)
{
    (void)state;
    struct window window = window_of(busy(10), busy(1000), SECOND / 100, SECOND / 100);
    judge(&window, false);
    assert_float_equal(window.result.client_foreign_seconds, 0.99, 1e-9);
    assert_float_equal(window.result.server_foreign_seconds, 0, 1e-9);
    assert_true(contention_is_foreign(&window.result));
    assert_non_null(strstr(window.note, "others used 0.99 s"));
    assert_false(contention_starves_server(&window.result));
}

static void a_program_on_the_servers_cpu(void **state)
{
    (void)state;
    struct window window = window_of(busy(1000), busy(1000), SECOND / 100, SECOND);
    judge(&window, false);
    assert_float_equal(window.result.server_foreign_seconds, 0.99, 1e-9);
    assert_true(contention_starves_server(&window.result));
    /* One that shares it evenly does not starve the server. */
    window = window_of(busy(1000), busy(1000), SECOND / 2, SECOND);
    judge(&window, false);
    assert_true(contention_is_foreign(&window.result));
    assert_false(contention_starves_server(&window.result));
}

static void one_cpu_for_both(void **state)
{
    (void)state;
    struct window window = window_of(busy(1000), busy(1000), SECOND / 2, SECOND / 2);
    judge(&window, true);
    assert_float_equal(window.result.foreign_seconds, 0, 1e-9);
    window = window_of(busy(1000), busy(1000), SECOND / 4, SECOND / 4);
    judge(&window, true);
    assert_float_equal(window.result.foreign_seconds, 0.5, 1e-9);
    assert_non_null(strstr(window.note, "others used 0.50 s"));
}

static void a_window_gets_its_share(void **state)
{
    (void)state;
    struct window window = window_of(busy(1000), busy(1000), 0, SECOND);
    contention_between(&window.before, &window.after, SECOND / 4, false, &window.result);
    assert_float_equal(window.result.foreign_seconds, 0.25, 1e-9);
}

/* A database has a CPU of its own, and used 0.2 s of it. */
static void a_program_on_the_databases_cpu(void **state)
{
    (void)state;
    struct window window = window_of(busy(600), busy(1000), SECOND * 6 / 10, SECOND);
    window.before.store.cpus = 1;
    window.after.store = busy(900);
    window.after.store_ns = SECOND * 2 / 10;
    judge(&window, false);
    assert_float_equal(window.result.store_foreign_seconds, 0.7, 1e-9);
    assert_float_equal(window.result.foreign_seconds, 0.7, 1e-9);
    assert_int_equal(window.result.cpus, 3);
    assert_non_null(strstr(window.note, "0.00 s of the clients', 0.70 s of the database's)"));
    assert_false(contention_starves_server(&window.result));
    window.after.store_ns = SECOND * 9 / 10;
    judge(&window, false);
    assert_float_equal(window.result.foreign_seconds, 0, 1e-9);
    assert_string_equal(window.note, "");
    /* Whose processes are gone is not watched any more. */
    window.after.store_ns = -1;
    judge(&window, false);
    assert_true(window.result.store_foreign_seconds < 0);
    assert_float_equal(window.result.foreign_seconds, 0, 1e-9);
    assert_int_equal(window.result.cpus, 2);
}

/* Zeros, a reading of other CPUs, or a subject that is gone. */
static void what_cannot_be_seen_is_not_judged(void **state)
{
    (void)state;
    struct cpu_times zeros = {.cpus = 1};
    struct window window = window_of(zeros, zeros, 0, 0);
    judge(&window, false);
    assert_true(window.result.foreign_seconds < 0);
    window = window_of((struct cpu_times){.cpus = 0}, busy(1000), 0, 0);
    judge(&window, false);
    assert_true(window.result.foreign_seconds < 0);
    assert_true(window.result.steal_seconds < 0);
    window = window_of(busy(1000), busy(1000), -1, 0);
    judge(&window, false);
    assert_true(window.result.foreign_seconds < 0);
    assert_string_equal(window.note, "");
}

/* What the tick did not find, and what was merely not idle, is nobody's work. */
static void both_ways_to_know_must_agree(void **state)
{
    (void)state;
    struct cpu_times times = {.cpus = 1, .work_ms = 100, .idle_ms = 500};
    const struct cpu_times before = {.cpus = 1};
    assert_float_equal(cpu_times_busy_seconds(&before, &times, 1), 0.1, 1e-9);
    times = (struct cpu_times){.cpus = 1, .work_ms = 500, .idle_ms = 900};
    assert_float_equal(cpu_times_busy_seconds(&before, &times, 1), 0.1, 1e-9);
}

/* A kernel that measures interrupts leaves them out of the CPU time of programs: out of ours, too.
 */
static void interrupts_that_are_apart_are_nobodys_work(void **state)
{
    (void)state;
    const struct cpu_times before = {.cpus = 1};
    struct cpu_times times = {.cpus = 1, .work_ms = 600, .interrupt_ms = 300, .idle_ms = 100};
    assert_float_equal(cpu_times_busy_seconds(&before, &times, 1), 0.9, 1e-9);
    times.interrupts_apart = true;
    assert_float_equal(cpu_times_busy_seconds(&before, &times, 1), 0.6, 1e-9);
}

static void time_under_a_quota_is_told(void **state)
{
    (void)state;
    struct window window = window_of(busy(250), busy(250), SECOND / 4, SECOND / 4);
    window.after.throttled_ns = SECOND * 3 / 2;
    judge(&window, false);
    assert_float_equal(window.result.throttled_seconds, 1.5, 1e-9);
    assert_non_null(strstr(window.note, "CPU quota stopped the trial for 1.50 s"));
    window.before.throttled_ns = window.after.throttled_ns = -1;
    judge(&window, false);
    assert_true(window.result.throttled_seconds < 0);
    assert_string_equal(window.note, "");
}

static void what_is_read_is_of_the_cpus_that_were_asked_for(void **state)
{
    char root[] = "/tmp/waitbench-test-XXXXXX";
    char path[64];
    (void)state;
    assert_non_null(mkdtemp(root));
    snprintf(path, sizeof path, "mkdir %s/proc", root);
    assert_int_equal(system(path), 0);
    snprintf(path, sizeof path, "%s/proc/stat", root);
    FILE *stat = fopen(path, "w");
    assert_non_null(stat);
    fputs("cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 1 2 3 40 5 0 6 7 0 0\ncpu1 10 20 30 400 50 0 60 70 0 0\n"
          "intr 1\n",
          stat);
    fclose(stat);
    hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
    struct cpu_times times;
    hwloc_bitmap_set(cpus, 1);
    cpu_times_read(&times, root, cpus);
    assert_int_equal(times.cpus, 1);
    assert_int_equal(times.work_ms, 600);
    assert_int_equal(times.idle_ms, 4500);
    assert_int_equal(times.interrupt_ms, 600);
    assert_int_equal(times.steal_ms, 700);
    assert_false(times.interrupts_apart);
    hwloc_bitmap_set(cpus, 0);
    cpu_times_read(&times, root, cpus);
    assert_int_equal(times.cpus, 2);
    assert_int_equal(times.work_ms, 660);
    hwloc_bitmap_free(cpus);
    snprintf(path, sizeof path, "rm -r %s", root);
    assert_int_equal(system(path), 0);
}

/* ---- Over a run, or a look of the watch. ---- */

static const char *told(const struct disturbance_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->entries[i].name, name) == 0)
            return list->entries[i].text;
    return NULL;
}

static void others_work_over_a_run_is_told(void **state)
{
    (void)state;
    struct disturbance_snapshot before = {.cpus = 2, .times.cpus = 2};
    struct disturbance_snapshot after = {
        .cpus = 2,
        .time_ns = 10 * SECOND,
        .own_ns = 12 * SECOND,
        .times = {.cpus = 2, .work_ms = 19000, .idle_ms = 1000},
    };
    struct disturbance_change change;
    struct disturbance_list list = {.count = 0};
    disturbance_judge_change(&before, &after, &change, &list);
    assert_float_equal(change.foreign_seconds, 7, 1e-9);
    assert_non_null(told(&list, "other work"));
    assert_non_null(strstr(told(&list, "other work"), "7.0 s"));
    /* What we and our children did is ours. */
    list.count = 0;
    after.own_ns = 18 * SECOND;
    disturbance_judge_change(&before, &after, &change, &list);
    assert_null(told(&list, "other work"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_ours_is_nobody_elses),
        cmocka_unit_test(a_program_on_the_clients_cpu),
        cmocka_unit_test(a_program_on_the_servers_cpu),
        cmocka_unit_test(a_program_on_the_databases_cpu),
        cmocka_unit_test(one_cpu_for_both),
        cmocka_unit_test(a_window_gets_its_share),
        cmocka_unit_test(what_cannot_be_seen_is_not_judged),
        cmocka_unit_test(both_ways_to_know_must_agree),
        cmocka_unit_test(interrupts_that_are_apart_are_nobodys_work),
        cmocka_unit_test(time_under_a_quota_is_told),
        cmocka_unit_test(what_is_read_is_of_the_cpus_that_were_asked_for),
        cmocka_unit_test(others_work_over_a_run_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
