/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/floor/calibration.h"

#include "measure/floor/calibration_echo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BUDGET_LEAST_NS (100 * NS_PER_MS)
#define BUDGET_MOST_NS  (1400 * NS_PER_MS)
#define SPIN_MOST_NS    (200 * NS_PER_MS)

#define CLOCK_BATCHES 10
#define CLOCK_READS   10000

#define GAP_BUCKETS 16384 /* one for each nanosecond; the last takes all longer gaps */
#define GAP_LONG_NS (10 * NS_PER_US)

static double measure_clock(void)
{
    int64_t best_ns = INT64_MAX;
    for (int batch = 0; batch < CLOCK_BATCHES; batch++) {
        int64_t start_ns = clock_now_ns();
        int64_t now_ns = start_ns;
        for (int i = 0; i < CLOCK_READS; i++)
            now_ns = clock_now_ns();
        if (now_ns - start_ns < best_ns)
            best_ns = now_ns - start_ns;
    }
    return (double)best_ns / CLOCK_READS;
}

/* The smallest gap that at least `quantile` of all gaps do not exceed. */
static int64_t gap_quantile(const int64_t *counts, int64_t total, double quantile)
{
    int64_t wanted = (int64_t)((double)total * quantile);
    int64_t seen = 0;
    for (int gap_ns = 0; gap_ns < GAP_BUCKETS; gap_ns++) {
        seen += counts[gap_ns];
        if (seen > wanted)
            return gap_ns;
    }
    return GAP_BUCKETS;
}

static int measure_gaps(struct calibration *calibration, int64_t duration_ns)
{
    int64_t *counts = calloc(GAP_BUCKETS, sizeof *counts);
    if (!counts)
        return -ENOMEM;
    int64_t total = 0;
    int64_t longest_ns = 0;
    int64_t long_ns = 0;
    int64_t start_ns = clock_now_ns();
    int64_t last_ns = start_ns;
    while (last_ns - start_ns < duration_ns) {
        int64_t now_ns = clock_now_ns();
        int64_t gap_ns = now_ns - last_ns;
        last_ns = now_ns;
        counts[gap_ns < GAP_BUCKETS ? gap_ns : GAP_BUCKETS - 1]++;
        total++;
        if (gap_ns > longest_ns)
            longest_ns = gap_ns;
        if (gap_ns >= GAP_LONG_NS)
            long_ns += gap_ns;
    }
    calibration->spin_ns = last_ns - start_ns;
    calibration->gap_p999_ns = gap_quantile(counts, total, 0.999);
    calibration->gap_longest_ns = longest_ns;
    calibration->gap_share = (double)long_ns / (double)calibration->spin_ns;
    free(counts);
    return 0;
}

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    if (value < low)
        return low;
    return value > high ? high : value;
}

/* The calling thread is on the client CPU already. */
static int measure_pinned(struct calibration *calibration, const struct placement *placement,
                          int64_t budget_ns, struct error *error)
{
    int64_t spin_ns = clamp(budget_ns / 3, 0, SPIN_MOST_NS);
    calibration->clock_read_ns = measure_clock();
    int result = measure_gaps(calibration, spin_ns);
    if (result < 0)
        return error_set(error, result, "out of memory for the jitter floor");
    return calibration_echo(calibration, placement->server_cpus, budget_ns - spin_ns, error);
}

int calibration_measure(struct calibration *calibration, const struct placement *placement,
                        int64_t budget_ns, struct error *error)
{
    hwloc_bitmap_t before = hwloc_bitmap_alloc();
    hwloc_bitmap_t client = hwloc_bitmap_dup(placement->client_cpus);
    struct calibration measured = {0};
    int result = before && client ? placement_read_back(0, before) : -ENOMEM;
    if (result == 0) {
        hwloc_bitmap_singlify(client);
        result = placement_bind(client);
    }
    if (result < 0) {
        error_set(error, result, "cannot pin the calibration to a client CPU: %s",
                  strerror(-result));
    } else {
        result = measure_pinned(&measured, placement,
                                clamp(budget_ns, BUDGET_LEAST_NS, BUDGET_MOST_NS), error);
        int restored = placement_bind(before);
        if (result == 0 && restored < 0)
            result =
                error_set(error, restored, "cannot restore the affinity: %s", strerror(-restored));
    }
    if (result == 0)
        *calibration = measured;
    hwloc_bitmap_free(client);
    hwloc_bitmap_free(before);
    return result;
}
