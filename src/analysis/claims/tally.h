/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the settings of a claim vote: one vote each (ballot.c), and all of them judged at once
 * (tally.c); the same in words (tally_write.c), and where two arms meet (crossings.c). */
#ifndef WAITBENCH_ANALYSIS_CLAIMS_TALLY_H
#define WAITBENCH_ANALYSIS_CLAIMS_TALLY_H

#include "analysis/claims/claims.h"
#include "analysis/summary/paired.h"
#include "analysis/summary/shift.h"
#include "run/scenario.h"

#include <stdio.h>

/* A difference of less than this decides no claim: nobody chooses a design for it. */
#define JUDGE_MARGIN 0.05

/* A verdict speaks for a claim's settings: with fewer than this share of them resolved it would
 * speak for a few of them. Those that are left out count as settings. */
#define JUDGE_RESOLVED_SHARE 0.2

/* Which comparisons to count: our threads against our loop in one metric. They should be one for
 * each setting: a second percentile of the same trials is not a second witness. Where the run has
 * the model `loops`, it stands for the loop: one loop is no fair opponent of threads on several
 * CPUs. */
struct question {
    size_t experiment;      /* EXPERIMENT_... */
    const char *metric;     /* of the experiment's file; NULL: any */
    enum scenario_claim of; /* what its scenario decides; CLAIM_OF_NONE: any */
    /* Further choice, or NULL. */
    bool (*keep)(const struct summary_row *row);
};

/* Why a setting has no vote. */
enum absence {
    ABSENCE_NONE,
    ABSENCE_FEW_BLOCKS,
    ABSENCE_FEW_EVENTS, /* the quantile was withheld in over a tenth of an arm's trials */
    ABSENCE_OVERLOADED, /* in any trial, so that its tail is a queue */
    ABSENCE_LOADED,     /* the generator was, in over half of an arm's trials of an open loop */
    ABSENCE_BOUND,      /* by the generator, the arm that looks slower, in a closed loop */
    ABSENCE_LATE,       /* the generator was, and there are no service times beside it */
    ABSENCE_COUNT,
};

/* One setting's vote: is threads / loop beyond the factor? */
struct ballot {
    const struct summary_row *row; /* NULL: of a simulation */
    struct paired pairs;           /* a: threads, b: the loop */
    enum absence absence;
    bool in_doubt;        /* the generator was late, so that service times had to say the same */
    struct shift own;     /* as its blocks alone say */
    struct shift service; /* the same of service times; where in doubt */
    /* From tally_control on: in view of the other settings, which a finding takes; and by itself,
     * which is enough to speak against one. */
    struct shift shift;
    struct shift alone;
    enum side side; /* of threads; SIDE_UNRESOLVED until tally_control */
};

struct tally {
    double factor; /* what counts as a difference; 0: 1 + JUDGE_MARGIN */
    struct ballot *ballots;
    size_t count;
    size_t capacity;
    /* Of all settings together, where too few are resolved by themselves. */
    enum side together;
};

/* Reads the vote of one comparison. A generator at its limit makes its subject look worse than it
 * is, which only strengthens the result when it is the better subject that suffers. One that was
 * late is part of the latency, and not of the service time: the vote then is what both say. Returns
 * 0 with `ballot` for the caller to finish, or -EBADMSG with `error` set and nothing to finish. */
int ballot_read(struct ballot *ballot, const struct summary_row *row, double factor,
                struct error *error);
void ballot_finish(struct ballot *ballot);

/* Adds one ballot, which is the tally's from then on. */
void tally_vote(struct tally *tally, const struct ballot *ballot);

/* Adds a ballot for each comparison that answers the question. Returns 0 or -EBADMSG. */
int tally_add(struct tally *tally, const struct evidence *evidence, const struct question *question,
              struct error *error);

/* Says on which side each ballot is. False findings are controlled over the ballots of all these
 * tallies together, which are all that one claim is decided by. */
void tally_control(struct tally *const *tallies, size_t count);

/* Ballots that vote, resolved or not; those on one side; and those absent for a reason. */
size_t tally_votes(const struct tally *tally);
size_t tally_on_side(const struct tally *tally, enum side side);
size_t tally_absent(const struct tally *tally, enum absence absence);

/* The settings whose side is known: all that vote, where it is known of all of them together. */
size_t tally_resolved(const struct tally *tally);

/* Whether so many resolved settings are enough for a verdict about all. */
bool tally_suffices(size_t resolved, size_t settings);

/* Whether a ballot without a resolved side speaks for that one all the same. It proves nothing, but
 * a verdict that says "in every setting" does not stand beside it. */
bool tally_in_sight(const struct tally *tally, enum side side);

/* The ballot of a comparison; NULL when there is none. */
const struct ballot *tally_find(const struct tally *tally, const struct summary_row *row);

/* What a claim says of threads against the loop. */
enum claimed { CLAIMED_LOWER, CLAIMED_HIGHER, CLAIMED_NOT_LOWER };

/* The verdict, from the resolved settings: reproduced when the claim holds in all of them, refuted
 * when the contrary does, depends when both are among them. Settings shown to be equal are contrary
 * to a difference, and no contrary of "not lower"; by themselves they decide only where all are
 * equal. Undecided when none is resolved, or too few of them are, or when an unresolved one speaks
 * for the other side. */
enum claim_verdict tally_decide(const struct tally *tally, enum claimed claimed);

void tally_finish(struct tally *tally);

/* Writes "requests/s, threads : loop (8 settings: threads lower in 5, unresolved in 2, withheld in
 * 1): 0.49 (0.47 to 0.51) for 100 active connections, to 1.3 (1.2 to 1.4) for 1 active connection".
 * Nothing for an empty one. */
void tally_write(const struct tally *tally, const struct evidence *evidence,
                 const struct question *question, const char *what, FILE *out);

/* Writes "rests on 5 of 17 settings": those whose side is resolved; "rests on a single one of 17
 * settings"; "rests on all 17 settings together, 2 of them resolved by themselves"; "none of 17
 * settings is resolved"; "only 2 of 17 settings are resolved, too few for a verdict". */
void tally_write_basis(const struct tally *tally, FILE *out);

/* Writes what is tested, where ratios are shown that are not. */
void tally_write_test(FILE *out);

/* Writes "p99 withheld for 10,000 active connections, for 300 active connections", a statement for
 * each reason to leave settings out. */
void tally_write_absences(const struct tally *tally, const struct evidence *evidence,
                          const struct question *question, const char *what, FILE *out);

/* Why a setting has no vote, in a word or two: "withheld". "too few blocks" is one of them. */
const char *absence_text(enum absence absence);

/* tally_write of a figure that stands beside the one that decides, and casts no vote: its findings
 * are controlled among themselves. Returns 0 or -EBADMSG. */
int tally_write_beside(const struct evidence *evidence, const struct question *question,
                       const char *what, FILE *out, struct error *error);

/* Writes each side with its settings: "threads higher for crowd_stop: 3.7 (3.2 to 4.9), for ...",
 * each side as a statement of its own; then the unresolved ones, those that speak for one first. */
void tally_write_sides(const struct tally *tally, const struct evidence *evidence,
                       const struct question *question, FILE *out);

/* Writes for every set of other conditions where the two arms meet on the way over `x`, a condition
 * column: "light work: median requests/s of threads higher below 8.1 (5 to 12) active connections,
 * lower above", where `what` is "requests/s". `also` is a second column that changes along with x
 * and is no condition of its own, or NULL. Only where the tally has resolved settings on both sides
 * of the crossing; and "throughout" where it has resolved all of them. Returns 0 or -EBADMSG. */
int crossings_write(const struct tally *tally, const struct evidence *evidence,
                    const struct question *question, const char *what, const char *x,
                    const char *also, FILE *out, struct error *error);

#endif
