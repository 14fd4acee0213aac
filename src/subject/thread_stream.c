/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subject/thread_stream.h"

#include "subject/server.h"

#include <unistd.h>

/* Holds every "light" message. */
#define SMALL_BUFFER_BYTES 512

struct reading {
    int fd;
    bool sends_much; /* more than the small buffer holds */
    thread_stream_cb *take;
    void *data;
};

static bool serve(struct reading *reading, char *buffer, size_t size)
{
    ssize_t got = read(reading->fd, buffer, size);
    if (got <= 0)
        return false;
    reading->sends_much |= got > SMALL_BUFFER_BYTES;
    return reading->take(reading->data, buffer, (size_t)got);
}

/* Two functions, since a frame has its whole size from its first line on. */
static __attribute__((noinline)) bool serve_little(struct reading *reading)
{
    char buffer[SMALL_BUFFER_BYTES + 1]; /* one more, to tell that it was not enough */
    return serve(reading, buffer, sizeof buffer);
}

static __attribute__((noinline)) bool serve_much(struct reading *reading)
{
    char buffer[SERVER_BUFFER_BYTES];
    return serve(reading, buffer, sizeof buffer);
}

void thread_stream_read(int fd, int64_t expected_bytes, thread_stream_cb *take, void *data)
{
    struct reading reading = {fd, expected_bytes > SMALL_BUFFER_BYTES, take, data};
    while (reading.sends_much ? serve_much(&reading) : serve_little(&reading))
        continue;
}

bool thread_stream_write(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);
        if (written < 0)
            return false;
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}
