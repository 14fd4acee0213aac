/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scenarios and metrics of control flow in the words of a chart's reader. What nobody has words for
 * (a scenario of another version, a program of somebody's own) is called by its own name. */
#ifndef WAITBENCH_ANALYSIS_WORDS_FLOW_STEP_H
#define WAITBENCH_ANALYSIS_WORDS_FLOW_STEP_H

#include <stddef.h>

#define FLOW_STEP_SIZE 96

/* "cancel: work is asked to stop". Borrowed. */
const char *flow_scenario_words(const char *scenario);

/* "computing: from request to stopped · median" of cancel's `compute_stop_p50`; a rate is told as
 * what is done, for its time. `unit` is that of the metric, which its name may end in. `words` has
 * FLOW_STEP_SIZE. */
void flow_step_words(const char *scenario, const char *metric, const char *unit, char *words);

/* The order in which metrics of a scenario are told, the median before the longest; what has no
 * words behind, by name: less than, equal to or more than 0. */
int flow_step_compare(const char *scenario, const char *a, const char *b);

#endif
