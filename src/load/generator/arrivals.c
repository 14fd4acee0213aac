/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/generator/arrivals.h"

#include "base/clock.h"

#include <errno.h>
#include <gsl/gsl_randist.h>
#include <stdlib.h>

uint32_t arrivals_own_connections(uint32_t connections, uint32_t thread, uint32_t threads)
{
    return (connections - thread + threads - 1) / threads;
}

int arrivals_init(struct arrivals *arrivals, uint64_t seed)
{
    arrivals->next = 0;
    arrivals->at_ns = 0;
    arrivals->rng = gsl_rng_alloc(gsl_rng_taus2);
    if (!arrivals->rng)
        return -ENOMEM;
    gsl_rng_set(arrivals->rng, seed + arrivals->thread);
    return 0;
}

void arrivals_finish(struct arrivals *arrivals)
{
    if (arrivals->rng)
        gsl_rng_free(arrivals->rng);
    arrivals->rng = NULL;
}

/* Multiplying by the index, instead of adding up gaps, keeps rounding from drifting. */
static void next_constant(struct arrivals *arrivals, uint32_t own, struct arrival *arrival)
{
    uint64_t round = arrivals->next / own;
    uint32_t connection = (uint32_t)(arrivals->next % own);
    uint64_t index =
        round * arrivals->connections + arrivals->thread + (uint64_t)connection * arrivals->threads;
    arrivals->next++;
    arrival->at_ns = (int64_t)((double)index * (double)NS_PER_SECOND / arrivals->rate_per_second);
    arrival->connection = connection;
}

static void next_poisson(struct arrivals *arrivals, uint32_t own, struct arrival *arrival)
{
    double gap_ns =
        (double)NS_PER_SECOND * arrivals->connections / (arrivals->rate_per_second * own);
    arrivals->at_ns += gsl_ran_exponential(arrivals->rng, gap_ns);
    arrival->at_ns = (int64_t)arrivals->at_ns;
    arrival->connection = (uint32_t)gsl_rng_uniform_int(arrivals->rng, own);
}

void arrivals_next(struct arrivals *arrivals, struct arrival *arrival)
{
    uint32_t own =
        arrivals_own_connections(arrivals->connections, arrivals->thread, arrivals->threads);
    if (arrivals->constant)
        next_constant(arrivals, own, arrival);
    else
        next_poisson(arrivals, own, arrival);
}
