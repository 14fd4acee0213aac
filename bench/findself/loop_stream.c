/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "loop_stream.h"

#include <errno.h>

void stream_init(struct stream *stream, uv_loop_t *loop, void *data)
{
    uv_tcp_init(loop, &stream->tcp);
    stream->tcp.data = stream;
    stream->write.data = stream;
    stream->data = data;
}

static void stream_sent_cb(uv_write_t *write, int status)
{
    struct stream *stream = write->data;
    stream->sent_cb(stream, status);
}

int stream_send(struct stream *stream, size_t length, void (*sent_cb)(struct stream *, int result))
{
    uv_buf_t buffer = uv_buf_init(stream->out, (unsigned)length);
    stream->sent_cb = sent_cb;
    return uv_write(&stream->write, (uv_stream_t *)&stream->tcp, &buffer, 1, stream_sent_cb);
}

static void stream_alloc_cb(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    (void)suggested;
    struct stream *stream = handle->data;
    size_t size;
    buffer->base = http_reader_room(&stream->reader, &size);
    buffer->len = size;
}

static void stream_read_cb(uv_stream_t *handle, ssize_t length, const uv_buf_t *buffer)
{
    (void)buffer;
    struct stream *stream = handle->data;
    int result;
    if (length == UV_EOF) {
        result = http_end(&stream->reader);
    } else if (length < 0) {
        result = (int)length;
    } else {
        http_reader_add(&stream->reader, (size_t)length);
        result = http_next(&stream->reader);
    }
    if (result == 0)
        return;
    uv_read_stop(handle);
    stream->message_cb(stream, result);
}

int stream_read_message(struct stream *stream,
                        void (*message_cb)(struct stream *stream, int result))
{
    int result = http_next(&stream->reader);
    stream->message_cb = message_cb;
    if (result != 0)
        return result;
    return uv_read_start((uv_stream_t *)&stream->tcp, stream_alloc_cb, stream_read_cb);
}

static void stream_closed_cb(uv_handle_t *handle)
{
    struct stream *stream = handle->data;
    stream->closed_cb(stream);
}

void stream_close(struct stream *stream, void (*closed_cb)(struct stream *stream))
{
    stream->closed_cb = closed_cb;
    uv_close((uv_handle_t *)&stream->tcp, stream_closed_cb);
}
