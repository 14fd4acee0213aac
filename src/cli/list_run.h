/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one run has. */
#ifndef WAITBENCH_CLI_LIST_RUN_H
#define WAITBENCH_CLI_LIST_RUN_H

/* Prints the run's machine, when it began, its scenarios, models, stores and subjects, and how many
 * rows its files have, to standard output. Returns an exit code; what is wrong is told by then. */
int list_run(const char *given);

#endif
