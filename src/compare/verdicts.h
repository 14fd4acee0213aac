/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each run's trials say of the popular claims, and where the runs agree. */
#ifndef WAITBENCH_COMPARE_VERDICTS_H
#define WAITBENCH_COMPARE_VERDICTS_H

#include "analysis/claims/claims.h"
#include "compare/machines.h"
#include "compare/verdict_settings.h"

#include <stdbool.h>
#include <stddef.h>

/* One claim on one machine. */
struct verdict_there {
    enum claim_verdict verdict;
    bool asked; /* false: the run has nothing to judge it by */
    struct verdict_settings settings;
};

/* One claim of one pair of programs on all machines. */
struct verdict_row {
    char *text; /* of the claim, with the pair unless it is ours; owned, as is `pair` */
    char *pair;
    size_t place; /* of the claim among those of its pair */
    size_t runs;  /* that have the pair, copies of others not counted */
    struct verdict_there machines[MACHINES_MAX];
};

/* Claim by claim, ours first, so that a claim's verdicts stand together. */
struct verdicts {
    struct verdict_row *rows;
    size_t count;
    size_t capacity;
};

enum concord {
    CONCORD_NONE,  /* fewer than two runs have a verdict */
    CONCORD_AGREE, /* all that have one have the same */
    CONCORD_PART,
    CONCORD_CROSS, /* it depends on all of them, in some setting one way here and the other there */
};

/* Judges the claims of each run again, by this version's rules, whatever its claims.csv says. A run
 * whose figures cannot be worked out is asked nothing, nor is one about a pair that it does not
 * have. To be finished. */
void verdicts_read(struct verdicts *verdicts, const struct machines *machines);

/* Whether there is a verdict there: not undecided, and not of a copy of another run. */
bool verdict_counts(const struct verdict_row *row, const struct machines *machines, size_t number);

/* Whether runs may agree on it: it is of ours, or of a pair that several of them have. */
bool verdict_is_shared(const struct verdict_row *row);

enum concord verdict_concord(const struct verdict_row *row, const struct machines *machines);

/* The first setting in which threads are better on one machine and the loop on another, of those
 * that have a verdict, or NULL. `sides` has 0 for where threads are and 1 for where the loop is,
 * and for the others SIDE_NONE (differences.h). */
const struct verdict_setting *verdict_opposed(const struct verdict_row *row,
                                              const struct machines *machines,
                                              int sides[MACHINES_MAX]);

/* Whether all that have a verdict were asked in the same settings. */
bool verdict_settings_are_shared(const struct verdict_row *row, const struct machines *machines);

/* "reproduced", ..., "undecided" or "not run". */
const char *verdict_there_text(const struct verdict_there *there);

void verdicts_finish(struct verdicts *verdicts);

#endif
