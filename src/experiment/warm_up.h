/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Warming a server up until it is steady: compilers that translate at run time, heaps that grow and
 * collectors that adapt make the first seconds others than the rest.
 *
 * Load is put in slices of 0.2 s, of requests as they are measured afterwards, on the active
 * connections only, and as many as can be: at a low rate a compiler would not have seen enough of
 * them to begin. Of each the server's CPU time per reply is taken (where that is not seen, the
 * time per reply). It is steady when those of the last three slices lie within 10 % of their
 * median. */
#ifndef WAITBENCH_EXPERIMENT_WARM_UP_H
#define WAITBENCH_EXPERIMENT_WARM_UP_H

#include "base/error.h"
#include "clients/clients.h"
#include "load/load.h"
#include "measure/process/measured.h"

#include <stdbool.h>
#include <stddef.h>

#define WARM_UP_SLICES 3

/* Whether these are all within 10 % of the one in the middle. What was not measured is NAN. */
bool warm_up_is_steady(const double cost[WARM_UP_SLICES]);

/* Warms it up, for `longest_ns` of load at most, and waits until it has no waiter left. Of
 * `options` time, connections and progress are not taken. Writes to `note`
 * that it was not steady, where it was not, else "". Returns 0 or -errno with `error` set. */
int warm_up_run(struct measured *measured, struct clients *clients,
                const struct load_options *options, int64_t longest_ns, char *note,
                size_t note_size, struct error *error);

#endif
