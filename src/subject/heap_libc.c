/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subject/heap.h"

#include <gnu/libc-version.h>
#include <malloc.h>

const char *heap_allocator(void)
{
    return "libc";
}

const char *heap_allocator_version(void)
{
    return gnu_get_libc_version();
}

int heap_read(struct heap_figures *figures)
{
    struct mallinfo2 info = mallinfo2();
    *figures = (struct heap_figures){
        .allocated_bytes = (int64_t)(info.uordblks + info.hblkhd),
        .resident_bytes = (int64_t)(info.arena + info.hblkhd),
    };
    return 0;
}
