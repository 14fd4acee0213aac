/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The idle connections of a load trial whose server is several processes: they are kept by
 * processes of their own, as in memory, for the generator's open files would be the bound again. */
#ifndef WAITBENCH_EXPERIMENT_LOAD_IDLE_H
#define WAITBENCH_EXPERIMENT_LOAD_IDLE_H

#include "experiment/run.h"
#include "measure/process/measured.h"

#include <stdbool.h>

/* Whether the trial has such. */
bool load_idle_is_apart(const struct trial *trial);

/* Starts the processes, if it has: before the subject, so that they do not count as its. Returns 0
 * or -errno with `error` set. */
int load_idle_start(const struct run *run, const struct trial *trial, struct measured *measured,
                    struct error *error);

/* Connects them, if it has. Each is served once, as those that the generator keeps itself. Returns
 * 0 or -errno with `error` set. */
int load_idle_connect(const struct run *run, const struct trial *trial, struct measured *measured,
                      struct error *error);

#endif
