/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The barest closed-loop client over io_uring: what its batches of system calls would spare the
 * load generator, beside bare_client.c over epoll. It checks nothing, and links nothing of the
 * suite. Usage: bare_uring_client PORT CONNECTIONS SECONDS CPU PATH; prints replies per second, and
 * microseconds of CPU per reply. Exit code 77 where io_uring is not allowed. */
#include "bare.h"

#include <liburing.h>

#define ENTRIES         4096
#define CONNECTIONS_MAX (ENTRIES / 2) /* each has a send and a receive under way */
#define REPLY_MAX       4096
#define OF_SEND         UINT64_MAX

struct client {
    struct io_uring ring;
    char request[512];
    unsigned request_size;
    int connections;
    int sockets[CONNECTIONS_MAX];
    char replies[CONNECTIONS_MAX][REPLY_MAX];
};

/* A request, and the wait for its reply: nothing is there yet, so that to look first would be in
 * vain. Both go to the kernel with all the others of this turn. */
static void ask(struct client *client, int connection)
{
    struct io_uring_sqe *send = io_uring_get_sqe(&client->ring);
    io_uring_prep_send(send, connection, client->request, client->request_size, 0);
    send->flags |= IOSQE_FIXED_FILE | IOSQE_CQE_SKIP_SUCCESS;
    io_uring_sqe_set_data64(send, OF_SEND);
    struct io_uring_sqe *receive = io_uring_get_sqe(&client->ring);
    io_uring_prep_recv(receive, connection, client->replies[connection], REPLY_MAX, 0);
    receive->flags |= IOSQE_FIXED_FILE;
    receive->ioprio |= IORING_RECVSEND_POLL_FIRST;
    io_uring_sqe_set_data64(receive, (uint64_t)connection);
}

static int64_t replies_until(struct client *client, double end)
{
    int64_t replies = 0;
    while (bare_seconds(CLOCK_MONOTONIC) < end) {
        struct io_uring_cqe *done;
        unsigned head;
        unsigned count = 0;
        io_uring_submit_and_wait(&client->ring, 1);
        io_uring_for_each_cqe(&client->ring, head, done)
        {
            count++;
            if (done->res <= 0 || io_uring_cqe_get_data64(done) == OF_SEND)
                bare_fail("reply");
            ask(client, (int)io_uring_cqe_get_data64(done));
            replies++;
        }
        io_uring_cq_advance(&client->ring, count);
    }
    return replies;
}

int main(int argc, char **argv)
{
    static struct client client;
    struct io_uring_params parameters = {.flags = IORING_SETUP_SINGLE_ISSUER |
                                                  IORING_SETUP_DEFER_TASKRUN};
    if (argc != 6 || atoi(argv[2]) < 1 || atoi(argv[2]) > CONNECTIONS_MAX)
        return 2;
    client.connections = atoi(argv[2]);
    client.request_size = (unsigned)bare_request(client.request, sizeof client.request, argv[5]);
    bare_pin(atoi(argv[4]));
    if (io_uring_queue_init_params(ENTRIES, &client.ring, &parameters) < 0)
        return 77;
    for (int i = 0; i < client.connections; i++)
        client.sockets[i] = bare_connect(atoi(argv[1]));
    if (io_uring_register_files(&client.ring, client.sockets, (unsigned)client.connections) < 0)
        return 77;
    for (int i = 0; i < client.connections; i++)
        ask(&client, i);
    replies_until(&client, bare_seconds(CLOCK_MONOTONIC) + 0.3);
    double start = bare_seconds(CLOCK_MONOTONIC);
    double cpu = bare_seconds(CLOCK_PROCESS_CPUTIME_ID);
    int64_t replies = replies_until(&client, start + atof(argv[3]));
    bare_report(replies, start, bare_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
    io_uring_queue_exit(&client.ring);
    return 0;
}
