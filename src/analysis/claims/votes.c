/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The votes of a claim, for who shows them one by one. */
#include "analysis/claims/judge.h"
#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>

struct claim_vote *ruling_add_vote(struct ruling *ruling, const char *metric)
{
    struct claim_votes *votes = &ruling->votes;
    votes->items = alloc_grow(votes->items, votes->count, &votes->capacity, sizeof *votes->items);
    struct claim_vote *vote = &votes->items[votes->count++];
    *vote = (struct claim_vote){
        .metric = metric,
        .ratio = {NAN, INTERVAL_NONE, 0},
        .factor = 1 + JUDGE_MARGIN,
    };
    return vote;
}

static char *setting_of(const struct selection *selection, const struct summary_row *row)
{
    char *text = NULL;
    size_t length = 0;
    FILE *words = alloc_checked(open_memstream(&text, &length));
    selection_write_row(selection, row, NULL, NULL, words);
    fclose(words);
    return alloc_checked(text);
}

/* Whether its ratio is a fair one, be it of few blocks: what is left of a quantile that was
 * withheld is not, nor is that of a generator at its limit. */
static bool has_fair_ratio(const struct ballot *ballot)
{
    return ballot->absence == ABSENCE_NONE || ballot->absence == ABSENCE_FEW_BLOCKS;
}

void ruling_add_votes(struct ruling *ruling, const struct tally *tally,
                      const struct evidence *evidence, const struct question *question,
                      const char *metric)
{
    struct selection selection = question_select(question, evidence);
    for (size_t i = 0; i < tally->count; i++) {
        const struct ballot *ballot = &tally->ballots[i];
        struct claim_vote *vote = ruling_add_vote(ruling, metric);
        vote->setting = setting_of(&selection, ballot->row);
        vote->row = ballot->row;
        if (has_fair_ratio(ballot))
            vote->ratio = ballot->row->comparison.ratio;
        vote->more_is_better = ballot->row->metric.kind == METRIC_RATE;
        vote->factor = tally->factor > 0 ? tally->factor : vote->factor;
        vote->side = ballot->absence == ABSENCE_NONE ? ballot->side : SIDE_UNRESOLVED;
        vote->absence = ballot->absence == ABSENCE_NONE ? NULL : absence_text(ballot->absence);
    }
    selection_finish(&selection);
}

void claim_votes_finish(struct claim_votes *votes)
{
    for (size_t i = 0; i < votes->count; i++)
        free(votes->items[i].setting);
    free(votes->items);
    *votes = (struct claim_votes){0};
}
