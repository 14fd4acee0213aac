/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A server without loops: a thread accepts, and the program decides who waits for the connection.
 */
#ifndef WAITBENCH_SUBJECT_ACCEPTOR_H
#define WAITBENCH_SUBJECT_ACCEPTOR_H

#include "subject/server.h"

/* Called with each connection's descriptor, which is the program's from then on, on the acceptor's
 * thread. `data` is what acceptor_serve was given. */
typedef void acceptor_cb(void *data, int fd);

/* Listens, starts the acceptor's thread and answers the control channel until that ends. To be
 * called on the main thread with all that `accepted` needs in place; exits where it cannot start.
 */
void acceptor_serve(struct server *server, acceptor_cb *accepted, void *data)
    __attribute__((noreturn));

#endif
