/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Servers share a list of addresses, and none knows which one it is. Each makes a random id, serves
 * it at GET /server_id, and asks every address for its id until it meets its own. POST
 * /client-request is answered with the server's own address, so a request that comes earlier waits
 * for that, or ends with 503 at its deadline.
 *
 * What the halves share: options, protocol and answers. A half says who waits, and for what. The
 * clock covers the same in both: a search from its begin, not from the start of the process that
 * links another library, nor from an option's wait before it, which a loop counts in whole
 * milliseconds; requests likewise. */
#ifndef WAITBENCH_BENCH_FINDSELF_H
#define WAITBENCH_BENCH_FINDSELF_H

#include "address.h"
#include "base/error.h"
#include "http.h"

#include <stdint.h>

#define FINDSELF_ADDRESSES_MAX 64
#define FINDSELF_ID_LENGTH     32
/* How long a connection may take over its next request. */
#define FINDSELF_IDLE_MS 10000

struct findself {
    struct address listen; /* where the socket is bound; the search does not look at it */
    struct address addresses[FINDSELF_ADDRESSES_MAX];
    int address_count;
    char id[FINDSELF_ID_LENGTH + 1];
    int64_t deadline_ms;     /* of a request that waits until the server has found itself */
    int64_t search_after_ms; /* the search begins so long after the server listens */
    int64_t ask_timeout_ms;  /* for one address to tell its id */
    int64_t retry_ms;        /* before an address that did not is asked again */
    int64_t search_began_ns;
};

/* What a request asks for, or the status it is refused with. */
enum findself_route {
    ROUTE_SERVER_ID,
    ROUTE_CLIENT_REQUEST,
    ROUTE_REFUSE,
};

enum findself_route findself_route(const struct http_reader *request);

/* Write an answer and return its length; `out` has room for HTTP_MESSAGE_MAX. `found` is the
 * server's own address, NULL when the request's deadline came first. */
size_t findself_answer_id(const struct findself *self, const struct http_reader *request,
                          char *out);
size_t findself_answer_client(const struct address *found, const struct http_reader *request,
                              char *out);
size_t findself_refuse(const struct http_reader *request, char *out);
size_t findself_refuse_malformed(char *out);

/* The question, and what its answer says: 1 when that is this server, 0 when it is somebody else,
 * -EAGAIN when it may be asked again. */
size_t findself_write_question(const struct address *address, char *out);
int findself_judge(const struct findself *self, const struct http_reader *answer);

/* To be called before anything is made for the search. */
void findself_note_search(struct findself *self);

/* Tell the world, a line each: `listening PORT`; `found ADDRESS NANOSECONDS BEGAN`, which are when
 * it was found and when the search began (CLOCK_MONOTONIC). */
void findself_print_listening(const struct findself *self);
void findself_print_found(const struct findself *self, const struct address *address);

/* Each half's own: serves on `listen_fd`, which it closes, until standard input ends. Returns 0 or
 * -errno. */
int findself_serve(struct findself *self, int listen_fd, struct error *error);

#endif
