/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How each program of this folder begins. */
#ifndef WAITBENCH_BENCH_RUNTIMES_C_RUNTIME_H
#define WAITBENCH_BENCH_RUNTIMES_C_RUNTIME_H

#include "subject/server.h"

/* "WHAT of Linux 6.1.0": what waits here is the kernel's own. `name` has room for `size` bytes. */
void runtime_name_kernel(char *name, size_t size, const char *what);

/* server_init, with --version beside it, which prints `name` and is what the catalogue's probe asks
 * for, and with `runtime_threads` among the stats: all threads, since none is a waiter. `name`,
 * which stats tell as the runtime, and `model` live as long as the process. */
void runtime_init(struct server *server, const char *model, const char *name, unsigned features,
                  const struct parameter *own, int argc, char **argv);

/* Zeroed memory for a waiter, to be freed with free(). Exits where there is none. That the kernel
 * alone knows of it from then on, in what it reports of its socket, makes it no leak. */
void *runtime_create_waiter(size_t size) __attribute__((malloc));

/* Ends the program, with a line that says so, where a request's --work-stack does not fit a
 * coroutine's stack of `stack_bytes`: nobody would notice otherwise before it is too late. */
void runtime_check_stack(const struct server *server, int64_t stack_bytes);

/* Starts a thread with the system's default stack, or exits. */
void runtime_start_thread(void *(*thread_main)(void *), void *argument);

#endif
