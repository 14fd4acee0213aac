/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person gets to see of a run folder when the measuring is over. */
#ifndef WAITBENCH_CLI_PRESENT_H
#define WAITBENCH_CLI_PRESENT_H

#include "base/error.h"
#include "run/open_settings.h"

/* Writes what is derived from the rows, draws the charts, writes report.html, and prints the tables
 * and where everything is to stderr. Waits for whoever does the same at the moment. Every arm is
 * set against `baseline`, which may be NULL (see analysis/summary/opponents.h). The seed of the
 * resampling is the run's, from machine.json. What cannot be read or drawn is told of and costs
 * nothing else. Returns 0; -ENODATA when the folder holds no run, or none of its arms is called so;
 * -EINTR soon after an interrupt came, which is caught from here on (base/interrupt.h); or, with
 * all the rest written and printed and `error` set, the first of what failed: -ENOENT for want of
 * gnuplot, or another -errno. */
int present_run(const char *folder, const char *baseline, struct error *error);

/* Which settings the trials of the run in `folder`, which goes on, leave undecided. Writes nothing.
 * Returns 0 or -errno with `error` set. */
int present_look(const char *folder, struct open_settings *open, struct error *error);

/* Where the run is: a heading for people on stderr, the folder for programs on stdout, in this
 * order also where both are one file. */
void present_print_folder(const char *folder);

/* The exit code of a command that ends with what present_run returned. */
int present_exit_code(int result);

#endif
