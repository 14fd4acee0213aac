/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scorecard: popular claims about threads and event loops, each held against the run. */
#ifndef WAITBENCH_ANALYSIS_CLAIMS_CLAIMS_H
#define WAITBENCH_ANALYSIS_CLAIMS_CLAIMS_H

#include "analysis/summary/bill.h"
#include "analysis/summary/shift.h"
#include "analysis/summary/summary.h"
#include "run/open_settings.h"

/* Reproduced: it holds in every resolved setting. Refuted: the contrary holds in every one.
 * Depends: it holds here and not there. Undecided: no setting is resolved, or the rest speaks
 * against what is; the same limit stopped both arms; or it was not run. */
enum claim_verdict { CLAIM_UNDECIDED, CLAIM_REPRODUCED, CLAIM_REFUTED, CLAIM_DEPENDS };

/* What a claim may rest on. */
struct evidence {
    const struct recorded_run *run;
    const struct bill *bill;
    const struct summary *summary;
    uint64_t seed;
    size_t looks;     /* at the rows that verdicts pay for (run/recorded_run.h); 0: one */
    const char *pair; /* whose arms are judged (run/pair.h); NULL: ours */
};

/* One setting's vote: threads / loop in one metric. */
struct claim_vote {
    char *setting;                 /* in words, as it differs from the claim's others; owned */
    const struct summary_row *row; /* the summary's; NULL of a slope */
    const char *metric;            /* "p99" */
    struct estimate ratio;         /* NAN where there is no figure */
    bool more_is_better;           /* a rate, of which threads want the higher one */
    double factor;                 /* less is no difference to this claim: 1.05, 4 */
    enum side side;                /* of threads, as resolved over all of the claim's settings */
    const char *absence;           /* why it has no vote, in a word or two; NULL where it has one */
};

/* Who is better by a ratio: that depends on what it is of. */
enum better { BETTER_OPEN, BETTER_THREADS, BETTER_LOOP, BETTER_EQUAL, BETTER_COUNT };

struct claim_votes {
    struct claim_vote *items;
    size_t count;
    size_t capacity;
};

/* The setting that `answer` is of, where it is of one. */
struct claim_setting {
    double threads; /* medians in `unit`, as files have it; NAN where there is no such setting */
    double loop;
    const char *unit;              /* "ns", "bytes", "per_second"; static, or the summary's */
    struct estimate ratio;         /* threads / loop */
    const struct summary_row *row; /* the summary's; NULL of a slope */
};

/* Of `name` and `answer`: a line of the terminal has room for both beside the verdict. */
#define CLAIM_NAME_CHARS   24
#define CLAIM_ANSWER_CHARS 42

/* A claim as judged of one pair. Texts are owned by it but for the first four. */
struct claim {
    const char *id;
    const char *pair; /* the claims' */
    const char *text;
    const char *name; /* the claim in a few words */
    enum claim_verdict verdict;
    size_t settings; /* in which it was asked, 0 where it is not asked in settings; and those of */
    size_t resolved; /* them whose side is resolved */
    char *answer;    /* the two figures that bear the verdict, the threads' first */
    struct claim_setting shown;
    char *figures;   /* in words, with intervals; "not run" when there is nothing to judge by */
    char *condition; /* under which it turns: a crossover with its interval, or where it holds */
    char *rests_on;  /* the rows, in words: file, arms, metric */
    char *talk;      /* its own figures beside ours, which are in `figures`, too; "" without any */
    struct claim_votes votes; /* none where it is not asked in settings */
};

/* The setting that `answer` is of, in words as its vote has them: "1 in 800 takes 4 ms more". ""
 * where it is of none or of the only one. */
const char *claim_shown_setting(const struct claim *claim);

/* Whose claims they are (run/pair.h). */
struct claim_pair {
    char *name;     /* owned */
    bool took_part; /* ours may not have: then nothing was run for its claims */
};

/* Pair by pair, ours first, and the same claims in the same order of each. Every claim of every
 * pair has its own level of error (summary/shift.h), as if it were alone: of eleven claims and two
 * pairs that are 22, and who reads them all has to expect so many times the errors of one. */
struct claims {
    struct claim *claims;
    size_t count;
    struct claim_pair *pairs;
    size_t pair_count;
    struct open_settings open; /* in which a claim was asked and is not decided, claim by claim */
};

/* Judges every claim of every pair, also those that nothing was run for; `pair` of the evidence is
 * not looked at. Returns 0, or -EBADMSG with `error` set for a bad number in one of the run's
 * files. */
int claims_judge(struct claims *claims, const struct evidence *evidence, struct error *error);

/* Writes RUN_DIR/claims.csv, whole or not at all. Returns 0 or -errno with `error` set. */
int claims_write(const struct claims *claims, const char *run_dir, struct error *error);

/* How many claims there are of each pair, and that one of a pair by its id; NULL where there is
 * none. */
size_t claims_per_pair(const struct claims *claims);
const struct claim *claims_find(const struct claims *claims, size_t pair, const char *id);

/* The pairs to show, in order: those that took part, and ours where nobody did. The caller frees
 * `pairs`. Returns how many, at least 1 of claims that were judged. */
size_t claims_shown_pairs(const struct claims *claims, size_t **pairs);

/* That claim of a pair: less than claims_per_pair. */
const struct claim *claims_of_pair(const struct claims *claims, size_t pair, size_t index);

/* Writes the claim's text, with the pair unless it is ours: "Tasks have effectively no upper bound
 * (python)". */
void claim_write_text(const struct claim *claim, FILE *out);

/* "reproduced", "refuted", "depends", "undecided". */
const char *claim_verdict_text(enum claim_verdict verdict);

/* What a verdict's bracket is made of: a claim's, or a row's of claims.csv. */
struct claim_basis {
    const char *figures;
    const char *condition;
    size_t settings;
    size_t resolved;
};

/* Writes " (5 of 14 settings)": how many of the settings in which the claim was asked are resolved;
 * or why it has no verdict; nothing where it is not asked in settings. */
void claim_basis_write(const struct claim_basis *basis, FILE *out);
void claim_write_basis(const struct claim *claim, FILE *out);

/* Writes both figures of the setting that the claim shows: "61.2 k/s against 89.9 k/s". */
void claim_write_pair(const struct claim *claim, FILE *out);

void claim_votes_finish(struct claim_votes *votes);
void claims_finish(struct claims *claims);

#endif
