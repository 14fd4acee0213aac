/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests that are due but whose connection still waits for a reply: first-in-first-out queues,
 * one per connection, that share one pool. The pool is limited, so that a server that never answers
 * cannot make the generator grow without bound. One thread owns it. */
#ifndef WAITBENCH_LOAD_GENERATOR_BACKLOG_H
#define WAITBENCH_LOAD_GENERATOR_BACKLOG_H

#include <stdbool.h>
#include <stdint.h>

/* 24 MiB of requests per thread. */
#define BACKLOG_REQUESTS_MAX (UINT32_C(1) << 20)

struct request {
    int64_t intended_ns; /* when it should have been sent */
    bool measured;       /* it was due within the measured window */
};

struct backlog_node;

struct backlog {
    struct backlog_node *nodes;
    uint32_t capacity;
    uint32_t free_head; /* list of free nodes */
};

/* Links are indices plus one: 0 is none, so a zeroed queue is empty. */
struct backlog_queue {
    uint32_t head;
    uint32_t tail;
};

/* An empty pool holds no memory; it grows as needed. */
void backlog_init(struct backlog *backlog);
void backlog_finish(struct backlog *backlog);

/* Appends. Returns 0, or -ENOMEM when BACKLOG_REQUESTS_MAX requests wait or memory is out. */
int backlog_push(struct backlog *backlog, struct backlog_queue *queue, struct request request);

/* Takes the oldest into `request`; false when the queue is empty. */
bool backlog_pop(struct backlog *backlog, struct backlog_queue *queue, struct request *request);

#endif
