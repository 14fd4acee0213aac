/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is recorded as different between machines: by what the guard looks at, and the limits, which
 * it leaves aside since what ran was within them. None of it is a cause, only what may be one. */
#ifndef WAITBENCH_COMPARE_DIFFERENCES_H
#define WAITBENCH_COMPARE_DIFFERENCES_H

#include "compare/guard.h"
#include "compare/machines.h"

#include <jansson.h>
#include <stddef.h>

#define DIFFERENCES_MAX      (GUARD_FINDINGS_MAX + 16)
#define DIFFERENCE_NAME_SIZE 40
/* How a set of machines may be parted: sides are counted from 0. */
#define SIDES_MAX 4
#define SIDE_NONE (-1)

/* One thing that differs. */
struct difference {
    char name[DIFFERENCE_NAME_SIZE];         /* "kernel", "limit RLIMIT_NOFILE" */
    char values[SIDES_MAX][GUARD_TEXT_SIZE]; /* one for each side; of two machines the first two */
    enum guard_level weight;                 /* the worst that the guard says of it */
};

struct differences {
    struct difference list[DIFFERENCES_MAX];
    size_t count; /* by weight, the worst first */
};

/* What two machine.json that both recorded it say differently. NULL is accepted, and says nothing.
 */
void differences_between(struct differences *differences, const json_t *first, const json_t *other);

/* What disturbed a difference's machine, behind this in its name. */
#define DISTURBED_BY "disturbed by "

/* Adds what disturbed one of the two and not the other, "disturbed by steal": values are "yes" and
 * "no". NULL is accepted, and says nothing. */
void differences_add_disturbances(struct differences *differences, const json_t *first,
                                  const json_t *other);

/* What has one value on each side, and another on each other side. `sides` has the side of each
 * machine, or SIDE_NONE. Disturbances are among it. It is large. */
void differences_of_sides(struct differences *differences, const struct machines *machines,
                          const int *sides);

#endif
