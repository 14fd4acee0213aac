/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The histogram against exact order statistics of large samples. */
#include "base/clock.h"
#include "load/figures/histogram.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SAMPLES 1000000

static const double quantiles[] = {0,   0.001, 0.01,  0.25,   0.5,     0.75,
                                   0.9, 0.99,  0.999, 0.9999, 0.99999, 1};

typedef double (*draw_fn)(const gsl_rng *rng);

static double draw_exponential(const gsl_rng *rng)
{
    return gsl_ran_exponential(rng, 50e3);
}

static double draw_lognormal(const gsl_rng *rng)
{
    return gsl_ran_lognormal(rng, log(20e3), 1.5);
}

static double draw_pareto(const gsl_rng *rng)
{
    return fmin(gsl_ran_pareto(rng, 0.7, 1e3), (double)HISTOGRAM_MAX_NS);
}

static double draw_gamma(const gsl_rng *rng)
{
    return gsl_ran_gamma(rng, 4, 3e6);
}

static double draw_two_humps(const gsl_rng *rng)
{
    return gsl_rng_uniform(rng) < 0.99 ? fabs(gsl_ran_gaussian(rng, 5)) + 100
                                       : fabs(gsl_ran_gaussian(rng, 1e8)) + 1e9;
}

static double draw_uniform_whole_range(const gsl_rng *rng)
{
    return gsl_ran_flat(rng, 0, (double)HISTOGRAM_MAX_NS);
}

static const draw_fn draws[] = {draw_exponential, draw_lognormal, draw_pareto,
                                draw_gamma,       draw_two_humps, draw_uniform_whole_range};

/* Truth by sorting: the value of rank ceil(q * n). */
static double exact_quantile(const double *sorted, double quantile)
{
    long long rank = (long long)ceil(quantile * SAMPLES - 1e-6);
    return sorted[rank < 1 ? 0 : rank - 1];
}

static void assert_three_digits(int64_t reported_ns, double exact_ns)
{
    assert_true((double)reported_ns >= exact_ns);
    assert_true((double)reported_ns <= exact_ns * 1.001);
}

static void test_quantiles_have_three_digits(void **state)
{
    (void)state;
    double *values = calloc(SAMPLES, sizeof *values);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    assert_non_null(values);
    for (size_t d = 0; d < sizeof draws / sizeof draws[0]; d++) {
        struct histogram *histogram = histogram_create();
        assert_non_null(histogram);
        gsl_rng_set(rng, 1 + d);
        for (int i = 0; i < SAMPLES; i++) {
            values[i] = floor(draws[d](rng));
            histogram_record(histogram, (int64_t)values[i]);
        }
        gsl_sort(values, 1, SAMPLES);
        for (size_t q = 0; q < sizeof quantiles / sizeof quantiles[0]; q++)
            assert_three_digits(histogram_quantile_ns(histogram, quantiles[q]),
                                exact_quantile(values, quantiles[q]));
        assert_int_equal(histogram_count(histogram), SAMPLES);
        assert_int_equal(histogram_min_ns(histogram), (int64_t)values[0]);
        assert_int_equal(histogram_max_ns(histogram), (int64_t)values[SAMPLES - 1]);
        histogram_destroy(histogram);
    }
    gsl_rng_free(rng);
    free(values);
}

static void assert_single_value(int64_t value_ns)
{
    struct histogram *histogram = histogram_create();
    assert_non_null(histogram);
    histogram_record(histogram, value_ns);
    assert_int_equal(histogram_quantile_ns(histogram, 0.5), value_ns);
    /* With a far larger value above it, the first is no longer cut to the maximum. */
    histogram_record(histogram, HISTOGRAM_MAX_NS);
    assert_three_digits(histogram_quantile_ns(histogram, 0.5), (double)value_ns);
    assert_int_equal(histogram_overflow(histogram), 0);
    histogram_destroy(histogram);
}

static void test_every_power_of_two_and_its_neighbours(void **state)
{
    (void)state;
    for (int bit = 0; bit < 42; bit++)
        for (int64_t offset = -1; offset <= 1; offset++)
            if ((INT64_C(1) << bit) + offset <= HISTOGRAM_MAX_NS)
                assert_single_value((INT64_C(1) << bit) + offset);
    assert_single_value(HISTOGRAM_MAX_NS);
}

static void test_out_of_range_is_counted(void **state)
{
    (void)state;
    struct histogram *histogram = histogram_create();
    assert_non_null(histogram);
    for (int i = 0; i < 97; i++)
        histogram_record(histogram, 10);
    histogram_record(histogram, HISTOGRAM_MAX_NS + 1);
    histogram_record(histogram, 2 * HISTOGRAM_MAX_NS);
    histogram_record(histogram, -5);
    assert_int_equal(histogram_count(histogram), 100);
    assert_int_equal(histogram_overflow(histogram), 2);
    assert_int_equal(histogram_underflow(histogram), 1);
    assert_int_equal(histogram_quantile_ns(histogram, 0.01), -5);
    assert_int_equal(histogram_quantile_ns(histogram, 0.98), 10);
    assert_int_equal(histogram_quantile_ns(histogram, 0.99), 2 * HISTOGRAM_MAX_NS);
    assert_int_equal(histogram_max_ns(histogram), 2 * HISTOGRAM_MAX_NS);
    histogram_destroy(histogram);
}

static void test_merge_equals_one(void **state)
{
    (void)state;
    struct histogram *parts[3] = {histogram_create(), histogram_create(), histogram_create()};
    struct histogram *whole = histogram_create();
    struct histogram *merged = histogram_create();
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    for (int i = 0; i < 100000; i++) {
        int64_t value_ns = (int64_t)gsl_ran_pareto(rng, 0.3, 100);
        histogram_record(parts[i % 3], value_ns);
        histogram_record(whole, value_ns);
    }
    for (int i = 0; i < 3; i++)
        histogram_merge(merged, parts[i]);
    for (size_t q = 0; q < sizeof quantiles / sizeof quantiles[0]; q++)
        assert_int_equal(histogram_quantile_ns(merged, quantiles[q]),
                         histogram_quantile_ns(whole, quantiles[q]));
    assert_int_equal(histogram_count(merged), histogram_count(whole));
    assert_true(histogram_overflow(whole) > 0);
    assert_int_equal(histogram_overflow(merged), histogram_overflow(whole));
    assert_int_equal(histogram_max_ns(merged), histogram_max_ns(whole));
    assert_int_equal(histogram_min_ns(merged), histogram_min_ns(whole));
    for (int i = 0; i < 3; i++)
        histogram_destroy(parts[i]);
    histogram_destroy(whole);
    histogram_destroy(merged);
    gsl_rng_free(rng);
}

/* The counts that method rule 8 names, and one fewer. */
static void test_no_quantile_without_samples(void **state)
{
    (void)state;
    static const struct {
        double quantile;
        int needed;
    } cases[] = {{0.5, 200}, {0.9, 1000}, {0.99, 10000}, {0.999, 100000}, {0.9999, 1000000}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct histogram *histogram = histogram_create();
        assert_non_null(histogram);
        for (int n = 0; n < cases[i].needed - 1; n++)
            histogram_record(histogram, 7);
        assert_int_equal(histogram_resolved_ns(histogram, cases[i].quantile), -1);
        histogram_record(histogram, 7);
        assert_int_equal(histogram_beyond(histogram, cases[i].quantile), HISTOGRAM_SAMPLES_BEYOND);
        assert_int_equal(histogram_resolved_ns(histogram, cases[i].quantile), 7);
        histogram_destroy(histogram);
    }
}

static void test_empty(void **state)
{
    (void)state;
    struct histogram *histogram = histogram_create();
    assert_non_null(histogram);
    assert_int_equal(histogram_count(histogram), 0);
    assert_int_equal(histogram_min_ns(histogram), 0);
    assert_int_equal(histogram_max_ns(histogram), 0);
    assert_int_equal(histogram_quantile_ns(histogram, 0.99), 0);
    assert_int_equal(histogram_resolved_ns(histogram, 0.5), -1);
    assert_true(histogram_mean_ns(histogram) == 0);
    histogram_destroy(histogram);
    histogram_destroy(NULL);
}

static void test_mean_and_deviation(void **state)
{
    (void)state;
    struct histogram *histogram = histogram_create();
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    for (int i = 0; i < SAMPLES; i++)
        histogram_record(histogram, (int64_t)(1e6 + gsl_ran_gaussian(rng, 1e4)));
    assert_true(fabs(histogram_mean_ns(histogram) / 1e6 - 1) < 0.001);
    assert_true(fabs(histogram_stddev_ns(histogram) / 1e4 - 1) < 0.01);
    gsl_rng_free(rng);
    histogram_destroy(histogram);
}

struct spectrum {
    int steps;
    struct histogram_step last;
};

static void check_step_cb(void *data, const struct histogram_step *step)
{
    struct spectrum *spectrum = data;
    if (spectrum->steps > 0) {
        assert_true(step->quantile > spectrum->last.quantile);
        assert_true(step->value_ns >= spectrum->last.value_ns);
        assert_true(step->samples >= spectrum->last.samples);
    }
    assert_true((double)step->samples >= step->quantile * 10000 - 1e-6);
    spectrum->last = *step;
    spectrum->steps++;
}

static void test_spectrum_rises_to_the_last_sample(void **state)
{
    (void)state;
    struct histogram *histogram = histogram_create();
    for (int i = 1; i <= 10000; i++)
        histogram_record(histogram, i * INT64_C(1000));
    struct spectrum spectrum = {0};
    histogram_spectrum(histogram, 5, check_step_cb, &spectrum);
    assert_true(spectrum.last.quantile == 1);
    assert_int_equal(spectrum.last.samples, 10000);
    assert_int_equal(spectrum.last.value_ns, 10000000);
    /* Five ticks for each halving of the distance to 1, up to the last bucket with its 8 samples:
     * log2(10000 / 8) is 10.3. */
    assert_in_range(spectrum.steps, 50, 58);
    histogram_destroy(histogram);
}

/* Every value is 1 to 4 ms, so the text is known by hand. */
static void test_hgrm_text(void **state)
{
    (void)state;
    struct histogram *histogram = histogram_create();
    for (int64_t ms = 1; ms <= 4; ms++)
        histogram_record(histogram, ms * NS_PER_MS);
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_int_equal(histogram_write_hgrm(histogram, NS_PER_MS, out), 0);
    fclose(out);
    double value;
    double quantile;
    long long samples;
    double inverse;
    char *line = strstr(text, "\n\n");
    assert_non_null(strstr(text, "Value"));
    assert_non_null(line);
    assert_int_equal(sscanf(line, "%lf %lf %lld %lf", &value, &quantile, &samples, &inverse), 4);
    assert_true(fabs(value - 1) < 0.001 && quantile == 0 && samples == 1 && inverse == 1);
    assert_non_null(strstr(text, "4.000000 1.000000000000          4\n#[Mean"));
    assert_non_null(strstr(text, "#[Max     =     4.000000, Total count    =            4]"));
    free(text);
    histogram_destroy(histogram);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quantiles_have_three_digits),
        cmocka_unit_test(test_every_power_of_two_and_its_neighbours),
        cmocka_unit_test(test_out_of_range_is_counted),
        cmocka_unit_test(test_merge_equals_one),
        cmocka_unit_test(test_no_quantile_without_samples),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_mean_and_deviation),
        cmocka_unit_test(test_spectrum_rises_to_the_last_sample),
        cmocka_unit_test(test_hgrm_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
