/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a command prints on standard output reaches its reader, or the command has failed. */
#ifndef WAITBENCH_CLI_OUTPUT_H
#define WAITBENCH_CLI_OUTPUT_H

/* To be called once, first. However the program then exits (argp ends it by itself after --help),
 * output that could not be written, to a full disk say, is told on stderr and makes the exit code
 * EXIT_MEASUREMENT_FAILED. A reader that has gone, such as head, has had enough: that is no
 * failure.
 */
void output_check_at_exit(void);

#endif
