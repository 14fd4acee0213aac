/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands below each chart of a comparison. */
#ifndef WAITBENCH_COMPARE_PAGE_FOOT_H
#define WAITBENCH_COMPARE_PAGE_FOOT_H

#include "compare/machines.h"

#define PAGE_FOOT_SIZE 96

/* "2 runs · 2026-11-22 to 2026-11-25 · waitbench 0.1.0": the days on which the runs began, as far
 * as they say, and the version that measured, where all have one. `foot` has PAGE_FOOT_SIZE. */
void page_foot(const struct machines *machines, char *foot);

#endif
