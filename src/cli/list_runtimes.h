/* SPDX-License-Identifier: GPL-3.0-or-later */
/* waitbench list: the runtimes of the catalogue. */
#ifndef WAITBENCH_CLI_LIST_RUNTIMES_H
#define WAITBENCH_CLI_LIST_RUNTIMES_H

/* Prints each runtime's name, what it is, and whether it is there. Returns an exit code: 1 where
 * the catalogue cannot be read, which is told, too. */
int list_runtimes(void);

/* Prints the Debian packages that these runtimes (--runtimes's LIST) take, each once, one a line,
 * as apt-get satisfy takes them. Returns an exit code: 2 for a name that nobody has. */
int list_packages(const char *list);

#endif
