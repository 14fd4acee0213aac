/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all formats have of a run, in words that are safe to show. */
#ifndef WAITBENCH_REPORT_EXPORT_EXPORT_PARTS_H
#define WAITBENCH_REPORT_EXPORT_EXPORT_PARTS_H

#include "analysis/analysis.h"
#include "base/error.h"

#include <stdio.h>

int export_csv(const struct analysis *analysis, FILE *out, struct error *error);
int export_json(const struct analysis *analysis, FILE *out, struct error *error);
int export_markdown(const struct analysis *analysis, FILE *out, struct error *error);
int export_prometheus(const struct analysis *analysis, FILE *out, struct error *error);

/* What is said of the machine, its host name first: the name it has in every format, and where
 * machine.json has it. */
struct export_field {
    const char *name; /* the last of the list has NULL */
    const char *path;
};
extern const struct export_field export_fields[];

/* Valid UTF-8 without controls, for the caller to free; of NULL it is "". */
char *export_text(const char *text);

/* The claim's text, with the pair unless it is ours. For the caller to free. */
char *export_claim(const struct claim *claim);

/* The arm as summary.csv has it, and under which conditions its memory was measured, as summary.csv
 * has parameters: "stack_bytes=65536 warm=0". For the caller to free. */
char *export_arm(const struct trial_group *arm);
char *export_conditions(const struct trial_group *arm);

/* Why a comparison decides no claim by itself, whatever its verdict: "overloaded", "withheld"; ""
 * for nothing. */
const char *export_doubt(const struct summary_row *row);

/* What disturbed the run, by the names that machine.json has for it, each once: "load, steal". For
 * the caller to free. */
char *export_disturbances(const struct analysis *analysis);

/* Whether the slope was measured. */
bool export_has_slope(const struct slope *slope);

#endif
