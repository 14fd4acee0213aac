/* SPDX-License-Identifier: GPL-3.0-or-later */
/* c-io-uring: one ring. A multishot accept brings each connection, and a multishot receive each of
 * its messages, in a buffer of a pool that all share: an idle connection has none. Answers are sent
 * from there; one that its peer does not take at once is copied, so that nobody keeps what the
 * others need. Needs Linux 6.0 for that; before, from 5.6 on, each connection has a buffer of its
 * own, and each accept and receive is asked for anew. Where io_uring is not allowed it exits 3. */
#include "rest.h"
#include "ring.h"
#include "runtime.h"

#include "echo/echo.h"
#include "subject/listen.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RUNTIME   "io_uring (liburing " URING_VERSION ")"
#define NO_BUFFER RING_BUFFERS
/* What may wait for a connection's turn to send, before its peer is no longer read from. */
#define MESSAGES_MAX   16
#define NEXT_BYTES_MAX (MESSAGES_MAX * SERVER_BUFFER_BYTES)

static const char *const receives[] = {"multishot", "plain", NULL};

/* In the low bits of a request's user_data, over the address of the waiter that it is for (NULL:
 * the listener). */
enum operation { RECEIVE, SEND, CANCEL, OPERATION_MASK = 3 };

/* A buffer of the pool with a message that is to be sent back. */
struct message {
    unsigned next; /* of the same connection, or NO_BUFFER */
    unsigned bytes;
};

struct loop {
    struct server server;
    struct ring ring;
    int64_t is_plain;                      /* without multishot */
    struct message messages[RING_BUFFERS]; /* of the buffers that are not free */
    int listener;
};

struct waiter {
    struct echo_connection connection;
    int fd;
    bool receives, sends; /* a request of the kind is under way */
    bool has_ended;       /* its peer sends no more */
    bool has_failed;      /* nor does it take anything */
    unsigned first, last; /* of its messages in the pool's buffers, or NO_BUFFER */
    unsigned messages;    /* how many these are */
    struct rest kept;     /* what is being sent instead: the peer takes its time */
    struct rest next;     /* what came meanwhile */
    char *own;            /* with is_plain: what the receive that is under way fills */
};

static void tag(struct io_uring_sqe *sqe, const struct waiter *waiter, enum operation operation)
{
    io_uring_sqe_set_data64(sqe, (uintptr_t)waiter | operation);
}

static void accept_next(struct loop *loop)
{
    struct io_uring_sqe *sqe = ring_request(&loop->ring);
    if (loop->is_plain)
        io_uring_prep_accept(sqe, loop->listener, NULL, NULL, SOCK_CLOEXEC);
    else
        io_uring_prep_multishot_accept(sqe, loop->listener, NULL, NULL, SOCK_CLOEXEC);
    tag(sqe, NULL, RECEIVE);
}

static void receive(struct loop *loop, struct waiter *waiter)
{
    struct io_uring_sqe *sqe = ring_request(&loop->ring);
    if (loop->is_plain) {
        waiter->own = malloc(SERVER_BUFFER_BYTES);
        if (!waiter->own)
            server_fail("receive", "out of memory");
        io_uring_prep_recv(sqe, waiter->fd, waiter->own, SERVER_BUFFER_BYTES, 0);
    } else {
        io_uring_prep_recv_multishot(sqe, waiter->fd, NULL, 0, 0);
        sqe->flags |= IOSQE_BUFFER_SELECT;
        sqe->buf_group = RING_BUFFER_GROUP;
    }
    tag(sqe, waiter, RECEIVE);
    waiter->receives = true;
}

/* From a buffer of the pool only as far as the socket has room now: else the answer is EAGAIN. */
static void send_next(struct loop *loop, struct waiter *waiter)
{
    struct io_uring_sqe *sqe = ring_request(&loop->ring);
    const struct rest *kept = &waiter->kept;
    if (kept->bytes)
        io_uring_prep_send(sqe, waiter->fd, kept->bytes + kept->sent, kept->length - kept->sent,
                           MSG_NOSIGNAL);
    else
        io_uring_prep_send(sqe, waiter->fd, ring_buffer(&loop->ring, waiter->first),
                           loop->messages[waiter->first].bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
    tag(sqe, waiter, SEND);
    waiter->sends = true;
}

static void message_add(struct loop *loop, struct waiter *waiter, unsigned buffer, size_t length)
{
    loop->messages[buffer] = (struct message){NO_BUFFER, (unsigned)length};
    if (waiter->first == NO_BUFFER)
        waiter->first = buffer;
    else
        loop->messages[waiter->last].next = buffer;
    waiter->last = buffer;
    waiter->messages++;
}

/* The first one is done with. */
static void message_drop(struct loop *loop, struct waiter *waiter)
{
    unsigned buffer = waiter->first;
    waiter->first = loop->messages[buffer].next;
    waiter->messages--;
    ring_give_back(&loop->ring, buffer);
}

static void waiter_start(struct loop *loop, int fd)
{
    int on = 1;
    struct waiter *waiter = runtime_create_waiter(sizeof *waiter);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    waiter->connection.base.server = &loop->server;
    waiter->fd = fd;
    waiter->first = NO_BUFFER;
    server_connection_open(&waiter->connection.base);
    server_connection_waits(&waiter->connection.base, 1);
    receive(loop, waiter);
}

static void waiter_close(struct waiter *waiter)
{
    server_connection_waits(&waiter->connection.base, -1);
    server_connection_close(&waiter->connection.base);
    rest_finish(&waiter->kept);
    rest_finish(&waiter->next);
    close(waiter->fd);
    free(waiter->own);
    free(waiter);
}

/* What is still under way comes to its end by that. */
static void waiter_fail(struct waiter *waiter)
{
    shutdown(waiter->fd, SHUT_RDWR);
    waiter->has_ended = waiter->has_failed = true;
}

/* What is to be done when nothing is: send, read on, or end. */
static void waiter_go_on(struct loop *loop, struct waiter *waiter)
{
    if (waiter->sends)
        return;
    if (waiter->kept.bytes || waiter->first != NO_BUFFER)
        send_next(loop, waiter);
    else if (!waiter->receives && waiter->has_ended)
        waiter_close(waiter);
    else if (!waiter->receives)
        receive(loop, waiter);
}

static void stop_receiving(struct loop *loop, const struct waiter *waiter)
{
    struct io_uring_sqe *sqe = ring_request(&loop->ring);
    io_uring_prep_cancel64(sqe, (uintptr_t)waiter | RECEIVE, 0);
    tag(sqe, waiter, CANCEL);
}

/* A message in a buffer of the pool, which is kept there only until the socket has no room. */
static void answer(struct loop *loop, struct waiter *waiter, unsigned buffer, size_t length)
{
    echo_connection_work(&waiter->connection, ring_buffer(&loop->ring, buffer), length);
    if (waiter->kept.bytes) {
        rest_append(&waiter->next, ring_buffer(&loop->ring, buffer), length);
        ring_give_back(&loop->ring, buffer);
    } else {
        message_add(loop, waiter, buffer, length);
    }
    bool is_much = waiter->messages > MESSAGES_MAX || waiter->next.length > NEXT_BYTES_MAX;
    if (waiter->receives && is_much)
        stop_receiving(loop, waiter);
}

/* A message in the connection's own buffer, which is sent from there. */
static void answer_plain(struct waiter *waiter, size_t length)
{
    echo_connection_work(&waiter->connection, waiter->own, length);
    waiter->kept = (struct rest){.bytes = waiter->own, .length = length};
    waiter->own = NULL;
}

static void received(struct loop *loop, struct waiter *waiter, const struct io_uring_cqe *cqe)
{
    unsigned buffer = cqe->flags >> IORING_CQE_BUFFER_SHIFT;
    waiter->receives = cqe->flags & IORING_CQE_F_MORE;
    if (cqe->res > 0 && loop->is_plain)
        answer_plain(waiter, (size_t)cqe->res);
    else if (cqe->res > 0)
        answer(loop, waiter, buffer, (size_t)cqe->res);
    else if (cqe->flags & IORING_CQE_F_BUFFER)
        ring_give_back(&loop->ring, buffer);
    if (cqe->res == 0)
        waiter->has_ended = true;
    else if (cqe->res < 0 && cqe->res != -ENOBUFS && cqe->res != -ECANCELED && cqe->res != -EINTR)
        waiter_fail(waiter);
    if (!waiter->receives && waiter->own) {
        free(waiter->own);
        waiter->own = NULL;
    }
    waiter_go_on(loop, waiter);
}

static void drop_all(struct loop *loop, struct waiter *waiter)
{
    rest_finish(&waiter->kept);
    rest_finish(&waiter->next);
    while (waiter->first != NO_BUFFER)
        message_drop(loop, waiter);
}

/* All that is in the pool's buffers is copied: what the socket had no room for, and the rest. */
static void keep_messages(struct loop *loop, struct waiter *waiter, size_t sent_bytes)
{
    while (waiter->first != NO_BUFFER) {
        const char *bytes = ring_buffer(&loop->ring, waiter->first);
        rest_append(&waiter->kept, bytes + sent_bytes,
                    loop->messages[waiter->first].bytes - sent_bytes);
        message_drop(loop, waiter);
        sent_bytes = 0;
    }
}

static void take_off(struct loop *loop, struct waiter *waiter, size_t sent_bytes)
{
    struct rest *kept = &waiter->kept;
    if (!kept->bytes) {
        if (sent_bytes == loop->messages[waiter->first].bytes)
            message_drop(loop, waiter);
        else
            keep_messages(loop, waiter, sent_bytes);
        return;
    }
    kept->sent += sent_bytes;
    if (kept->sent == kept->length) {
        rest_finish(kept);
        *kept = waiter->next;
        waiter->next = (struct rest){0};
    }
}

static void sent(struct loop *loop, struct waiter *waiter, const struct io_uring_cqe *cqe)
{
    waiter->sends = false;
    if (cqe->res < 0 && cqe->res != -EAGAIN && cqe->res != -EINTR)
        waiter_fail(waiter);
    if (waiter->has_failed)
        drop_all(loop, waiter);
    else
        take_off(loop, waiter, cqe->res > 0 ? (size_t)cqe->res : 0);
    waiter_go_on(loop, waiter);
}

static void accepted(struct loop *loop, const struct io_uring_cqe *cqe)
{
    if (cqe->res >= 0) {
        waiter_start(loop, cqe->res);
    } else if (cqe->res != -ECONNABORTED && cqe->res != -EINTR) {
        fprintf(stderr, "%s: cannot accept: %s\n", program_invocation_short_name,
                strerror(-cqe->res));
        /* Out of descriptors, most likely: do not spin until one is free. */
        usleep(10000);
    }
    if (!(cqe->flags & IORING_CQE_F_MORE))
        accept_next(loop);
}

static void handle(struct loop *loop, const struct io_uring_cqe *cqe)
{
    uintptr_t data = (uintptr_t)io_uring_cqe_get_data64(cqe);
    struct waiter *waiter = (struct waiter *)(data & ~(uintptr_t)OPERATION_MASK);
    enum operation operation = data & OPERATION_MASK;
    if (!waiter)
        accepted(loop, cqe);
    else if (operation == RECEIVE)
        received(loop, waiter, cqe);
    else if (operation == SEND)
        sent(loop, waiter, cqe);
}

static void *loop_main(void *argument)
{
    struct loop *loop = argument;
    ring_enable(&loop->ring);
    accept_next(loop);
    for (;;) {
        struct io_uring_cqe *cqe;
        unsigned head, count = 0;
        int result = io_uring_submit_and_wait(&loop->ring.io, 1);
        if (result < 0 && result != -EINTR && result != -EAGAIN && result != -EBUSY)
            server_fail("wait for the ring", strerror(-result));
        io_uring_for_each_cqe(&loop->ring.io, head, cqe)
        {
            handle(loop, cqe);
            count++;
        }
        io_uring_cq_advance(&loop->ring.io, count);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    static struct loop loop;
    const struct parameter own[] = {
        {"receive", NULL, "how messages are asked for (multishot where the kernel has it)",
         &loop.is_plain, 0, 0, receives, NULL},
        {0},
    };
    char name[160];
    int port;
    ring_open(&loop.ring);
    runtime_name_kernel(name, sizeof name, RUNTIME);
    runtime_init(&loop.server, "loop", name, 0, own, argc, argv);
    if (!ring_has_multishot(&loop.ring))
        loop.is_plain = true;
    if (!loop.is_plain)
        ring_add_buffers(&loop.ring);
    else
        runtime_name_kernel(name, sizeof name, "plain " RUNTIME);
    loop.listener = listen_open(&loop.server, &port);
    runtime_start_thread(loop_main, &loop);
    control_serve(&loop.server.control, port);
}
