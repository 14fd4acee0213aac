/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/claims/tally.h"

static struct ballot *find_alike(const struct tally *tally, const struct ballot *ballot)
{
    for (size_t i = 0; i < tally->count; i++)
        if (tally->ballots[i].row->a == ballot->row->a &&
            tally->ballots[i].row->b == ballot->row->b)
            return &tally->ballots[i];
    return NULL;
}

static void exchange(struct ballot *a, struct ballot *b)
{
    struct ballot kept = *a;
    *a = *b;
    *b = kept;
}

int tally_add_stand_ins(struct tally *tally, struct tally *others, const struct evidence *evidence,
                        const struct question *question, struct error *error)
{
    others->factor = tally->factor;
    int result = tally_add(others, evidence, question, error);
    for (size_t i = 0; result == 0 && i < tally->count; i++) {
        struct ballot *ballot = &tally->ballots[i];
        struct ballot *other = find_alike(others, ballot);
        if (ballot->absence != ABSENCE_FEW_EVENTS || !other || other->absence != ABSENCE_NONE)
            continue;
        exchange(ballot, other);
        ballot->stands_in = true;
    }
    return result;
}

void tally_settle_stand_ins(struct tally *tally, struct tally *others, enum side speaks)
{
    for (size_t i = 0; i < tally->count; i++) {
        struct ballot *ballot = &tally->ballots[i];
        struct ballot *withheld = ballot->stands_in ? find_alike(others, ballot) : NULL;
        if (withheld && withheld->absence == ABSENCE_FEW_EVENTS && ballot->side != speaks)
            exchange(ballot, withheld);
    }
}

bool tally_has_stand_ins(const struct tally *tally)
{
    for (size_t i = 0; i < tally->count; i++)
        if (tally->ballots[i].stands_in)
            return true;
    return false;
}
