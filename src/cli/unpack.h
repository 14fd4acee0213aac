/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folder of a run that is to be written to. */
#ifndef WAITBENCH_CLI_UNPACK_H
#define WAITBENCH_CLI_UNPACK_H

#include "base/error.h"

#include <limits.h>

/* A folder is taken as it was `given`. A run that came as one file (run/packed/packed_run.h) is
 * written to `output`, or with NULL beside it, under its name without .html, .tar.gz and the like:
 * a folder that is new or empty, of which nothing is left where that fails. From then on interrupts
 * are caught (base/interrupt.h). Returns EXIT_DONE, or the exit code that belongs to `error`. */
int unpack_run(const char *given, const char *output, char folder[PATH_MAX], struct error *error);

/* The exit code that belongs to a run that recorded_run_read, or packed_run_read, does not take. */
int unpack_exit_code(int result);

#endif
