/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/tally.h"

#include "analysis/alloc.h"
#include "analysis/judge.h"

#include <stdlib.h>

static double factor_of(const struct tally *tally)
{
    return tally->factor > 0 ? tally->factor : 1 + JUDGE_MARGIN;
}

void tally_vote(struct tally *tally, const struct ballot *ballot)
{
    tally->ballots =
        alloc_grow(tally->ballots, tally->count, &tally->capacity, sizeof *tally->ballots);
    tally->ballots[tally->count++] = *ballot;
}

int tally_add(struct tally *tally, const struct evidence *evidence, const struct question *question,
              struct error *error)
{
    struct selection selection = question_select(question, evidence);
    int result = 0;
    for (size_t i = 0; result == 0 && i < selection.count; i++) {
        struct ballot ballot;
        result = ballot_read(&ballot, selection.rows[i], factor_of(tally), error);
        if (result == 0)
            tally_vote(tally, &ballot);
    }
    selection_finish(&selection);
    return result;
}

size_t tally_votes(const struct tally *tally)
{
    return tally_absent(tally, ABSENCE_NONE);
}

size_t tally_on_side(const struct tally *tally, enum side side)
{
    size_t count = 0;
    for (size_t i = 0; i < tally->count; i++)
        count += tally->ballots[i].absence == ABSENCE_NONE && tally->ballots[i].side == side;
    return count;
}

size_t tally_absent(const struct tally *tally, enum absence absence)
{
    size_t count = 0;
    for (size_t i = 0; i < tally->count; i++)
        count += tally->ballots[i].absence == absence;
    return count;
}

static size_t count_leaning(const struct tally *tally, enum side side)
{
    size_t count = 0;
    for (size_t i = 0; i < tally->count; i++) {
        const struct ballot *ballot = &tally->ballots[i];
        /* A generator at its limit leaves the side open, and the claim with it. */
        bool open = ballot->absence == ABSENCE_BOUND ||
                    (ballot->absence == ABSENCE_NONE && ballot->side == SIDE_UNRESOLVED);
        count += open && shift_leans(&ballot->shift, side);
    }
    return count;
}

bool tally_in_sight(const struct tally *tally, enum side side)
{
    return count_leaning(tally, side) > 0;
}

/* The side that the settings are on as a whole: their mean decides, and half of them lean to it. */
static enum side judge_together(const struct tally *tally)
{
    struct paired *settings = alloc_array(tally->count, sizeof *settings);
    size_t count = 0;
    for (size_t i = 0; i < tally->count; i++)
        if (tally->ballots[i].absence == ABSENCE_NONE && !tally->ballots[i].in_doubt)
            settings[count++] = tally->ballots[i].pairs;
    enum side side = shift_together(settings, count, factor_of(tally));
    free(settings);
    if (side == SIDE_UNRESOLVED || 2 * count_leaning(tally, side) < tally_votes(tally))
        return SIDE_UNRESOLVED;
    return side;
}

void tally_control(struct tally *const *tallies, size_t count)
{
    size_t all = 0;
    for (size_t i = 0; i < count; i++)
        all += tally_votes(tallies[i]);
    struct shift *shifts = alloc_array(all, sizeof *shifts);
    enum side *sides = alloc_array(all, sizeof *sides);
    size_t at = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < tallies[i]->count; k++)
            if (tallies[i]->ballots[k].absence == ABSENCE_NONE)
                shifts[at++] = tallies[i]->ballots[k].shift;
    shift_control(shifts, all, sides);
    at = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < tallies[i]->count; k++)
            if (tallies[i]->ballots[k].absence == ABSENCE_NONE)
                tallies[i]->ballots[k].side = sides[at++];
        bool none = tally_on_side(tallies[i], SIDE_UNRESOLVED) == tally_votes(tallies[i]);
        tallies[i]->together = none ? judge_together(tallies[i]) : SIDE_UNRESOLVED;
    }
    free(sides);
    free(shifts);
}

const struct ballot *tally_find(const struct tally *tally, const struct summary_row *row)
{
    for (size_t i = 0; i < tally->count; i++)
        if (tally->ballots[i].row == row)
            return &tally->ballots[i];
    return NULL;
}

enum claim_verdict tally_decide(const struct tally *tally, enum claimed claimed)
{
    enum side side = claimed == CLAIMED_LOWER ? SIDE_LOWER : SIDE_HIGHER;
    enum side other = side == SIDE_LOWER ? SIDE_HIGHER : SIDE_LOWER;
    size_t holds = tally_on_side(tally, side) + (tally->together == side);
    size_t contrary = tally_on_side(tally, other) + (tally->together == other);
    size_t equal = tally_on_side(tally, SIDE_EQUAL);
    bool all_equal = equal > 0 && equal == tally->count;
    size_t *with = claimed == CLAIMED_NOT_LOWER ? &holds : &contrary;
    size_t against = claimed == CLAIMED_NOT_LOWER ? contrary : holds;
    if (against > 0 || all_equal)
        *with += equal;
    if (holds > 0 && contrary > 0)
        return CLAIM_DEPENDS;
    if (contrary > 0)
        return tally_in_sight(tally, side) ? CLAIM_UNDECIDED : CLAIM_REFUTED;
    if (holds > 0)
        return tally_in_sight(tally, other) ? CLAIM_UNDECIDED : CLAIM_REPRODUCED;
    return CLAIM_UNDECIDED;
}

void tally_finish(struct tally *tally)
{
    for (size_t i = 0; i < tally->count; i++)
        ballot_finish(&tally->ballots[i]);
    free(tally->ballots);
    *tally = (struct tally){0};
}
