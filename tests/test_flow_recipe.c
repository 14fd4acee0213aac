/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The workflow's check finds what is wrong with a trace. */
#include "recipe.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define MS 1000000

static const int coffee[] = {
    BEGIN_OF(HEAT), BEGIN_OF(GRIND), END_OF(GRIND), GROUNDS_ADDED,   END_OF(HEAT),
    WATER_ADDED,    BEGIN_OF(BREW),  END_OF(BREW),  BEGIN_OF(DRINK), END_OF(DRINK),
};
#define COFFEE_EVENTS (int)(sizeof coffee / sizeof coffee[0])

static void make_coffee(struct workflow *workflow)
{
    memset(workflow, 0, sizeof *workflow);
    workflow->duration_ns[HEAT] = 4 * MS;
    workflow->duration_ns[GRIND] = 2 * MS;
    workflow->duration_ns[BREW] = 4 * MS;
    workflow->duration_ns[DRINK] = 8 * MS;
    workflow->end_ns = 16 * MS;
    memcpy(workflow->trace, coffee, sizeof coffee);
    workflow->trace_count = COFFEE_EVENTS;
}

static void swap(struct workflow *workflow, int a, int b)
{
    int event = workflow->trace[a];
    workflow->trace[a] = workflow->trace[b];
    workflow->trace[b] = event;
}

static void test_coffee_is_right(void **state)
{
    (void)state;
    struct workflow workflow;
    struct error error;
    make_coffee(&workflow);
    assert_int_equal(workflow_critical_path_ns(&workflow), 16 * MS);
    assert_int_equal(workflow_verify(&workflow, 0, &error), 0);
    assert_true(workflow_added_early(&workflow));
}

static void test_water_may_be_first(void **state)
{
    (void)state;
    struct workflow workflow;
    make_coffee(&workflow);
    swap(&workflow, 2, 4);
    swap(&workflow, 3, 5);
    assert_int_equal(workflow_verify(&workflow, 0, NULL), 0);
    assert_true(workflow_added_early(&workflow));
}

/* Right, but what came first waited for what came second. */
static void test_not_early(void **state)
{
    (void)state;
    struct workflow workflow;
    make_coffee(&workflow);
    swap(&workflow, 3, 4);
    assert_int_equal(workflow_verify(&workflow, 0, NULL), 0);
    assert_false(workflow_added_early(&workflow));
}

static void test_wrong_orders_are_refused(void **state)
{
    (void)state;
    static const int wrong[][2] = {{0, 4}, {1, 2}, {2, 3}, {4, 5}, {5, 6}, {3, 6}, {6, 7}, {7, 8}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct workflow workflow;
        make_coffee(&workflow);
        swap(&workflow, wrong[i][0], wrong[i][1]);
        assert_int_equal(workflow_verify(&workflow, 0, NULL), -EPROTO);
    }
}

static void test_missing_and_doubled_events_are_refused(void **state)
{
    (void)state;
    struct workflow workflow;
    make_coffee(&workflow);
    workflow.trace_count--;
    assert_int_equal(workflow_verify(&workflow, 0, NULL), -EPROTO);
    make_coffee(&workflow);
    workflow.trace[workflow.trace_count++] = WATER_ADDED;
    assert_int_equal(workflow_verify(&workflow, 0, NULL), -EPROTO);
    make_coffee(&workflow);
    workflow.trace[workflow.trace_count++] = BEGIN_OF(PODCAST);
    assert_int_equal(workflow_verify(&workflow, 0, NULL), -EPROTO);
    make_coffee(&workflow);
    workflow.trace_count = EVENTS + 1;
    assert_int_equal(workflow_verify(&workflow, 0, NULL), -EPROTO);
}

static void test_faster_than_its_steps_is_refused(void **state)
{
    (void)state;
    struct workflow workflow;
    make_coffee(&workflow);
    workflow.end_ns -= 5;
    assert_int_equal(workflow_verify(&workflow, 0, NULL), -EPROTO);
    assert_int_equal(workflow_verify(&workflow, 4, NULL), -EPROTO);
    assert_int_equal(workflow_verify(&workflow, 5, NULL), 0);
}

static void test_afternoon_needs_its_chores_and_their_time(void **state)
{
    (void)state;
    static const int chores[] = {BEGIN_OF(PODCAST), BEGIN_OF(DISHES), BEGIN_OF(LAUNDRY),
                                 END_OF(DISHES),    END_OF(LAUNDRY),  END_OF(PODCAST)};
    struct workflow workflow;
    make_coffee(&workflow);
    workflow.afternoon = true;
    workflow.duration_ns[PODCAST] = 20 * MS;
    workflow.duration_ns[DISHES] = 6 * MS;
    workflow.duration_ns[LAUNDRY] = 9 * MS;
    workflow.end_ns = 25 * MS;
    assert_int_equal(workflow_critical_path_ns(&workflow), 25 * MS);
    assert_int_equal(workflow_verify(&workflow, 0, NULL), -EPROTO);
    for (size_t i = 0; i < sizeof chores / sizeof chores[0]; i++)
        workflow.trace[workflow.trace_count++] = chores[i];
    assert_int_equal(workflow_verify(&workflow, 0, NULL), 0);
    swap(&workflow, COFFEE_EVENTS - 1, COFFEE_EVENTS + 1);
    assert_int_equal(workflow_verify(&workflow, 0, NULL), -EPROTO);
    workflow.duration_ns[PODCAST] = 30 * MS;
    assert_int_equal(workflow_critical_path_ns(&workflow), 30 * MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_coffee_is_right),
        cmocka_unit_test(test_water_may_be_first),
        cmocka_unit_test(test_not_early),
        cmocka_unit_test(test_wrong_orders_are_refused),
        cmocka_unit_test(test_missing_and_doubled_events_are_refused),
        cmocka_unit_test(test_faster_than_its_steps_is_refused),
        cmocka_unit_test(test_afternoon_needs_its_chores_and_their_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
