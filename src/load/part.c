/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/part.h"

#include "load/options.h"

int64_t load_part_count(const struct load_options *whole, int64_t generators)
{
    return generators < whole->active ? generators : whole->active;
}

/* Those of 0 to total - 1 that leave `number` when divided by `of`. */
static int64_t share_of(int64_t total, int64_t number, int64_t of)
{
    return (total - number + of - 1) / of;
}

static int64_t connections_of(const struct load_options *whole, int64_t number, int64_t of)
{
    int64_t idle = whole->connections - whole->active;
    /* Who has one active connection less has an idle one more, if there is one. */
    return share_of(whole->active, number, of) + share_of(idle, of - 1 - number, of);
}

void load_part_take(const struct load_options *whole, int64_t number, int64_t of,
                    struct load_options *share)
{
    *share = *whole;
    if (of <= 1)
        return;
    share->active = share_of(whole->active, number, of);
    share->connections = connections_of(whole, number, of);
    share->rate_per_second = whole->rate_per_second * (double)share->active / (double)whole->active;
    share->part = (struct load_part){
        .number = number,
        .of = of,
        .active = whole->active,
        .rate_per_second = whole->rate_per_second,
    };
    for (int64_t i = 0; i < number; i++)
        share->part.first += connections_of(whole, i, of);
}
