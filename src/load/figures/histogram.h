/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A histogram of times in nanoseconds that loses nothing: 3 significant decimal digits from 1 ns to
 * 1 h, in constant memory (about 260 KiB) however many values are recorded.
 *
 * Buckets are log-linear, as in HdrHistogram: values below 2048 have a bucket each; above, every
 * power of two is cut into 1024 equal buckets, so that a bucket is at most 1/1024 of its value
 * wide. A histogram belongs to one thread; give each thread its own and merge afterwards. */
#ifndef WAITBENCH_LOAD_FIGURES_HISTOGRAM_H
#define WAITBENCH_LOAD_FIGURES_HISTOGRAM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* The largest value with a bucket: one hour. */
#define HISTOGRAM_MAX_NS INT64_C(3600000000000)

/* A quantile is worth printing only with this many samples beyond it. */
#define HISTOGRAM_SAMPLES_BEYOND 100

struct histogram;

/* An empty histogram, or NULL when out of memory. */
struct histogram *histogram_create(void);

/* Frees; NULL is accepted. */
void histogram_destroy(struct histogram *histogram);

/* Counts one value. 0 is counted as 0. What has no bucket still counts as a sample: a value over
 * an hour is kept as overflow (above every bucket), a negative one as underflow (below them). */
void histogram_record(struct histogram *histogram, int64_t value_ns);

/* Adds all that `from` holds. */
void histogram_merge(struct histogram *into, const struct histogram *from);

/* All values recorded, overflow and underflow included. */
int64_t histogram_count(const struct histogram *histogram);
int64_t histogram_overflow(const struct histogram *histogram);
int64_t histogram_underflow(const struct histogram *histogram);

/* Exact, not rounded to a bucket; 0 when nothing was recorded. */
int64_t histogram_min_ns(const struct histogram *histogram);
int64_t histogram_max_ns(const struct histogram *histogram);

/* From the middle of each bucket; overflow is taken as one hour and underflow as 0, so the mean is
 * a lower bound when there is overflow. 0 when nothing was recorded. */
double histogram_mean_ns(const struct histogram *histogram);
double histogram_stddev_ns(const struct histogram *histogram);

/* The value of rank ceil(quantile * count), as the top of its bucket: at least the exact order
 * statistic, and above it by less than 1/1024 of it. Never above histogram_max_ns; a rank among
 * the overflow gives that maximum. `quantile` is from 0 to 1. 0 when nothing was recorded. */
int64_t histogram_quantile_ns(const struct histogram *histogram, double quantile);

/* How many samples rank above that quantile's. */
int64_t histogram_beyond(const struct histogram *histogram, double quantile);

/* The quantile if at least HISTOGRAM_SAMPLES_BEYOND samples lie beyond it, else -1: not measured.
 */
int64_t histogram_resolved_ns(const struct histogram *histogram, double quantile);

/* A histogram in pieces, as it travels: what its buckets do not say, and how often each of the
 * others was met. */
struct histogram_edges {
    int64_t overflow;
    int64_t underflow;
    int64_t min_ns; /* of an empty one INT64_MAX */
    int64_t max_ns; /* of an empty one INT64_MIN */
};

void histogram_edges(const struct histogram *histogram, struct histogram_edges *edges);

/* The next bucket from `from` on that is not empty: its number, with its count; -1: there is none.
 */
int histogram_next_bucket(const struct histogram *histogram, int from, int64_t *count);

/* More samples than anybody counts, and the sum of a thousand such histograms is still a number. */
#define HISTOGRAM_TAKEN_MAX (INT64_C(1) << 53)

/* Adds what another's edges and buckets said. Returns 0, or -EINVAL for what no histogram says, or
 * for more than HISTOGRAM_TAKEN_MAX samples. */
int histogram_add_edges(struct histogram *histogram, const struct histogram_edges *edges);
int histogram_add_bucket(struct histogram *histogram, int64_t bucket, int64_t count);

/* One step of a percentile plot: `samples` values are at most `value_ns`. */
struct histogram_step {
    double quantile;
    int64_t value_ns;
    int64_t samples;
};

/* Calls back for quantiles from 0 to 1 that grow denser toward 1: `ticks` of them for each halving
 * of the distance to 1, until a step holds the last sample; that one comes as quantile 1. Nothing
 * is called for an empty histogram. */
void histogram_spectrum(const struct histogram *histogram, int ticks,
                        void (*step_cb)(void *data, const struct histogram_step *step), void *data);

/* Writes HdrHistogram's percentile text (.hgrm), values divided by `unit_ns`: NS_PER_MS for what
 * its plotter expects. Returns 0, or -EIO when the stream failed. */
int histogram_write_hgrm(const struct histogram *histogram, int64_t unit_ns, FILE *out);

#endif
