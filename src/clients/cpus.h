/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which CPUs each generator of a load takes: those of one machine share them. */
#ifndef WAITBENCH_CLIENTS_CPUS_H
#define WAITBENCH_CLIENTS_CPUS_H

#include "clients/clients.h"

/* Of the first `used` clients the one at place `number`: every so-many-th CPU of its machine, or
 * one that is shared where there are too few. On this machine these are options->cpus, elsewhere
 * those that a load of that machine's own would take. Returns how many; 0 where it is alone on
 * another machine, and chooses by itself. */
size_t clients_deal_cpus(const struct clients *clients, size_t used, size_t number,
                         const struct load_options *options, int cpus[LOAD_THREADS_MAX]);

#endif
