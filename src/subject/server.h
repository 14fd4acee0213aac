/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every server subject is made of, whoever waits for its connections: its options, its control
 * channel, and what each connection holds and does per request. A program's main calls it; what
 * goes wrong here ends the program with one line that says what. */
#ifndef WAITBENCH_SUBJECT_SERVER_H
#define WAITBENCH_SUBJECT_SERVER_H

#include "subject/control.h"
#include "subject/options.h"
#include "subject/request.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The kernel caps it at net.core.somaxconn (4096 by default). */
#define SERVER_BACKLOG 4096
/* The most one read takes, in each model. More than 16 KiB, so that a message of that size
 * does not fill it: libuv reads again after a read that filled its buffer. */
#define SERVER_BUFFER_BYTES (17 * 1024)

/* Connections point to it: it lives as long as the process. */
struct server {
    struct subject_options options;
    struct control control;
    /* Whether the end leaves out what libraries do there. Set before threads are started. */
    bool ends_at_once;
};

/* One connection's share of it. */
struct server_connection {
    struct server *server; /* set before it is opened */
    void *held;            /* --hold */
    void *cache;           /* --work-cache */
};

/* Prints "PROGRAM: cannot WHAT: WHY" and exits 1. */
void server_fail(const char *what, const char *why) __attribute__((noreturn));

/* The first thing a server does: reads its options (see subject_options_parse), measures how much
 * work a microsecond is where it has to, and prepares the process for many connections. Exits 2 on
 * wrong usage. The caller sets control.model next. */
void server_init(struct server *server, unsigned features, const struct parameter *own, int argc,
                 char **argv);

/* Where --host says, with a port of the kernel's choice. Exits where that is no address. */
struct sockaddr_in server_address(const struct server *server);

/* Takes what --hold and --work-cache ask for; aborts when the heap is exhausted. */
void server_connection_open(struct server_connection *connection);

/* Called with 1 once its waiter waits, and with -1 once it no longer does. From any thread. */
void server_connection_waits(struct server_connection *connection, int change);

/* Does the work (--work-*) of one request of that number, which decides whether it is slow. */
void server_connection_work(struct server_connection *connection, uint64_t number);

/* Takes what belongs to the current request from `bytes` (`length` is above 0), does the work of
 * the request if that completes it (see request_is_complete), and returns how much was taken:
 * `length`, or less where the next request begins. Without --request-size all of `bytes` is a
 * request, which has no number and is not slow. */
size_t server_connection_take(struct server_connection *connection, struct subject_request *request,
                              const char *bytes, size_t length);

/* Gives back what it holds. */
void server_connection_close(struct server_connection *connection);

#endif
