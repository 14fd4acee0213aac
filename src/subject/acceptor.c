/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subject/acceptor.h"

#include "subject/listen.h"

#include <pthread.h>
#include <string.h>

struct acceptor {
    int listener;
    acceptor_cb *accepted;
    void *data;
};

static void *acceptor_main(void *argument)
{
    struct acceptor *acceptor = argument;
    for (;;) {
        int fd = listen_accept(acceptor->listener);
        if (fd >= 0)
            acceptor->accepted(acceptor->data, fd);
    }
    return NULL;
}

void acceptor_serve(struct server *server, acceptor_cb *accepted, void *data)
{
    struct acceptor acceptor = {.accepted = accepted, .data = data};
    pthread_t thread;
    int port;
    acceptor.listener = listen_open(server, &port);
    int result = pthread_create(&thread, NULL, acceptor_main, &acceptor);
    if (result != 0)
        server_fail("start a thread for accepting", strerror(result));
    control_serve(&server->control, port);
}
