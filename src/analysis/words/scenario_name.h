/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a reader must be told of which scenario something is. */
#ifndef WAITBENCH_ANALYSIS_WORDS_SCENARIO_NAME_H
#define WAITBENCH_ANALYSIS_WORDS_SCENARIO_NAME_H

#include "base/csv.h"

#include <stdbool.h>

/* Whether the trials are of more than one scenario; a row need not tell its own. */
bool scenarios_differ(const struct csv_table *trials);

/* Whether that scenario is to be named: unless it is the plain server and the trials have no
 * other. */
bool scenario_is_told(const struct csv_table *trials, const char *scenario);

#endif
