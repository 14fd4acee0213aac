/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which requests are slow: a pure function, so that a server of any model and the load generator
 * know it of each request without telling one another, in whatever order requests come. */
#ifndef WAITBENCH_BASE_DRAW_H
#define WAITBENCH_BASE_DRAW_H

#include <stdbool.h>
#include <stdint.h>

/* Whether request `number` (the first 8 bytes of its message, in native order) is slow, where one
 * in `every` is: on average, as a coin would fall, not at regular distances. Never where `every` is
 * 0 or less, always where it is 1. */
bool draw_is_slow(uint64_t seed, uint64_t number, int64_t every);

#endif
