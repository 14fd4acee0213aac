/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of a PostgreSQL of ours. */
#ifndef WAITBENCH_STORE_POSTGRES_END_H
#define WAITBENCH_STORE_POSTGRES_END_H

#include <sys/types.h>

/* Ends the server that runs on `folder`/data, all of its processes, at once, without saving
 * anything, and takes away what one that was killed has left outside of the folder. `pid` is the
 * one that is a child of ours; 0: none is. */
void postgres_end(const char *folder, pid_t pid);

#endif
