/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of the two models is smaller, faster and steadier in each setting of a run's servers. One
 * comparison each, by its own interval: a reader looks for the setting that is like his own. What
 * claims take to be shown is more (tally.h). Nothing is interpolated. */
#ifndef WAITBENCH_ANALYSIS_CLAIMS_CHOICES_H
#define WAITBENCH_ANALYSIS_CLAIMS_CHOICES_H

#include "analysis/claims/claims.h"

/* What one comparison says. */
struct choice_cell {
    const struct summary_row *row; /* NULL: not measured */
    const char *absence;           /* why its figure decides nothing, or NULL */
};

enum { CHOICE_SMALLER, CHOICE_FASTER, CHOICE_STEADIER, CHOICE_KINDS };

/* At most so many rates of one setting are told. */
#define CHOICE_CELLS_MAX 8

/* A setting: a workload, so many active and idle connections, a kind of work. Its memory and
 * requests/s were measured once, its tail at several rates. */
struct choice {
    const struct trial_group *trials; /* of threads, that show the setting; the summary's */
    struct choice_cell cells[CHOICE_KINDS][CHOICE_CELLS_MAX];
    size_t counts[CHOICE_KINDS];
};

struct choices {
    struct choice *items; /* by workload, idle, active, and kind of work */
    size_t count;
};

/* Who is better by that comparison: BETTER_EQUAL where its whole interval is within what nobody
 * would choose a design for, BETTER_OPEN where it holds 1, or the ratio itself is within that and
 * its interval reaches beyond. */
enum better choice_better(const struct summary_row *row);

/* Finds the settings of the run; the evidence must outlive them. */
void choices_find(struct choices *choices, const struct evidence *evidence);
void choices_finish(struct choices *choices);

#endif
