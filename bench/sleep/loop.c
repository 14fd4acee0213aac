/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Timers of an event loop, which are due after the process has ended. */
#include "sleep.h"

#include "subject_uv/server_loops.h"

#include <stdio.h>
#include <stdlib.h>

#define DAY_MS (UINT64_C(24) * 60 * 60 * 1000)

struct waiter {
    uv_timer_t timer;
};

/* Never called. */
static void due_cb(uv_timer_t *timer)
{
    (void)timer;
}

static void waiter_start(struct server *server, uv_loop_t *loop)
{
    struct server_connection connection = {.server = server};
    struct waiter *waiter = calloc(1, sizeof *waiter);
    if (!waiter)
        server_fail("start a waiter", "out of memory");
    server_loop_check(uv_timer_init(loop, &waiter->timer), "make a timer");
    server_loop_check(uv_timer_start(&waiter->timer, due_cb, DAY_MS, 0), "start a timer");
    server_connection_waits(&connection, 1);
}

static void loop_main(void *argument)
{
    uv_run(argument, UV_RUN_DEFAULT);
}

int main(int argc, char **argv)
{
    struct sleeping sleeping;
    struct control *control = &sleeping.server.control;
    uv_loop_t loop;
    uv_thread_t thread;
    char runtime[64];
    sleep_init(&sleeping, false, argc, argv);
    snprintf(runtime, sizeof runtime, "libuv %s", uv_version_string());
    control->model = "loop";
    control->runtime = runtime;
    server_loop_check(uv_loop_init(&loop), "make a loop");
    for (int64_t i = 0; i < sleeping.waiters; i++)
        waiter_start(&sleeping.server, &loop);
    server_loop_check(uv_thread_create(&thread, loop_main, &loop), "start the loop's thread");
    control_serve_waiting(control);
}
