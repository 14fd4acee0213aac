/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two runs or more, side by side: what may be set against what, and every figure of each with its
 * ratio to the first run's. */
#ifndef WAITBENCH_COMPARE_COMPARE_H
#define WAITBENCH_COMPARE_COMPARE_H

#include "compare/entries.h"
#include "compare/guard.h"
#include "compare/machines.h"

#include <stdio.h>

/* One figure on one machine, and against the first machine's. */
struct compared {
    const struct entry *entry; /* NULL when that run does not have it */
    struct estimate ratio;     /* to the first machine's; its own is 1, without interval */
    enum guard_level guard;    /* of this figure: comparable, or why there is no verdict */
    enum verdict verdict;      /* VERDICT_NONE where the guard withholds it */
};

struct compared_row {
    const struct entry *entry; /* of the first run that has it: its names */
    struct compared machines[MACHINES_MAX];
};

struct comparison_of_runs {
    struct machines machines;
    struct entries entries[MACHINES_MAX];
    struct guard guards[MACHINES_MAX]; /* each machine against the first */
    struct compared_row *rows;
    size_t count;
};

/* Reads the runs in `folders` (2 to MACHINES_MAX) and compares each with the first. Returns 0;
 * -ENODATA when a folder is no run; -EBADMSG, with file and line, when a file is malformed; or
 * another -errno with `error` set. It is large: keep it on the heap. */
int compare_read(struct comparison_of_runs *comparison, char *const *folders, size_t count,
                 struct error *error);

/* The worst guard of all. */
enum guard_level compare_overall(const struct comparison_of_runs *comparison);

/* The verdict in one word, "lower", "higher", "unresolved", or "" where there is none. It does not
 * say what is good. */
const char *compare_word(const struct compared *compared);

/* Prints the whole comparison, at most 100 columns wide. */
void compare_print(const struct comparison_of_runs *comparison, FILE *out);

/* Writes FOLDER/compare.csv, whole or not at all. Returns 0 or -errno with `error` set. */
int compare_write(const struct comparison_of_runs *comparison, const char *folder,
                  struct error *error);

void compare_finish(struct comparison_of_runs *comparison);

#endif
