/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libuv's pool of threads, which all loops of a process share. */
#ifndef WAITBENCH_SUBJECT_UV_UV_POOL_H
#define WAITBENCH_SUBJECT_UV_UV_POOL_H

#include <stdint.h>
#include <uv.h>

/* Starts it with so many threads (1 to SUBJECT_POOL_SIZE_MAX), all of which run when this returns,
 * so that they are counted before anybody is served. To be called before the process uses the pool
 * otherwise, with any loop, which has not begun to run yet. Returns 0, or libuv's error. */
int uv_pool_start(uv_loop_t *loop, int64_t threads);

#endif
