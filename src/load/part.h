/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One schedule for several generators, on one host or on many: generator c of C has the active
 * connections n of which n % C == c, as thread t of T has them in one generator
 * (generator/arrivals.h), so that C generators of whatever numbers of threads put the load that one
 * would put. */
#ifndef WAITBENCH_LOAD_PART_H
#define WAITBENCH_LOAD_PART_H

#include <stdint.h>

struct load_options;

struct load_part {
    int64_t number;         /* from 0 */
    int64_t of;             /* how many there are; 0 and 1: this one does it all */
    int64_t first;          /* the number of its first connection; no other one's are the same */
    int64_t active;         /* connections, of all of them together */
    double rate_per_second; /* likewise */
};

/* How many generators there can be of so many that are at hand: each has an active connection. */
int64_t load_part_count(const struct load_options *whole, int64_t generators);

/* The share of one of `of` generators (1 to load_part_count): the same options with its connections
 * and its rate. Idle connections are dealt out like active ones. */
void load_part_take(const struct load_options *whole, int64_t number, int64_t of,
                    struct load_options *share);

#endif
