/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subject_uv/loop_stream.h"

#include "subject/server.h"

#include <stdlib.h>
#include <string.h>

/* The rest of an answer that the socket's buffer had no room for. */
struct pending {
    uv_write_t request;
    loop_stream_cb *written;
    char bytes[];
};

static void written_cb(uv_write_t *request, int status)
{
    struct pending *pending = request->data;
    pending->written((uv_tcp_t *)request->handle, status);
    free(pending);
}

static int write_later(uv_stream_t *stream, const char *bytes, size_t length,
                       loop_stream_cb *written)
{
    struct pending *pending = malloc(sizeof *pending + length);
    if (!pending)
        server_fail("queue an answer", "out of memory");
    memcpy(pending->bytes, bytes, length);
    pending->request.data = pending;
    pending->written = written;
    uv_buf_t rest = uv_buf_init(pending->bytes, (unsigned)length);
    uv_read_stop(stream);
    int result = uv_write(&pending->request, stream, &rest, 1, written_cb);
    if (result < 0)
        free(pending);
    return result < 0 ? result : 1;
}

int loop_stream_write(uv_tcp_t *tcp, const char *bytes, size_t length, loop_stream_cb *written)
{
    if (length == 0)
        return 0;
    uv_stream_t *stream = (uv_stream_t *)tcp;
    uv_buf_t whole = uv_buf_init((char *)bytes, (unsigned)length);
    int count = uv_try_write(stream, &whole, 1);
    if (count == UV_EAGAIN)
        count = 0;
    if (count < 0)
        return count;
    if ((size_t)count == length)
        return 0;
    return write_later(stream, bytes + count, length - (size_t)count, written);
}
