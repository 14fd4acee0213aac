/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subject_uv/uv_pool.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void nothing_cb(uv_work_t *work)
{
    (void)work;
}

static void done_cb(uv_work_t *work, int status)
{
    (void)status;
    free(work);
}

/* libuv reads the size once, when it is given the first work, and then starts all threads. */
int uv_pool_start(struct server_loop *loop, int64_t threads)
{
    char size[24];
    snprintf(size, sizeof size, "%" PRId64, threads);
    int result = uv_os_setenv("UV_THREADPOOL_SIZE", size);
    if (result < 0)
        return result;
    uv_work_t *work = malloc(sizeof *work);
    if (!work)
        return UV_ENOMEM;
    result = uv_queue_work(&loop->uv, work, nothing_cb, done_cb);
    if (result < 0)
        free(work);
    else
        loop->server->ends_at_once = true;
    return result;
}
