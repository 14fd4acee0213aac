/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The three descriptors that every program takes for granted. */
#ifndef WAITBENCH_BASE_STREAMS_H
#define WAITBENCH_BASE_STREAMS_H

/* Opens /dev/null on each of the descriptors 0, 1 and 2 that is closed. To be called before
 * anything else is opened: a pipe or a socket that is given one of these numbers is taken for
 * standard input or output by whoever comes next. Returns 0 or -errno. */
int streams_ensure(void);

#endif
