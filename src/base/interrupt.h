/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SIGINT and SIGTERM as a question that long jobs ask: the trial at hand is abandoned and cleaned
 * up, what is complete stays. */
#ifndef WAITBENCH_BASE_INTERRUPT_H
#define WAITBENCH_BASE_INTERRUPT_H

/* From here on the signals only set a flag; blocking calls return EINTR. A second signal of the
 * same kind still waits for the clean-up, which is bounded. Writing to a pipe without a reader, or
 * past a limit on the size of files, fails instead of ending the program. */
void interrupt_catch(void);

/* The signal that came, or 0. */
int interrupt_signal(void);

/* For a forked child before exec: gives these signals back their defaults. */
void interrupt_restore(void);

#endif
