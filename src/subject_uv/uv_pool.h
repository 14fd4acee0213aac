/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libuv's pool of threads, which all loops of a process share. */
#ifndef WAITBENCH_SUBJECT_UV_UV_POOL_H
#define WAITBENCH_SUBJECT_UV_UV_POOL_H

#include "subject_uv/server_loops.h"

#include <stdint.h>

/* Starts it with so many threads (1 to SUBJECT_POOL_SIZE_MAX), all of which run when this returns,
 * so that they are counted before anybody is served. To be called before the process uses the pool
 * otherwise, with any loop, which has not begun to run yet. Returns 0, or libuv's error.
 *
 * From then on the server ends at once (struct server): libuv's destructor would wait for the
 * pool's threads, whatever blocks them, and take the pool from loops that go on. */
int uv_pool_start(struct server_loop *loop, int64_t threads);

#endif
