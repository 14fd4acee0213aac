/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The results of several generators that shared one schedule (load/part.h) as that of the load:
 * counts are sums, histograms those of all requests, and of the generators themselves the worst
 * counts. */
#ifndef WAITBENCH_LOAD_MERGE_H
#define WAITBENCH_LOAD_MERGE_H

#include "load/options.h"
#include "load/result.h"

#include <stdbool.h>

/* Whether it can be a generator's result of those options: it has the histograms that such a load
 * has, or, where nothing was `measured` since connections were missing, none. */
bool load_merge_fits(const struct load_result *part, const struct load_options *options,
                     bool measured);

/* Adds one's result, but for its excursions, to a zeroed one or to that of others. Returns 0 or
 * -ENOMEM; load_result_finish frees in both cases. */
int load_merge_add(struct load_result *whole, const struct load_result *part);

/* Beyond which times excursions count, once all were added: for all requests, and for those that
 * were not slow. */
void load_merge_tails(const struct load_result *whole, int64_t *longer_than_ns,
                      int64_t *other_longer_than_ns);

/* Works out rates and flags once all is added, excursions too. `options` are the whole load's. */
void load_merge_conclude(struct load_result *whole, const struct load_options *options);

#endif
