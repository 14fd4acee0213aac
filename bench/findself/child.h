/* SPDX-License-Identifier: GPL-3.0-or-later */
/* This program again, as a process of its own that is talked to line by line. */
#ifndef WAITBENCH_BENCH_FINDSELF_CHILD_H
#define WAITBENCH_BENCH_FINDSELF_CHILD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct child {
    pid_t pid; /* 0: none */
    int input; /* its standard input */
    int output;
};

/* Starts it. `arguments` ends with NULL and begins with the program's name. Returns 0 or -errno. */
int child_start(struct child *child, const char *const arguments[]);

/* Reads a line, without its newline. Returns 0, -ETIMEDOUT at `deadline_ns`, -ENODATA when there
 * will be none, -EMSGSIZE or -errno. */
int child_read_line(struct child *child, char *line, size_t size, int64_t deadline_ns);

/* Closes its standard input, which tells it to end, and waits for that until `deadline_ns`; kills
 * it then. Returns 0, or -EPROTO when it did not end by itself with exit code 0. Nothing for no
 * child. */
int child_end(struct child *child, int64_t deadline_ns);

#endif
