/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"
#include "nursery.h"

#include <errno.h>
#include <inttypes.h>

void nursery_note_failure(struct nursery_round *round)
{
    round->waiting_then = round->waiting;
    round->failed_ns = clock_now_ns();
}

void nursery_note_error(struct nursery_round *round, int error)
{
    int64_t child = -error - 1000;
    round->error_count++;
    if (child >= 0 && child < NURSERY_CHILDREN_MAX)
        round->error_bits |= UINT64_C(1) << child;
}

int nursery_note_quiet(struct nursery_round *round, struct error *error)
{
    const struct nursery *nursery = round->nursery;
    samples_add(&round->nursery->quiet, clock_now_ns() - round->failed_ns);
    if (round->alive != 0)
        return error_set(error, -EPROTO, "nursery: %d children outlived their scope", round->alive);
    if (round->waiting_then != nursery->children - 1)
        return error_set(error, -EPROTO, "nursery: child 0 failed when %d of %" PRId64 " waited",
                         round->waiting_then, nursery->children - 1);
    uint64_t expected_bits = UINT64_MAX >> (NURSERY_CHILDREN_MAX - nursery->failing);
    if (round->error_count != nursery->failing || round->error_bits != expected_bits)
        return error_set(error, -EPROTO,
                         "nursery: of %" PRId64 " errors %" PRId64 " came out (bits %" PRIx64 ")",
                         nursery->failing, round->error_count, round->error_bits);
    return 0;
}

int64_t nursery_leaf_count(const struct nursery *nursery, int64_t depth)
{
    int64_t count = 1;
    for (int64_t i = 0; i < depth; i++)
        count *= nursery->children;
    return count;
}
