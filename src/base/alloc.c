/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

void *alloc_checked(void *pointer)
{
    if (pointer)
        return pointer;
    error_print("out of memory while analysing the run; its trials are whole on disk");
    abort();
}

void *alloc_array(size_t count, size_t size)
{
    return alloc_checked(calloc(count > 0 ? count : 1, size));
}

void *alloc_grow(void *array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return array;
    *capacity = *capacity > 0 ? *capacity * 2 : 16;
    return alloc_checked(reallocarray(array, *capacity, size));
}

char *alloc_text(const char *text)
{
    return alloc_checked(strdup(text));
}
