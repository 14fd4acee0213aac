/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Allocation for the analysis. It runs after the measurement, on a few megabytes, with everything
 * it needs already on disk: when memory ends there is nothing better to do than to say so and stop,
 * and its arithmetic reads better without an error path per array. */
#ifndef WAITBENCH_BASE_ALLOC_H
#define WAITBENCH_BASE_ALLOC_H

#include <stddef.h>

/* `pointer` unless it is NULL: then prints "out of memory" and aborts. */
void *alloc_checked(void *pointer);

/* An array of zeros, freed by the caller; never NULL, even for a count of 0. */
void *alloc_array(size_t count, size_t size);

/* Makes room for one more element: returns `array` grown if `count` has reached its `capacity`. */
void *alloc_grow(void *array, size_t count, size_t *capacity, size_t size);

/* A copy of `text`, freed by the caller. */
char *alloc_text(const char *text);

#endif
