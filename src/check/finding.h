/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What came of one clause, in words. */
#ifndef WAITBENCH_CHECK_FINDING_H
#define WAITBENCH_CHECK_FINDING_H

#include <stdbool.h>

enum verdict {
    VERDICT_OK,
    VERDICT_WARNING,
    VERDICT_FAILED,
    VERDICT_NOT_TRIED,
};

struct finding {
    const char *clause; /* its name */
    enum verdict verdict;
    char text[1024];   /* what was seen; of a failure, what was expected and what came instead */
    const char *cause; /* what it usually comes from, or NULL */
};

/* The clause holds; what was seen of it. */
void finding_hold(struct finding *finding, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* It does not keep a program from being measured, but what is measured is the worse for it. */
void finding_warn(struct finding *finding, const char *cause, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* It does not hold. `cause` may be NULL. */
void finding_fail(struct finding *finding, const char *cause, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What happened next, from which the rest may have come: it fails a clause that held till then, and
 * is added to one that did not, unless that says so already. */
void finding_add_failure(struct finding *finding, const char *cause, const char *text);

#endif
