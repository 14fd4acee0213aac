/* SPDX-License-Identifier: GPL-3.0-or-later */
/* c-io-uring's ring, and the pool of buffers that its receives share. */
#ifndef WAITBENCH_BENCH_RUNTIMES_C_RING_H
#define WAITBENCH_BENCH_RUNTIMES_C_RING_H

#include <liburing.h>
#include <stdbool.h>

#define RING_BUFFERS      1024 /* of SERVER_BUFFER_BYTES */
#define RING_BUFFER_GROUP 0

struct ring {
    struct io_uring io;
    struct io_uring_buf_ring *free_buffers;
    char *buffers;
};

/* Makes it. Where that is not allowed it prints a line and exits 3. */
void ring_open(struct ring *ring);

/* Whether the kernel has multishot receives, and so the rest of what is asked of it here. */
bool ring_has_multishot(struct ring *ring);

/* Gives the kernel the pool. Exits where it does not take it. */
void ring_add_buffers(struct ring *ring);

/* The first thing that the thread does to which it belongs from then on. */
void ring_enable(struct ring *ring);

/* Room for one request more, if need be by submitting those that are there. Exits when that does
 * not help. */
struct io_uring_sqe *ring_request(struct ring *ring);

/* A buffer of the pool, which ring_give_back makes the kernel's again. */
char *ring_buffer(const struct ring *ring, unsigned buffer);
void ring_give_back(struct ring *ring, unsigned buffer);

#endif
