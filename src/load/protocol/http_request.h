/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The requests of an HTTP load: "GET /item/42 HTTP/1.1" and whom it is for. They differ in the id
 * only, which follows from the seed and the request's number. */
#ifndef WAITBENCH_LOAD_PROTOCOL_HTTP_REQUEST_H
#define WAITBENCH_LOAD_PROTOCOL_HTTP_REQUEST_H

#include "load/protocol/protocol.h"

/* Stands for the id in a path. */
#define HTTP_REQUEST_ID "{id}"

#define HTTP_REQUEST_PATH_MAX 1024

struct http_requests {
    char *text;    /* of them all, the id left out */
    size_t before; /* of its bytes: those that stand before the id */
    size_t length; /* of all of it */
    bool has_id;
    uint64_t seed;
    int64_t id_low;
    int64_t id_high;
};

/* Why they cannot be made (struct protocol), or NULL. */
const char *http_requests_refuse(const struct protocol_settings *settings);

/* Settings are such as are not refused. Returns 0 or -ENOMEM. */
int http_requests_init(struct http_requests *requests, const struct protocol_settings *settings);
void http_requests_finish(struct http_requests *requests);

/* What request `number` asks for, from id_low to id_high, each as likely as any other. */
int64_t http_requests_id(const struct http_requests *requests, uint64_t number);

/* As of struct protocol. */
size_t http_requests_bytes(const struct http_requests *requests, uint64_t number);
void http_requests_fill(const struct http_requests *requests, uint64_t number, size_t offset,
                        void *bytes, size_t length);

#endif
