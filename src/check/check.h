/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tries a program against each clause of the subject contract (bench/README.md, "What it has to
 * do"), on real processes and sockets, and says of each whether it holds. */
#ifndef WAITBENCH_CHECK_CHECK_H
#define WAITBENCH_CHECK_CHECK_H

#include "check/finding.h"

#include <stdint.h>

/* After so long the clauses that are left are not tried any more. A good program takes 2 or 3
 * seconds; one that is silent is waited for as long as a run would wait for it. */
#define CHECK_SECONDS 60

struct check_summary {
    int held;
    int warnings;
    int failed;
    int not_tried;
    int64_t elapsed_ns;
};

/* Called once for each clause, in order, as soon as it is known. */
typedef void check_report(void *data, const struct finding *finding);

/* Starts `argv`, the words of its command, and tries it; again, some times, where a clause ended
 * it, so that the clauses after that are tried, too. Nothing that it started is left running, but
 * see guard.h for what may happen to us. Returns 0 with `summary` filled in, whatever was found, or
 * -EINTR when an interrupt came. */
int check_subject(char *const *argv, check_report *report, void *data,
                  struct check_summary *summary);

#endif
