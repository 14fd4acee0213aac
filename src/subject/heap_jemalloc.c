/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subject/heap.h"

#include <errno.h>
#include <jemalloc/jemalloc.h>

const char *heap_allocator(void)
{
    return "jemalloc";
}

const char *heap_allocator_version(void)
{
    const char *version = "unknown";
    size_t size = sizeof version;
    mallctl("version", &version, &size, NULL, 0);
    return version;
}

static int read_size(const char *name, int64_t *value)
{
    size_t bytes;
    size_t size = sizeof bytes;
    if (mallctl(name, &bytes, &size, NULL, 0) != 0)
        return -ENOTSUP;
    *value = (int64_t)bytes;
    return 0;
}

int heap_read(struct heap_figures *figures)
{
    /* jemalloc's statistics are a snapshot; writing `epoch` takes a new one. */
    uint64_t epoch = 1;
    if (mallctl("epoch", NULL, NULL, &epoch, sizeof epoch) != 0)
        return -ENOTSUP;
    struct heap_figures read;
    int result = read_size("stats.allocated", &read.allocated_bytes);
    if (result == 0)
        result = read_size("stats.resident", &read.resident_bytes);
    if (result == 0)
        *figures = read;
    return result;
}
