/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The barest libuv loop: uv_accept, uv_read_start, one buffer. No checks, no options. */
#include "bare.h"

#include <netinet/in.h>
#include <uv.h>

static char bytes[16384];

static void alloc_cb(uv_handle_t *handle, size_t suggested_size, uv_buf_t *buffer)
{
    (void)handle;
    (void)suggested_size;
    *buffer = uv_buf_init(bytes, sizeof bytes);
}

static void closed_cb(uv_handle_t *handle)
{
    free(handle);
}

static void read_cb(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer)
{
    if (got < 0) {
        uv_close((uv_handle_t *)stream, closed_cb);
        return;
    }
    uv_buf_t answer = uv_buf_init(buffer->base, (unsigned)got);
    uv_try_write(stream, &answer, 1);
}

static void connection_cb(uv_stream_t *listener, int status)
{
    uv_tcp_t *tcp = malloc(sizeof *tcp);
    if (status < 0 || !tcp)
        exit(1);
    uv_tcp_init(listener->loop, tcp);
    uv_accept(listener, (uv_stream_t *)tcp);
    uv_read_start((uv_stream_t *)tcp, alloc_cb, read_cb);
    atomic_fetch_add(&bare_waiters, 1);
}

static void loop_main(void *argument)
{
    uv_run(argument, UV_RUN_DEFAULT);
}

int main(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int length = sizeof address;
    uv_loop_t *loop = uv_default_loop();
    uv_tcp_t listener;
    uv_thread_t thread;
    uv_tcp_init(loop, &listener);
    if (uv_tcp_bind(&listener, (struct sockaddr *)&address, 0) < 0 ||
        uv_listen((uv_stream_t *)&listener, 4096, connection_cb) < 0 ||
        uv_tcp_getsockname(&listener, (struct sockaddr *)&address, &length) < 0 ||
        uv_thread_create(&thread, loop_main, loop) < 0)
        return 1;
    bare_control(ntohs(address.sin_port), "loop");
}
