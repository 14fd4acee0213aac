/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person gets to see of a run folder when the measuring is over. */
#ifndef WAITBENCH_CLI_PRESENT_H
#define WAITBENCH_CLI_PRESENT_H

#include <stdint.h>

/* Writes what is derived from the rows, draws the charts, points plots/latest to them, and prints
 * the table and where everything is: people read it on stderr, and the folder's path alone goes to
 * stdout. `seed` is the run's. Returns an exit code. */
int present_run(const char *folder, uint64_t seed);

#endif
