/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a run's files go. */
#ifndef WAITBENCH_EXPERIMENT_FOLDER_H
#define WAITBENCH_EXPERIMENT_FOLDER_H

#include "base/error.h"

#include <stddef.h>

/* Where folders go that nobody named: "results" below the current directory, or what the
 * environment says in WAITBENCH_RESULTS (run_all.sh does, when it is called from elsewhere).
 * Static. */
const char *folder_results(void);

/* Makes folder_results()/PREFIX<UTC time>, with a number behind it where that exists. Returns 0 or
 * -errno with `error` set. */
int folder_create_dated(const char *prefix, char *path, size_t size, struct error *error);

/* Makes the folder of a run: `output` itself when given, which must be new or empty, else
 * <machine>/<UTC time> below folder_results(), the machine named by its host name.
 * Parents are made as needed. Writes its path without a trailing slash. Returns 0 or -errno with
 * `error` set. */
int folder_create(const char *output, char *path, size_t size, struct error *error);

/* Removes a run of which there is nothing to keep: the files that runs have, and the folder unless
 * something else is in it. What cannot be removed stays. */
void folder_discard(const char *path);

/* The exit code that belongs to a failure of one of these: 2 where another folder would have done,
 * else 1, as for a full disk. */
int folder_exit_code(int result);

/* Points plots/latest (below `source_dir`) to the charts of a run that lies below that tree's
 * results/; of other runs, and of those without charts, nothing is made. A convenience: where it
 * cannot be made nothing is said, and a file or folder of that name is left alone. */
void folder_link_latest(const char *path, const char *source_dir);

#endif
