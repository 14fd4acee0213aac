/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two runs or more, side by side: what may be set against what, and every figure of each with its
 * ratio to the first run's. */
#ifndef WAITBENCH_COMPARE_COMPARE_H
#define WAITBENCH_COMPARE_COMPARE_H

#include "compare/entries.h"
#include "compare/guard.h"
#include "compare/machines.h"
#include "compare/verdicts.h"

#include <stdio.h>

/* An interval that reaches further than this factor either way tells nothing. */
#define COMPARE_FACTOR_MAX 3.0

/* What a figure's ratio to the first machine's tells, of which no ratio without an interval tells
 * anything. */
enum telling {
    TELLS_NOTHING, /* one of the two is missing, it is the first's own, or the guard withholds */
    TELLS_LOWER,   /* than the first machine's */
    TELLS_HIGHER,  /* likewise */
    TELLS_WITHIN,  /* that the two differ by less than `factor` either way */
    TELLS_CANNOT_TELL, /* not even that they differ by less than COMPARE_FACTOR_MAX */
    TELLS_TOO_FEW,     /* one of the two has too few blocks for an interval */
    TELLS_NO_INTERVAL, /* there is none although there are blocks enough: it may not be positive */
    TELLS_OVERLOADED,  /* one of the two is a percentile of a backlog that grew */
    TELLS_WITHHELD,    /* one of the two is a percentile that too many trials lack */
    TELLS_OTHER_LOAD,  /* what is called one load was not the same for the two */
    TELLS_ONE_RUN,     /* the two are one figure of one run */
};

/* One figure on one machine, and against the first machine's. */
struct compared {
    const struct entry *entry; /* NULL when that run does not have it */
    struct estimate ratio;     /* to the first machine's; its own is 1, without interval */
    enum guard_level guard;    /* of this figure: comparable, or why there is no verdict */
    enum verdict verdict;      /* VERDICT_NONE where the guard withholds it */
    enum telling telling;
    double factor; /* 1 or more: the interval reaches no further from 1; NAN without one */
};

struct compared_row {
    const struct entry *entry; /* of the first run that has it: its names */
    struct compared machines[MACHINES_MAX];
};

struct comparison_of_runs {
    struct machines machines;
    struct entries entries[MACHINES_MAX];
    struct guard guards[MACHINES_MAX]; /* each machine against the first */
    struct verdicts verdicts;          /* of the claims, on each */
    struct compared_row *rows;
    size_t count;
};

/* Compares each of the runs (2 to MACHINES_MAX), which must outlive it, with the first. Returns 0;
 * -ENODATA when a folder is no run; -EBADMSG, with file and line, when a file is malformed; or
 * another -errno with `error` set. It is large: keep it on the heap. */
int compare_read(struct comparison_of_runs *comparison, const struct recorded_run *const *runs,
                 size_t count, struct error *error);

/* The worst guard of all. */
enum guard_level compare_overall(const struct comparison_of_runs *comparison);

/* The same in words; "one run" where all are. */
const char *compare_overall_text(const struct comparison_of_runs *comparison);

/* Whether the machine's run is the first one itself. */
bool compare_is_one_run(const struct comparison_of_runs *comparison, size_t number);

/* How many figures the difference of the two rates under one name takes the verdict from: of pairs
 * of arms, or of one arm each. Writes the two that differ most, as "17.0 k", to `first` and
 * `other`, of UNITS_TEXT_SIZE each, unless it is none. */
size_t compare_other_loads(const struct comparison_of_runs *comparison, size_t number, bool pairs,
                           char *first, char *other);

/* Whether both were offered rates, which differ by more than a twentieth. */
bool compare_rates_differ(const struct entry *first, const struct entry *other);

/* Whether what is called one load was not the same for the two figures, so that they answer other
 * questions: rates that differ, or, of two ratios, a program that was busier by more than twice. */
bool compare_is_other_load(const struct entry *entry, const struct entry *first);

/* Whether the ratio to the first machine's may be shown: it has an interval, and is none of
 * overloads. */
bool compare_has_ratio(const struct compared *compared);

/* Whether a reader must be told the figure's workload: where the runs have several of its kind. */
bool compare_tells_workload(const struct comparison_of_runs *comparison, const struct entry *entry);

#define COMPARE_WORD_SIZE 24

/* What it tells in a word or two of at most 14 columns, "lower", "within 1.3", "cannot tell", "too
 * few blocks", or "" where it tells nothing. It does not say what is good. Writes COMPARE_WORD_SIZE
 * bytes at most to `text`, and returns it. */
const char *compare_word(const struct compared *compared, char *text);

/* Prints the whole comparison, at most 80 columns wide but for names that only differ when whole.
 */
void compare_print(const struct comparison_of_runs *comparison, FILE *out);

/* Writes FOLDER/compare.csv, whole or not at all. Returns 0 or -errno with `error` set. */
int compare_write(const struct comparison_of_runs *comparison, const char *folder,
                  struct error *error);

void compare_finish(struct comparison_of_runs *comparison);

#endif
