/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the settings of a claim vote: one vote each (ballot.c), and all of them judged at once
 * (tally.c); what votes in place of a withheld figure (stand_in.c); the same in words
 * (tally_write.c), and where two arms meet (crossings.c). */
#ifndef WAITBENCH_ANALYSIS_CLAIMS_TALLY_H
#define WAITBENCH_ANALYSIS_CLAIMS_TALLY_H

#include "analysis/claims/claims.h"
#include "analysis/summary/paired.h"
#include "analysis/summary/shift.h"
#include "analysis/words/workload.h"
#include "run/scenario.h"

#include <stdio.h>

/* A difference of less than this decides no claim: nobody chooses a design for it. */
#define JUDGE_MARGIN 0.05

/* A verdict speaks for a claim's settings: with fewer than this share of them resolved it would
 * speak for a few of them. Those that are left out count as settings. */
#define JUDGE_RESOLVED_SHARE 0.2

/* Which comparisons to count: threads against the loop of the pair that is judged, in one metric.
 * They should be one for each setting: a second percentile of the same trials is not a second
 * witness. Where a workload has the model `loops`, it stands for the loop: one loop is no fair
 * opponent of threads on several CPUs.
 *
 * A loop may call a store in more than one way: itself, which is the shortest, or through a pool of
 * threads, which keeps it free meanwhile. Neither is wrong by itself, and who runs a loop takes the
 * one that serves better. So threads stand against all of them in one vote: they are better only
 * than every way, and worse than any (shift_of_best). That way the loop is not judged by a way
 * nobody would choose, and has no two chances either. What threads have no like of (pipelining) is
 * no opponent, and stands beside. */
struct question {
    size_t experiment;        /* EXPERIMENT_... */
    const char *metric;       /* of the experiment's file; NULL: any */
    enum scenario_claim of;   /* what its scenario decides; CLAIM_OF_NONE: any */
    enum scenario_claim also; /* likewise, or CLAIM_OF_NONE */
    /* Further choice, or NULL. */
    bool (*keep)(const struct summary_row *row);
    /* Which arms are set against each other, and what they are called; NULL: threads against the
     * loop, of which ways without a like are left out. */
    bool (*are_pair)(const struct trial_group *a, const struct trial_group *b);
    const char *pair;
};

/* Why a setting has no vote. */
enum absence {
    ABSENCE_NONE,
    ABSENCE_STORE,  /* the database was the limit, in over half of either arm's trials: such a
                     * setting asks nothing of the two, and counts as none */
    ABSENCE_BEYOND, /* of another pair than ours, offered a share of what ours sustains: in over
                     * half of the trials of both arms it was too much. Such a setting asks nothing
                     * of the two, either */
    ABSENCE_FEW_BLOCKS,
    ABSENCE_FAILED,     /* over a quarter of an arm's trials: what is left may be its good ones */
    ABSENCE_CONTENDED,  /* of control flow: others were at work in over half of an arm's trials */
    ABSENCE_FEW_EVENTS, /* the quantile was withheld in over a tenth of an arm's trials */
    ABSENCE_OVERLOADED, /* in any trial, so that its tail is a queue */
    ABSENCE_LOADED,     /* the generator was, in over half of an arm's trials of an open loop */
    ABSENCE_BOUND,      /* by the generator, the arm that looks slower, in a closed loop */
    ABSENCE_LATE,       /* the generator was, and there are no service times beside it */
    ABSENCE_COUNT,
};

/* What the blocks of threads and one way of the loop say. */
struct evidence_of_way {
    enum absence absence;
    bool in_doubt;        /* the generator was late, so that service times had to say the same */
    struct shift own;     /* as its blocks alone say */
    struct shift service; /* the same of service times; where in doubt */
};

/* One setting's vote: is threads / loop beyond the factor? */
struct ballot {
    const struct summary_row *row; /* the way that the loop does best with; NULL: of a simulation */
    struct paired pairs;           /* a: threads, b: the loop in that way */
    enum absence absence;
    bool in_doubt;
    bool stands_in; /* for a higher quantile, which is withheld */
    struct shift own;
    struct shift service;
    struct evidence_of_way *others; /* of the loop's other ways, owned */
    size_t other_count;
    enum side loses; /* where threads are the worse ones; with other ways */
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
    size_t looks; /* at the rows, which share the level of error; 0: one */
    /* Of all settings together, where too few are resolved by themselves. */
    enum side together;
};

/* Why the comparison would have no vote by itself. */
enum absence comparison_absence(const struct summary_row *row);

/* Reads the vote of one setting: of the comparison with the way that the loop does best with, and
 * of those with its `other_count` other ways. A generator at its limit makes its subject look worse
 * than it is, which only strengthens the result when it is the better subject that suffers. One
 * that was late is part of the latency, and not of the service time: the vote then is what both
 * say. Returns 0 with `ballot` for the caller to finish, or -EBADMSG with `error` set and nothing
 * to finish. */
int ballot_read(struct ballot *ballot, const struct summary_row *row,
                const struct summary_row *const *others, size_t other_count, double factor,
                struct error *error);
void ballot_finish(struct ballot *ballot);

/* Sets `shift` and `alone`, in view of what blocks vary by in other settings, and of all ways. */
void ballot_weigh(struct ballot *ballot, double common, double common_service);

/* Adds one ballot, which is the tally's from then on. */
void tally_vote(struct tally *tally, const struct ballot *ballot);

/* Adds a ballot for each comparison that answers the question. Returns 0 or -EBADMSG. */
int tally_add(struct tally *tally, const struct evidence *evidence, const struct question *question,
              struct error *error);

/* Lets a lower quantile of the same trials vote in place of one that is withheld. A p99 rests on
 * the hundredth of the requests that was held up most, which on a busy host is a few of the host's
 * own stalls; where a design holds up every tenth request, p90 shows it, whatever those did. It is
 * one vote for a setting all the same. The question asks that quantile; the ballots without a vote
 * go to `others`, which the caller finishes. Returns 0 or -EBADMSG. */
int tally_add_stand_ins(struct tally *tally, struct tally *others, const struct evidence *evidence,
                        const struct question *question, struct error *error);

/* After tally_control: only threads that are on that side in a lower quantile say something of the
 * tail. That they are equal there does not, nor a median that is twice the loop's, as waking up a
 * thread may cost, nor what is not resolved: such a setting has no vote again. */
void tally_settle_stand_ins(struct tally *tally, struct tally *others, enum side speaks);

/* Whether any of its ballots votes in place of another. */
bool tally_has_stand_ins(const struct tally *tally);

/* Says on which side each ballot is. False findings are controlled over the ballots of all these
 * tallies together, which are all that one claim is decided by. */
void tally_control(struct tally *const *tallies, size_t count);

/* Ballots that vote, resolved or not; those on one side; and those absent for a reason. */
size_t tally_votes(const struct tally *tally);
size_t tally_on_side(const struct tally *tally, enum side side);
size_t tally_absent(const struct tally *tally, enum absence absence);

/* The settings that ask something of the two: all but those whose database was the limit, or whose
 * rate was too much for both. */
size_t tally_settings(const struct tally *tally);

/* Whether all of them lack blocks: then it is enough to say so once. tally_write has the words for
 * it, and judge_claim (claims.c) adds what a verdict takes. */
#define TALLY_FEW_BLOCKS " with too few blocks"
bool tally_has_few_blocks(const struct tally *tally);

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
enum claimed { CLAIMED_LOWER, CLAIMED_HIGHER, CLAIMED_NOT_LOWER, CLAIMED_NOT_HIGHER };

/* The verdict, from the resolved settings: reproduced when the claim holds in all of them, refuted
 * when the contrary does, depends when both are among them. Settings shown to be equal are contrary
 * to a difference, and no contrary of "not lower" or "not higher"; by themselves they decide only
 * where all are equal. Undecided when none is resolved, or too few of them are, or when an
 * unresolved one speaks for the other side. */
enum claim_verdict tally_decide(const struct tally *tally, enum claimed claimed);

/* What some settings decide about "threads are lower" and the `other` ones do not: no verdict, or
 * another one, where the others speak against it. */
enum claim_verdict verdict_weigh(enum claim_verdict decided, const struct tally *other);

void tally_finish(struct tally *tally);

/* The workloads that a tally's settings are of, in order; the caller frees `workloads`. Returns how
 * many. */
size_t tally_workloads(const struct tally *tally, struct workload **workloads);

/* Whether they must be told: not where all settings are the plain server's. */
bool tally_tells_workload(const struct tally *tally);

/* The ballots of one of them, which stay the tally's: the caller frees `ballots` and no more. */
struct tally tally_of_workload(const struct tally *tally, const struct workload *workload);

/* Writes what the claim comes to of each: "; by itself echo refuted (rests on 8 of 14 settings),
 * web with SQLite depends (...)". Nothing where all settings are the plain server's. */
void tally_write_workloads(const struct tally *tally, enum claimed claimed, FILE *out);

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
 * each side as a statement of its own; then the unresolved ones, those that speak for one first. Of
 * several workloads each has its own: "web with SQLite: threads lower for ...". */
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
