/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads latencies in nanoseconds, a line each, and writes their percentiles as .hgrm in
 * milliseconds. */
#include "base/clock.h"
#include "load/figures/histogram.h"

#include <stdio.h>

int main(void)
{
    struct histogram *histogram = histogram_create();
    long long ns;
    while (scanf("%lld", &ns) == 1)
        histogram_record(histogram, ns);
    int result = histogram_write_hgrm(histogram, NS_PER_MS, stdout);
    histogram_destroy(histogram);
    return result < 0;
}
