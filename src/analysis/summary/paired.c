/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/summary/paired.h"

#include "base/alloc.h"

#include <stdlib.h>

/* Observations are ordered by block, with one per block: every arm is in a block exactly once. */
static struct paired pair_blocks(const struct observation *a, size_t count_a,
                                 const struct observation *b, size_t count_b, double scale)
{
    struct paired paired = {
        .block = alloc_array(count_a, sizeof(double)),
        .a = alloc_array(count_a, sizeof(double)),
        .b = alloc_array(count_a, sizeof(double)),
    };
    size_t j = 0;
    for (size_t i = 0; i < count_a; i++) {
        while (j < count_b && b[j].block < a[i].block)
            j++;
        if (j == count_b || b[j].block != a[i].block)
            continue;
        paired.block[paired.count] = a[i].block;
        paired.a[paired.count] = a[i].value * scale;
        paired.b[paired.count] = b[j++].value * scale;
        paired.count++;
    }
    return paired;
}

int paired_read(struct paired *paired, const struct trial_group *a, const struct trial_group *b,
                const struct metric *metric, struct error *error)
{
    struct observation *of_a = NULL;
    struct observation *of_b = NULL;
    *paired = (struct paired){0};
    int64_t count_a = group_observations(a, metric->column, metric->per, &of_a, error);
    int64_t count_b =
        count_a < 0 ? count_a : group_observations(b, metric->column, metric->per, &of_b, error);
    if (count_b >= 0)
        *paired = pair_blocks(of_a, (size_t)count_a, of_b, (size_t)count_b, metric->scale);
    free(of_a);
    free(of_b);
    return count_b < 0 ? (int)count_b : 0;
}

void paired_finish(struct paired *paired)
{
    free(paired->block);
    free(paired->a);
    free(paired->b);
    *paired = (struct paired){0};
}
