/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subject/metric.h"

#include "base/error.h"

#include <errno.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLES_BEYOND_QUANTILE 100

static const struct {
    const char *name;
    double fraction;
} quantiles[] = {{"p50", 0.5}, {"p99", 0.99}, {"p999", 0.999}};

int samples_init(struct samples *samples, size_t capacity)
{
    double *values = malloc((capacity > 0 ? capacity : 1) * sizeof *values);
    if (!values)
        return -ENOMEM;
    memset(values, 0, capacity * sizeof *values);
    *samples = (struct samples){.values = values, .capacity = capacity};
    return 0;
}

void samples_finish(struct samples *samples)
{
    free(samples->values);
    *samples = (struct samples){0};
}

void samples_add(struct samples *samples, int64_t value)
{
    if (samples->count == samples->capacity)
        abort();
    samples->values[samples->count++] = (double)value;
}

double samples_mean(const struct samples *samples)
{
    return gsl_stats_mean(samples->values, 1, samples->count);
}

void metric_print(const char *key, double value)
{
    printf("%s %.9g\n", key, value);
}

void metric_print_count(const char *key, int64_t value)
{
    printf("%s %" PRId64 "\n", key, value);
}

void metric_print_text(const char *key, const char *value)
{
    printf("%s %s\n", key, value);
}

void metric_print_samples(const char *name, struct samples *samples)
{
    if (samples->count == 0)
        return;
    gsl_sort(samples->values, 1, samples->count);
    for (size_t i = 0; i < sizeof quantiles / sizeof quantiles[0]; i++) {
        double beyond = (double)samples->count * (1 - quantiles[i].fraction);
        /* 10,000 samples have 100 beyond p99, whatever 1 - 0.99 is in binary. */
        if (beyond + 1e-6 < SAMPLES_BEYOND_QUANTILE)
            break;
        double value = gsl_stats_quantile_from_sorted_data(samples->values, 1, samples->count,
                                                           quantiles[i].fraction);
        printf("%s_%s_ns %.9g\n", name, quantiles[i].name, value);
    }
    printf("%s_max_ns %.9g\n", name, samples->values[samples->count - 1]);
    printf("%s_samples_count %zu\n", name, samples->count);
}

int metric_end(void)
{
    puts("end");
    if (fflush(stdout) != 0 || ferror(stdout))
        return EXIT_MEASUREMENT_FAILED;
    return EXIT_DONE;
}
