/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/claims/tally.h"

#include "analysis/claims/judge.h"
#include "base/alloc.h"

#include <math.h>
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
    tally->looks = evidence->looks;
    for (size_t i = 0; result == 0 && i < selection.count; i++) {
        struct ballot ballot;
        result = selection_read_ballot(&selection, i, factor_of(tally), &ballot, error);
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

size_t tally_settings(const struct tally *tally)
{
    return tally->count - tally_absent(tally, ABSENCE_STORE) - tally_absent(tally, ABSENCE_BEYOND);
}

bool tally_has_few_blocks(const struct tally *tally)
{
    size_t settings = tally_settings(tally);
    return settings > 0 && tally_absent(tally, ABSENCE_FEW_BLOCKS) == settings;
}

size_t tally_resolved(const struct tally *tally)
{
    size_t votes = tally_votes(tally);
    return tally->together != SIDE_UNRESOLVED ? votes
                                              : votes - tally_on_side(tally, SIDE_UNRESOLVED);
}

bool tally_suffices(size_t resolved, size_t settings)
{
    return (double)resolved >= JUDGE_RESOLVED_SHARE * (double)settings;
}

static size_t count_leaning(const struct tally *tally, enum side side)
{
    size_t count = 0;
    for (size_t i = 0; i < tally->count; i++) {
        const struct ballot *ballot = &tally->ballots[i];
        /* A generator at its limit leaves the side open, and the claim with it. */
        bool open = ballot->absence == ABSENCE_BOUND ||
                    (ballot->absence == ABSENCE_NONE && ballot->side == SIDE_UNRESOLVED);
        count += open && shift_leans(&ballot->alone, side);
    }
    return count;
}

bool tally_in_sight(const struct tally *tally, enum side side)
{
    return count_leaning(tally, side) > 0;
}

/* What the settings that vote vary by, or their service times: those of the figure that is asked,
 * or those of what stands in for it, which is steadier. */
static double common_variance(const struct tally *tally, bool service, bool stand_in)
{
    struct shift *shifts = alloc_array(tally->count, sizeof *shifts);
    size_t count = 0;
    for (size_t i = 0; i < tally->count; i++)
        if (tally->ballots[i].absence == ABSENCE_NONE && tally->ballots[i].stands_in == stand_in)
            shifts[count++] = service ? tally->ballots[i].service : tally->ballots[i].own;
    double common = shift_common_variance(shifts, count);
    free(shifts);
    return common;
}

/* Lets the settings learn from each other how much a block may vary. */
static void moderate(struct tally *tally)
{
    double common[2];
    double common_service[2];
    for (int stand_in = 0; stand_in < 2; stand_in++) {
        common[stand_in] = common_variance(tally, false, stand_in);
        common_service[stand_in] = common_variance(tally, true, stand_in);
    }
    for (size_t i = 0; i < tally->count; i++) {
        struct ballot *ballot = &tally->ballots[i];
        ballot_weigh(ballot, common[ballot->stands_in], common_service[ballot->stands_in]);
    }
}

/* The side that the settings are on as a whole: their mean decides, and half of them lean to it. */
static enum side judge_together(const struct tally *tally, size_t families)
{
    struct paired *settings = alloc_array(tally->count, sizeof *settings);
    size_t count = 0;
    double variances = 0;
    for (size_t i = 0; i < tally->count; i++) {
        const struct ballot *ballot = &tally->ballots[i];
        /* The best of several ways is best by chance, too: its mean would be taken for more. */
        if (ballot->absence != ABSENCE_NONE || ballot->in_doubt || ballot->other_count > 0 ||
            ballot->stands_in)
            continue;
        settings[count++] = ballot->pairs;
        variances += ballot->shift.variance;
    }
    enum side side = shift_together(settings, count, factor_of(tally),
                                    sqrt(variances) / fmax(1, (double)count), families);
    free(settings);
    if (side == SIDE_UNRESOLVED || 2 * count_leaning(tally, side) < tally_votes(tally))
        return SIDE_UNRESOLVED;
    return side;
}

static size_t looks_of(struct tally *const *tallies, size_t count)
{
    size_t looks = 1;
    for (size_t i = 0; i < count; i++)
        looks = tallies[i]->looks > looks ? tallies[i]->looks : looks;
    return looks;
}

static void control_each(struct tally *const *tallies, size_t count)
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
    shift_control(shifts, all, looks_of(tallies, count), sides);
    at = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < tallies[i]->count; k++)
            if (tallies[i]->ballots[k].absence == ABSENCE_NONE)
                tallies[i]->ballots[k].side = sides[at++];
    free(sides);
    free(shifts);
}

void tally_control(struct tally *const *tallies, size_t count)
{
    size_t families = 0;
    for (size_t i = 0; i < count; i++) {
        moderate(tallies[i]);
        families += tally_votes(tallies[i]) > 0;
    }
    control_each(tallies, count);
    for (size_t i = 0; i < count; i++) {
        size_t resolved = tally_votes(tallies[i]) - tally_on_side(tallies[i], SIDE_UNRESOLVED);
        tallies[i]->together =
            tally_suffices(resolved, tally_settings(tallies[i]))
                ? SIDE_UNRESOLVED
                : judge_together(tallies[i], families * looks_of(tallies, count));
    }
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
    bool is_lower = claimed == CLAIMED_LOWER || claimed == CLAIMED_NOT_HIGHER;
    bool allows_equal = claimed == CLAIMED_NOT_LOWER || claimed == CLAIMED_NOT_HIGHER;
    enum side side = is_lower ? SIDE_LOWER : SIDE_HIGHER;
    enum side other = side == SIDE_LOWER ? SIDE_HIGHER : SIDE_LOWER;
    size_t holds = tally_on_side(tally, side) + (tally->together == side);
    size_t contrary = tally_on_side(tally, other) + (tally->together == other);
    size_t equal = tally_on_side(tally, SIDE_EQUAL);
    bool all_equal = equal > 0 && equal == tally_settings(tally);
    size_t *with = allows_equal ? &holds : &contrary;
    size_t against = allows_equal ? contrary : holds;
    if (against > 0 || all_equal)
        *with += equal;
    if (!tally_suffices(tally_resolved(tally), tally_settings(tally)))
        return CLAIM_UNDECIDED;
    if (holds > 0 && contrary > 0)
        return CLAIM_DEPENDS;
    if (contrary > 0)
        return tally_in_sight(tally, side) ? CLAIM_UNDECIDED : CLAIM_REFUTED;
    if (holds > 0)
        return tally_in_sight(tally, other) ? CLAIM_UNDECIDED : CLAIM_REPRODUCED;
    return CLAIM_UNDECIDED;
}

enum claim_verdict verdict_weigh(enum claim_verdict decided, const struct tally *other)
{
    enum side against = decided == CLAIM_REPRODUCED ? SIDE_HIGHER : SIDE_LOWER;
    if (decided == CLAIM_UNDECIDED || decided == CLAIM_DEPENDS)
        return decided;
    if (tally_on_side(other, against) > 0)
        return CLAIM_DEPENDS;
    return tally_in_sight(other, against) ? CLAIM_UNDECIDED : decided;
}

void tally_finish(struct tally *tally)
{
    for (size_t i = 0; i < tally->count; i++)
        ballot_finish(&tally->ballots[i]);
    free(tally->ballots);
    *tally = (struct tally){0};
}
