/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/figures/histogram.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* Each power of two above the first 2048 values has this many buckets, 2^10: the fewest that make
 * a bucket narrower than 1/1000 of its values. */
#define HALF_BITS 10
#define HALF      (1 << HALF_BITS)

/* The index of HISTOGRAM_MAX_NS, plus one. */
#define BUCKET_COUNT ((31 << HALF_BITS) + (int)(HISTOGRAM_MAX_NS >> 31) + 1)
_Static_assert((HISTOGRAM_MAX_NS >> 31) >= HALF && (HISTOGRAM_MAX_NS >> 31) < 2 * HALF,
               "an hour needs 42 bits");

struct histogram {
    int64_t count;
    int64_t overflow;
    int64_t underflow;
    int64_t min_ns;
    int64_t max_ns;
    int64_t buckets[BUCKET_COUNT];
};

/* The top 11 bits of the value choose the bucket; `shift` is how many bits lie below them. OR-ing
 * in HALF keeps small values, which have all their bits, at a shift of 0 without a branch. */
static int bucket_of(int64_t value_ns)
{
    int shift = 63 - __builtin_clzll((uint64_t)value_ns | HALF) - HALF_BITS;
    return (shift << HALF_BITS) + (int)(value_ns >> shift);
}

static int bucket_shift(int bucket)
{
    return bucket < 2 * HALF ? 0 : (bucket >> HALF_BITS) - 1;
}

static int64_t bucket_low_ns(int bucket)
{
    int shift = bucket_shift(bucket);
    return (int64_t)(bucket - (shift << HALF_BITS)) << shift;
}

static int64_t bucket_high_ns(int bucket)
{
    return bucket_low_ns(bucket) + (INT64_C(1) << bucket_shift(bucket)) - 1;
}

static double bucket_middle_ns(int bucket)
{
    return 0.5 * ((double)bucket_low_ns(bucket) + (double)bucket_high_ns(bucket));
}

struct histogram *histogram_create(void)
{
    struct histogram *histogram = calloc(1, sizeof *histogram);
    if (histogram) {
        histogram->min_ns = INT64_MAX;
        histogram->max_ns = INT64_MIN;
    }
    return histogram;
}

void histogram_destroy(struct histogram *histogram)
{
    free(histogram);
}

void histogram_record(struct histogram *histogram, int64_t value_ns)
{
    histogram->count++;
    if (value_ns < histogram->min_ns)
        histogram->min_ns = value_ns;
    if (value_ns > histogram->max_ns)
        histogram->max_ns = value_ns;
    if (value_ns < 0)
        histogram->underflow++;
    else if (value_ns > HISTOGRAM_MAX_NS)
        histogram->overflow++;
    else
        histogram->buckets[bucket_of(value_ns)]++;
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
    into->count += from->count;
    into->overflow += from->overflow;
    into->underflow += from->underflow;
    if (from->min_ns < into->min_ns)
        into->min_ns = from->min_ns;
    if (from->max_ns > into->max_ns)
        into->max_ns = from->max_ns;
    for (int i = 0; i < BUCKET_COUNT; i++)
        into->buckets[i] += from->buckets[i];
}

void histogram_edges(const struct histogram *histogram, struct histogram_edges *edges)
{
    *edges = (struct histogram_edges){
        .overflow = histogram->overflow,
        .underflow = histogram->underflow,
        .min_ns = histogram->min_ns,
        .max_ns = histogram->max_ns,
    };
}

int histogram_next_bucket(const struct histogram *histogram, int from, int64_t *count)
{
    for (int i = from; i < BUCKET_COUNT; i++)
        if (histogram->buckets[i] > 0) {
            *count = histogram->buckets[i];
            return i;
        }
    return -1;
}

/* Whether so many more leave the sum of many such histograms a number. */
static bool has_room(const struct histogram *histogram, int64_t more)
{
    return more >= 0 && more <= HISTOGRAM_TAKEN_MAX - histogram->count;
}

int histogram_add_edges(struct histogram *histogram, const struct histogram_edges *edges)
{
    if (!has_room(histogram, edges->overflow) || !has_room(histogram, edges->underflow) ||
        !has_room(histogram, edges->overflow + edges->underflow))
        return -EINVAL;
    histogram->overflow += edges->overflow;
    histogram->underflow += edges->underflow;
    histogram->count += edges->overflow + edges->underflow;
    if (edges->min_ns < histogram->min_ns)
        histogram->min_ns = edges->min_ns;
    if (edges->max_ns > histogram->max_ns)
        histogram->max_ns = edges->max_ns;
    return 0;
}

int histogram_add_bucket(struct histogram *histogram, int64_t bucket, int64_t count)
{
    if (bucket < 0 || bucket >= BUCKET_COUNT || count == 0 || !has_room(histogram, count))
        return -EINVAL;
    histogram->buckets[bucket] += count;
    histogram->count += count;
    return 0;
}

int64_t histogram_count(const struct histogram *histogram)
{
    return histogram->count;
}

int64_t histogram_overflow(const struct histogram *histogram)
{
    return histogram->overflow;
}

int64_t histogram_underflow(const struct histogram *histogram)
{
    return histogram->underflow;
}

int64_t histogram_min_ns(const struct histogram *histogram)
{
    return histogram->count ? histogram->min_ns : 0;
}

int64_t histogram_max_ns(const struct histogram *histogram)
{
    return histogram->count ? histogram->max_ns : 0;
}

double histogram_mean_ns(const struct histogram *histogram)
{
    if (!histogram->count)
        return 0;
    double sum = (double)histogram->overflow * (double)HISTOGRAM_MAX_NS;
    for (int i = 0; i < BUCKET_COUNT; i++)
        sum += (double)histogram->buckets[i] * bucket_middle_ns(i);
    return sum / (double)histogram->count;
}

double histogram_stddev_ns(const struct histogram *histogram)
{
    if (!histogram->count)
        return 0;
    double mean = histogram_mean_ns(histogram);
    double sum = (double)histogram->overflow * pow((double)HISTOGRAM_MAX_NS - mean, 2) +
                 (double)histogram->underflow * pow(mean, 2);
    for (int i = 0; i < BUCKET_COUNT; i++)
        sum += (double)histogram->buckets[i] * pow(bucket_middle_ns(i) - mean, 2);
    return sqrt(sum / (double)histogram->count);
}

/* 0.999 * 100000 may come out a hair above 99900 in binary, which must not count as one more. */
static int64_t rank_of(const struct histogram *histogram, double quantile)
{
    int64_t rank = (int64_t)ceil(quantile * (double)histogram->count - 1e-6);
    if (rank < 1)
        return 1;
    return rank > histogram->count ? histogram->count : rank;
}

/* A walk upwards through the values: `samples` of them are at most `value_ns`. */
struct walk {
    int next_bucket;
    int64_t value_ns;
    int64_t samples;
};

static struct walk walk_start(const struct histogram *histogram)
{
    return (struct walk){.value_ns = histogram->min_ns, .samples = histogram->underflow};
}

static void walk_to_rank(const struct histogram *histogram, struct walk *walk, int64_t rank)
{
    while (walk->samples < rank && walk->next_bucket < BUCKET_COUNT) {
        walk->samples += histogram->buckets[walk->next_bucket];
        walk->value_ns = bucket_high_ns(walk->next_bucket);
        walk->next_bucket++;
    }
    if (walk->samples < rank)
        walk->samples = histogram->count;
    if (walk->samples == histogram->count || walk->value_ns > histogram->max_ns)
        walk->value_ns = histogram->max_ns;
}

int64_t histogram_quantile_ns(const struct histogram *histogram, double quantile)
{
    if (!histogram->count)
        return 0;
    struct walk walk = walk_start(histogram);
    walk_to_rank(histogram, &walk, rank_of(histogram, quantile));
    return walk.value_ns;
}

int64_t histogram_beyond(const struct histogram *histogram, double quantile)
{
    return histogram->count ? histogram->count - rank_of(histogram, quantile) : 0;
}

int64_t histogram_resolved_ns(const struct histogram *histogram, double quantile)
{
    if (histogram_beyond(histogram, quantile) < HISTOGRAM_SAMPLES_BEYOND)
        return -1;
    return histogram_quantile_ns(histogram, quantile);
}

void histogram_spectrum(const struct histogram *histogram, int ticks,
                        void (*step_cb)(void *data, const struct histogram_step *step), void *data)
{
    if (!histogram->count)
        return;
    struct walk walk = walk_start(histogram);
    double quantile = 0;
    for (;;) {
        walk_to_rank(histogram, &walk, rank_of(histogram, quantile));
        if (walk.samples == histogram->count)
            break;
        step_cb(data, &(struct histogram_step){quantile, walk.value_ns, walk.samples});
        double halvings = floor(log2(1 / (1 - quantile)));
        quantile += 1 / (ticks * exp2(halvings + 1));
    }
    step_cb(data, &(struct histogram_step){1, histogram->max_ns, histogram->count});
}

struct hgrm {
    FILE *out;
    double unit_ns;
};

static void hgrm_step_cb(void *data, const struct histogram_step *step)
{
    const struct hgrm *hgrm = data;
    fprintf(hgrm->out, "%14.6f %2.12f %10lld", (double)step->value_ns / hgrm->unit_ns,
            step->quantile, (long long)step->samples);
    if (step->quantile < 1)
        fprintf(hgrm->out, " %14.2f", 1 / (1 - step->quantile));
    fputc('\n', hgrm->out);
}

int histogram_write_hgrm(const struct histogram *histogram, int64_t unit_ns, FILE *out)
{
    struct hgrm hgrm = {.out = out, .unit_ns = (double)unit_ns};
    fprintf(out, "%14s %14s %10s %14s\n\n", "Value", "Percentile", "TotalCount",
            "1/(1-Percentile)");
    histogram_spectrum(histogram, 5, hgrm_step_cb, &hgrm);
    fprintf(out, "#[Mean    = %12.6f, StdDeviation   = %12.6f]\n",
            histogram_mean_ns(histogram) / hgrm.unit_ns,
            histogram_stddev_ns(histogram) / hgrm.unit_ns);
    fprintf(out, "#[Max     = %12.6f, Total count    = %12lld]\n",
            (double)histogram_max_ns(histogram) / hgrm.unit_ns,
            (long long)histogram_count(histogram));
    fprintf(out, "#[Buckets = %12d, SubBuckets     = %12d]\n", BUCKET_COUNT >> HALF_BITS, 2 * HALF);
    return ferror(out) ? -EIO : 0;
}
