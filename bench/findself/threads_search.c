/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "threads_search.h"

#include "threads_stream.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

struct ask {
    struct search *search;
    const struct address *address;
    struct scope *scope;
};

static int ask_connect(struct token *token, int fd, const struct address *address,
                       int64_t deadline_ns)
{
    int problem = 0;
    socklen_t length = sizeof problem;
    if (connect(fd, (const struct sockaddr *)&address->socket, sizeof address->socket) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return -errno;
    int ready = token_poll(token, fd, POLLOUT, deadline_ns);
    if (ready < 0)
        return ready;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &problem, &length);
    return -problem;
}

/* Returns 1 for the server itself, 0 for somebody else, or -errno. */
static int ask_judge(const struct ask *ask, const struct http_reader *reader, int result)
{
    if (result == -EBADMSG)
        return 0; /* who speaks no HTTP is not this server */
    return result == 1 ? findself_judge(ask->search->self, reader) : result;
}

/* Asks once; returns as ask_judge does. */
static int ask_once(struct token *token, const struct ask *ask, int fd)
{
    int64_t deadline_ns = stream_deadline_ns(ask->search->self->ask_timeout_ms);
    struct http_reader reader;
    char out[HTTP_MESSAGE_MAX];
    http_reader_init(&reader, HTTP_READS_RESPONSES);
    int result = ask_connect(token, fd, ask->address, deadline_ns);
    if (result == 0)
        result =
            stream_send(token, fd, out, findself_write_question(ask->address, out), deadline_ns);
    if (result == 0)
        result = stream_read_message(token, fd, &reader, deadline_ns);
    return ask_judge(ask, &reader, result);
}

/* Asks one address until it answers. Whoever meets the server itself, ends the search. */
static int ask_run(struct token *token, void *argument)
{
    struct ask *ask = argument;
    int result;
    do {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        result = fd >= 0 ? ask_once(token, ask, fd) : -errno;
        if (fd >= 0)
            close(fd);
    } while (result < 0 &&
             token_sleep_until(token, stream_deadline_ns(ask->search->self->retry_ms)) == 0);
    if (result == 1) {
        findself_print_found(ask->search->self, ask->address);
        future_set_value(ask->search->found, (void *)ask->address);
        scope_cancel(ask->scope);
    }
    return result < 0 ? -ECANCELED : 0;
}

/* Asks every address at once; an address that never answers holds up nobody. */
int search_run(struct token *token, void *argument)
{
    struct search *search = argument;
    struct ask asks[FINDSELF_ADDRESSES_MAX];
    struct scope scope;
    int result = token_sleep_until(token, stream_deadline_ns(search->self->search_after_ms));
    findself_note_search(search->self);
    scope_init(&scope, token);
    for (int i = 0; i < search->self->address_count && result == 0; i++) {
        asks[i] = (struct ask){search, &search->self->addresses[i], &scope};
        result = scope_start(&scope, ask_run, &asks[i]);
    }
    int left = scope_leave(&scope);
    scope_finish(&scope);
    /* The one that found the server cancelled the others, and perhaps those not started yet. */
    if (left == -ECANCELED && !token_is_cancelled(token))
        return 0;
    return result != 0 ? result : left;
}
