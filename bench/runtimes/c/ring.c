/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ring.h"

#include "subject/server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define ENTRIES 4096

enum { EXIT_NOT_ALLOWED = 3 };

/* With the promise that one thread alone uses it, kernels from 6.1 on save themselves some work. */
void ring_open(struct ring *ring)
{
    struct io_uring_params best = {.flags = IORING_SETUP_R_DISABLED | IORING_SETUP_SINGLE_ISSUER |
                                            IORING_SETUP_DEFER_TASKRUN};
    int result = io_uring_queue_init_params(ENTRIES, &ring->io, &best);
    if (result == -EINVAL)
        result = io_uring_queue_init(ENTRIES, &ring->io, 0);
    if (result == 0)
        return;
    fprintf(stderr,
            "%s: io_uring is not allowed here: %s (the kernel, kernel.io_uring_disabled or a "
            "container's filter of system calls)\n",
            program_invocation_short_name, strerror(-result));
    exit(EXIT_NOT_ALLOWED);
}

/* They came with Linux 6.0, as did this request, which can be asked for. */
bool ring_has_multishot(struct ring *ring)
{
    struct io_uring_probe *probe = io_uring_get_probe_ring(&ring->io);
    bool has = probe && io_uring_opcode_supported(probe, IORING_OP_SEND_ZC);
    io_uring_free_probe(probe);
    return has;
}

/* Each buffer's beginning is touched now: a waiter that is the first to use one is not to pay for
 * what all share. */
void ring_add_buffers(struct ring *ring)
{
    size_t ring_bytes = RING_BUFFERS * sizeof(struct io_uring_buf);
    size_t bytes = (size_t)RING_BUFFERS * SERVER_BUFFER_BYTES;
    char *memory =
        mmap(NULL, ring_bytes + bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        server_fail("make buffers", strerror(errno));
    ring->free_buffers = (struct io_uring_buf_ring *)memory;
    ring->buffers = memory + ring_bytes;
    io_uring_buf_ring_init(ring->free_buffers);
    struct io_uring_buf_reg registration = {
        .ring_addr = (uintptr_t)memory,
        .ring_entries = RING_BUFFERS,
        .bgid = RING_BUFFER_GROUP,
    };
    int result = io_uring_register_buf_ring(&ring->io, &registration, 0);
    if (result < 0)
        server_fail("register buffers", strerror(-result));
    for (unsigned i = 0; i < RING_BUFFERS; i++) {
        *ring_buffer(ring, i) = '\0';
        ring_give_back(ring, i);
    }
}

/* By the call below io_uring_enable_rings, which liburing 2.3 forgets to export. */
void ring_enable(struct ring *ring)
{
    if (!(ring->io.flags & IORING_SETUP_R_DISABLED))
        return;
    int result =
        io_uring_register((unsigned)ring->io.ring_fd, IORING_REGISTER_ENABLE_RINGS, NULL, 0);
    if (result < 0)
        server_fail("enable the ring", strerror(-result));
}

struct io_uring_sqe *ring_request(struct ring *ring)
{
    struct io_uring_sqe *sqe = io_uring_get_sqe(&ring->io);
    if (sqe)
        return sqe;
    io_uring_submit(&ring->io);
    sqe = io_uring_get_sqe(&ring->io);
    if (!sqe)
        server_fail("ask the kernel", "the ring stays full");
    return sqe;
}

char *ring_buffer(const struct ring *ring, unsigned buffer)
{
    return ring->buffers + (size_t)buffer * SERVER_BUFFER_BYTES;
}

void ring_give_back(struct ring *ring, unsigned buffer)
{
    io_uring_buf_ring_add(ring->free_buffers, ring_buffer(ring, buffer), SERVER_BUFFER_BYTES,
                          (unsigned short)buffer, io_uring_buf_ring_mask(RING_BUFFERS), 0);
    io_uring_buf_ring_advance(ring->free_buffers, 1);
}
