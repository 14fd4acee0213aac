/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "loop_search.h"

#include <errno.h>

static void ask_begin(struct ask *ask);

static void ask_retry_cb(uv_timer_t *timer)
{
    ask_begin(timer->data);
}

static void ask_closed_cb(uv_handle_t *handle)
{
    struct ask *ask = handle->data;
    ask->open = false;
    if (!ask->over)
        uv_timer_start(&ask->timer, ask_retry_cb, (uint64_t)ask->search->self->retry_ms, 0);
}

/* The end of an attempt. */
static void ask_close(struct ask *ask)
{
    uv_timer_stop(&ask->timer);
    if (ask->open && !uv_is_closing((uv_handle_t *)&ask->tcp))
        uv_close((uv_handle_t *)&ask->tcp, ask_closed_cb);
}

/* The end of the asking. */
static void ask_stop(struct ask *ask)
{
    if (ask->over)
        return;
    ask->over = true;
    ask_close(ask);
    uv_close((uv_handle_t *)&ask->timer, NULL);
}

static void search_found(struct search *search, const struct address *address)
{
    findself_print_found(search->self, address);
    search_stop(search);
    search->found_cb(search, address);
}

static void ask_judge(struct ask *ask, int result)
{
    if (result == 1)
        result = findself_judge(ask->search->self, &ask->reader);
    else if (result == -EBADMSG)
        result = 0; /* who speaks no HTTP is not this server */
    if (result == 1)
        search_found(ask->search, ask->address);
    else if (result == 0)
        ask_stop(ask);
    else
        ask_close(ask);
}

static void ask_alloc_cb(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    (void)suggested;
    struct ask *ask = handle->data;
    size_t size;
    buffer->base = http_reader_room(&ask->reader, &size);
    buffer->len = size;
}

static void ask_read_cb(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    (void)buffer;
    struct ask *ask = stream->data;
    int result;
    if (length < 0) {
        result = length == UV_EOF ? http_end(&ask->reader) : (int)length;
    } else {
        http_reader_add(&ask->reader, (size_t)length);
        result = http_next(&ask->reader);
        if (result == 0)
            return;
    }
    ask_judge(ask, result);
}

static void ask_written_cb(uv_write_t *write, int status)
{
    struct ask *ask = write->data;
    if (status != 0)
        ask_close(ask);
}

static void ask_connected_cb(uv_connect_t *connect, int status)
{
    struct ask *ask = connect->data;
    uv_stream_t *stream = (uv_stream_t *)&ask->tcp;
    uv_buf_t buffer =
        uv_buf_init(ask->out, (unsigned)findself_write_question(ask->address, ask->out));
    ask->write.data = ask;
    if (status != 0 || uv_read_start(stream, ask_alloc_cb, ask_read_cb) != 0 ||
        uv_write(&ask->write, stream, &buffer, 1, ask_written_cb) != 0)
        ask_close(ask);
}

static void ask_timeout_cb(uv_timer_t *timer)
{
    ask_close(timer->data);
}

static void ask_begin(struct ask *ask)
{
    uv_tcp_init(ask->search->loop, &ask->tcp);
    ask->tcp.data = ask;
    ask->connect.data = ask;
    ask->open = true;
    http_reader_init(&ask->reader, HTTP_RESPONSE);
    uv_timer_start(&ask->timer, ask_timeout_cb, (uint64_t)ask->search->self->ask_timeout_ms, 0);
    if (uv_tcp_connect(&ask->connect, &ask->tcp, (const struct sockaddr *)&ask->address->socket,
                       ask_connected_cb) != 0)
        ask_close(ask);
}

/* Asks every address at once; an address that never answers holds up nobody. */
static void search_cb(uv_timer_t *timer)
{
    struct search *search = timer->data;
    findself_note_search(search->self);
    for (int i = 0; i < search->self->address_count; i++)
        ask_begin(&search->asks[i]);
}

void search_start(struct search *search, uv_loop_t *loop, struct findself *self,
                  void (*found_cb)(struct search *search, const struct address *address),
                  void *data)
{
    search->self = self;
    search->loop = loop;
    search->found_cb = found_cb;
    search->data = data;
    for (int i = 0; i < self->address_count; i++) {
        struct ask *ask = &search->asks[i];
        ask->search = search;
        ask->address = &self->addresses[i];
        uv_timer_init(loop, &ask->timer);
        ask->timer.data = ask;
    }
    uv_timer_init(loop, &search->timer);
    search->timer.data = search;
    uv_timer_start(&search->timer, search_cb, (uint64_t)self->search_after_ms, 0);
}

void search_stop(struct search *search)
{
    if (!uv_is_closing((uv_handle_t *)&search->timer))
        uv_close((uv_handle_t *)&search->timer, NULL);
    for (int i = 0; i < search->self->address_count; i++)
        ask_stop(&search->asks[i]);
}
