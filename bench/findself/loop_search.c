/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "loop_search.h"

#include <errno.h>

static void ask_once(struct ask *ask);

static void ask_retry_cb(uv_timer_t *timer)
{
    ask_once(timer->data);
}

static void ask_closed_cb(struct stream *stream)
{
    struct ask *ask = stream->data;
    ask->open = false;
    if (!ask->over)
        uv_timer_start(&ask->timer, ask_retry_cb, (uint64_t)ask->search->self->retry_ms, 0);
}

/* The end of an attempt. */
static void ask_close(struct ask *ask)
{
    uv_timer_stop(&ask->timer);
    if (ask->open && !uv_is_closing((uv_handle_t *)&ask->stream.tcp))
        stream_close(&ask->stream, ask_closed_cb);
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

/* Returns 1 for the server itself, 0 for somebody else, or -errno. */
static int ask_judge(const struct ask *ask, const struct http_reader *reader, int result)
{
    if (result == -EBADMSG)
        return 0; /* who speaks no HTTP is not this server */
    return result == 1 ? findself_judge(ask->search->self, reader) : result;
}

static void ask_message_cb(struct stream *stream, int result)
{
    struct ask *ask = stream->data;
    result = ask_judge(ask, &stream->reader, result);
    if (result == 1)
        search_found(ask->search, ask->address);
    else if (result == 0)
        ask_stop(ask);
    else
        ask_close(ask);
}

static void ask_sent_cb(struct stream *stream, int result)
{
    if (result != 0)
        ask_close(stream->data);
}

static void ask_connected_cb(uv_connect_t *connect, int status)
{
    struct ask *ask = connect->data;
    struct stream *stream = &ask->stream;
    if (status != 0 ||
        stream_send(stream, findself_write_question(ask->address, stream->out), ask_sent_cb) != 0 ||
        stream_read_message(stream, ask_message_cb) != 0)
        ask_close(ask);
}

static void ask_timeout_cb(uv_timer_t *timer)
{
    ask_close(timer->data);
}

static void ask_once(struct ask *ask)
{
    struct stream *stream = &ask->stream;
    stream_init(stream, ask->search->loop, ask);
    http_reader_init(&stream->reader, HTTP_READS_RESPONSES);
    ask->connect.data = ask;
    ask->open = true;
    uv_timer_start(&ask->timer, ask_timeout_cb, (uint64_t)ask->search->self->ask_timeout_ms, 0);
    if (uv_tcp_connect(&ask->connect, &stream->tcp, (const struct sockaddr *)&ask->address->socket,
                       ask_connected_cb) != 0)
        ask_close(ask);
}

/* Asks every address at once; an address that never answers holds up nobody. */
static void search_run_cb(uv_timer_t *timer)
{
    struct search *search = timer->data;
    findself_note_search(search->self);
    for (int i = 0; i < search->self->address_count; i++)
        ask_once(&search->asks[i]);
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
    uv_timer_start(&search->timer, search_run_cb, (uint64_t)self->search_after_ms, 0);
}

void search_stop(struct search *search)
{
    if (!uv_is_closing((uv_handle_t *)&search->timer))
        uv_close((uv_handle_t *)&search->timer, NULL);
    for (int i = 0; i < search->self->address_count; i++)
        ask_stop(&search->asks[i]);
}
