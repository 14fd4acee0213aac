/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/draw.h"

/* One step of splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
 * 2014): numbers that differ in a bit come out unrelated. */
static uint64_t mix(uint64_t value)
{
    value += UINT64_C(0x9e3779b97f4a7c15);
    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

/* The seed is mixed by itself first: otherwise seeds that follow one another would give the same
 * numbers, moved by one. */
uint64_t draw_number(uint64_t seed, uint64_t index)
{
    return mix(mix(seed) ^ index);
}

bool draw_is_slow(uint64_t seed, uint64_t number, int64_t every)
{
    if (every <= 0)
        return false;
    /* The remainder's bias is below `every` in 2^64. */
    return draw_number(seed, number) % (uint64_t)every == 0;
}
