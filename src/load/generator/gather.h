/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Putting the workers' figures together. For load.c only; callers see result.h. */
#ifndef WAITBENCH_LOAD_GENERATOR_GATHER_H
#define WAITBENCH_LOAD_GENERATOR_GATHER_H

#include "load/generator/worker.h"
#include "load/options.h"
#include "load/result.h"

/* Returns 0 or -ENOMEM; load_result_finish frees in both cases. */
int gather_begin(struct load_result *result, const struct load_options *options);

/* Adds what a joined worker counted, but for its excursions. */
void gather_worker(struct load_result *result, const struct worker *worker);

/* Once all workers are added: adds one's excursions, those beyond the lowest quantile that rests on
 * them, since there may be millions that nobody asks for; all of them where this generator is one
 * of several. Returns 0 or -ENOMEM. */
int gather_excursions(struct load_result *result, const struct worker *worker,
                      const struct load_options *options);

/* Works out rates and flags once all workers are added; duration_ns is set before. */
void gather_conclude(struct load_result *result, const struct load_options *options);

#endif
