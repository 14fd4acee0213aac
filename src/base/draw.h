/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is drawn at random without a state: a pure function, so that a server of any model and the
 * load generator know which requests are slow, and what a row holds, without telling one another,
 * in whatever order requests come. */
#ifndef WAITBENCH_BASE_DRAW_H
#define WAITBENCH_BASE_DRAW_H

#include <stdbool.h>
#include <stdint.h>

/* Of the numbers drawn with that seed, the one with that index: any of 64 bits, unrelated to that
 * of any other seed or index. */
uint64_t draw_number(uint64_t seed, uint64_t index);

/* Whether request `number` (the first 8 bytes of its message, in native order) is slow, where one
 * in `every` is: on average, as a coin would fall, not at regular distances. Never where `every` is
 * 0 or less, always where it is 1. */
bool draw_is_slow(uint64_t seed, uint64_t number, int64_t every);

#endif
