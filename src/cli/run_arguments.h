/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of `waitbench run`. */
#ifndef WAITBENCH_CLI_RUN_ARGUMENTS_H
#define WAITBENCH_CLI_RUN_ARGUMENTS_H

#include "experiment/run.h"

/* Sets what it says in `options`, whose strings are borrowed from it. Ends the process with
 * EXIT_USAGE and a message when it is wrong. */
void run_arguments_parse(struct run_options *options, int argc, char **argv);

#endif
