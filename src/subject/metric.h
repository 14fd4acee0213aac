/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a flow subject prints: one `key value` line per figure, the unit at the key's end (`_ns`,
 * `_bytes`, `_per_second`, `_seconds`, `_count`, `_ratio`), and `end`. Figures are printed only
 * after the program has verified its own answer. */
#ifndef WAITBENCH_SUBJECT_METRIC_H
#define WAITBENCH_SUBJECT_METRIC_H

#include <stddef.h>
#include <stdint.h>

/* Measurements of one quantity, of which quantiles are wanted. For one thread at a time. */
struct samples {
    double *values;
    size_t count;
    size_t capacity;
};

/* Room for `capacity` samples, touched, so that adding costs no page fault. Returns 0 or -ENOMEM.
 */
int samples_init(struct samples *samples, size_t capacity);
void samples_finish(struct samples *samples);

/* Adds one. Beyond the capacity is a programming error and aborts. */
void samples_add(struct samples *samples, int64_t value);

double samples_mean(const struct samples *samples);

/* A figure with up to nine significant digits. */
void metric_print(const char *key, double value);
void metric_print_count(const char *key, int64_t value);
void metric_print_text(const char *key, const char *value);

/* NAME_p50_ns, NAME_p99_ns and NAME_p999_ns, each only with at least 100 samples beyond it,
 * NAME_max_ns, and NAME_samples_count. Sorts the samples. Nothing without samples. */
void metric_print_samples(const char *name, struct samples *samples);

/* Prints `end`. Returns the program's exit code: 0, or 1 when standard output refused a line. */
int metric_end(void);

#endif
