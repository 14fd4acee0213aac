/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/figure.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define BLOCKS 10
#define POINTS 4

/* A run's trials: y = slope * x, with 5 % noise. */
static void simulate(gsl_rng *random, double slope, struct slope_point *points)
{
    for (int block = 0; block < BLOCKS; block++)
        for (int i = 0; i < POINTS; i++) {
            double x = 100 << i;
            points[block * POINTS + i] =
                (struct slope_point){block, x, slope * x * exp(gsl_ran_gaussian(random, 0.05))};
        }
}

static bool holds(const struct estimate *ratio, double truth)
{
    return ratio->interval.low <= truth && truth <= ratio->interval.high;
}

static void ratio_intervals_hold_the_truth(enum reduction reduction, size_t stride)
{
    enum { RUNS = 400 };
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, 5);
    size_t covered = 0;
    size_t alarms = 0;
    size_t found = 0;
    for (int run = 0; run < RUNS; run++) {
        struct slope_point points[2][BLOCKS * POINTS];
        struct figure figures[2];
        for (int i = 0; i < 2; i++) {
            simulate(random, i == 0 ? 1.0 : 1.3, points[i]);
            /* For a median, the trials at one x only. */
            for (size_t k = 0; k < BLOCKS * POINTS / stride; k++)
                points[i][k] = points[i][k * stride];
            figure_init(&figures[i], reduction, points[i], BLOCKS * POINTS / stride, NULL, 0,
                        (uint64_t)(2 * run + i));
        }
        struct estimate ratio = figure_ratio(&figures[1], &figures[0]);
        assert_int_equal(ratio.blocks, BLOCKS);
        covered += holds(&ratio, 1.3);
        alarms += figure_beyond_chance(&figures[1], &figures[0], 1.3, 0.001) <= 0.05;
        found += figure_beyond_chance(&figures[1], &figures[0], 1.1, 0.001) <= 0.01;
        figure_finish(&figures[0]);
        figure_finish(&figures[1]);
    }
    gsl_rng_free(random);
    /* Nominal 95 %. Percentiles of a median's ratio are a little wide, never narrow. */
    assert_in_range(covered, RUNS * 92 / 100, RUNS * 99 / 100);
    /* Nominal 5 % where the truth is what is asked about; and what is beyond it by far is found. */
    assert_in_range(alarms, 0, RUNS * 8 / 100);
    assert_in_range(found, RUNS * 95 / 100, RUNS);
}

static void runs_that_agree_by_chance_are_not_apart(void **state)
{
    (void)state;
    struct slope_point points[2][BLOCKS];
    struct figure figures[2];
    for (int i = 0; i < 2; i++) {
        for (int block = 0; block < BLOCKS; block++)
            points[i][block] = (struct slope_point){block, 0, i == 0 ? 1000 : 1001};
        figure_init(&figures[i], REDUCE_MEDIAN, points[i], BLOCKS, NULL, 0, (uint64_t)i);
    }
    /* One step of the instrument is none; of a finer one it is many. */
    assert_true(figure_beyond_chance(&figures[1], &figures[0], 1, 0.001) > 0.1);
    assert_true(figure_beyond_chance(&figures[1], &figures[0], 1, 0.00001) < 1e-6);
    assert_true(figure_beyond_chance(&figures[0], &figures[1], 1, 0.00001) > 0.999);
    figure_finish(&figures[0]);
    figure_finish(&figures[1]);
}

static void median_ratios_hold_the_truth(void **state)
{
    (void)state;
    ratio_intervals_hold_the_truth(REDUCE_MEDIAN, POINTS);
}

static void slope_ratios_hold_the_truth(void **state)
{
    (void)state;
    ratio_intervals_hold_the_truth(REDUCE_SLOPE, 1);
}

static void few_blocks_have_a_ratio_and_no_interval(void **state)
{
    (void)state;
    const struct slope_point points[] = {{0, 0, 4}, {1, 0, 6}, {2, 0, 5}};
    struct figure figure;
    figure_init(&figure, REDUCE_MEDIAN, points, 3, NULL, 0, 1);
    struct estimate ratio = figure_ratio(&figure, &figure);
    assert_float_equal(ratio.value, 1, 0);
    assert_true(isnan(ratio.interval.low));
    assert_int_equal(ratio.blocks, 3);
    assert_float_equal(figure_beyond_chance(&figure, &figure, 0.5, 0.001), 1, 0);
    figure_finish(&figure);
}

static void pairs_share_their_blocks(void **state)
{
    (void)state;
    const struct slope_point a[] = {{0, 0, 10}, {1, 0, 20}, {2, 0, 30}};
    const struct slope_point b[] = {{1, 0, 5}, {2, 0, 10}, {3, 0, 1000}};
    struct figure figure;
    figure_init(&figure, REDUCE_MEDIAN, a, 3, b, 3, 1);
    assert_int_equal(figure.estimate.blocks, 2);
    assert_true(fabs(figure.estimate.value - 25 / 7.5) < 1e-12);
    figure_finish(&figure);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(median_ratios_hold_the_truth),
        cmocka_unit_test(slope_ratios_hold_the_truth),
        cmocka_unit_test(few_blocks_have_a_ratio_and_no_interval),
        cmocka_unit_test(pairs_share_their_blocks),
        cmocka_unit_test(runs_that_agree_by_chance_are_not_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
