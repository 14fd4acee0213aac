/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libuv's pool of threads, which all loops of a process share. */
#ifndef WAITBENCH_SUBJECT_UV_UV_POOL_H
#define WAITBENCH_SUBJECT_UV_UV_POOL_H

#include <stdint.h>
#include <uv.h>

#define UV_POOL_THREADS_DEFAULT 4    /* libuv's own */
#define UV_POOL_THREADS_MAX     1024 /* of libuv from 1.30 on */

/* Starts it with so many threads, all of which run when this returns, so that they are counted
 * before anybody is served. To be called before the process uses the pool otherwise, with any loop,
 * which has not begun to run yet. Returns 0, or libuv's error. */
int uv_pool_start(uv_loop_t *loop, int64_t threads);

#endif
