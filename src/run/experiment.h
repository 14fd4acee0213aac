/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The experiments: what they measure, into which files, and under which conditions two of their
 * trials may be compared. How a trial is measured is experiment/'s matter. */
#ifndef WAITBENCH_RUN_EXPERIMENT_H
#define WAITBENCH_RUN_EXPERIMENT_H

#include <stdbool.h>
#include <stddef.h>

/* What the metric means for a reader: a lower time is faster, a lower rate is slower. */
enum metric_kind { METRIC_TIME, METRIC_RATE, METRIC_SIZE };

/* A figure of a trial: its column, divided by that of `per` unless NULL, times `scale`. */
struct metric {
    const char *name;
    const char *unit;
    const char *column;
    const char *per;
    double scale;
    enum metric_kind kind;
    double resolution; /* relative: what its instrument cannot tell apart */
    double step;       /* absolute, in its unit: likewise; the larger of the two counts */
};

#define EXPERIMENT_CONDITIONS_MAX 24

/* One experiment and its files, described once for who measures, reads and draws it. Lists end with
 * NULL. */
struct experiment {
    const char *name;
    const char *file;           /* in the run's folder */
    const char *const *columns; /* of the file, in order */
    /* The scenarios' options are columns, too, behind those: those of so many editions, then these,
     * then the rest. NULL: they are not. */
    int editions;
    const char *const *later_columns;
    const char *extra_file; /* a second one, or NULL */
    const char *const *extra_columns;
    /* Equal in both arms of a pair, or they are not compared. */
    const char *conditions[EXPERIMENT_CONDITIONS_MAX];
    const struct metric *metrics; /* the last has a NULL name; NULL: rows name their own (flow) */
};

enum {
    EXPERIMENT_MEMORY,
    EXPERIMENT_THROUGHPUT,
    EXPERIMENT_LATENCY,
    EXPERIMENT_FLOW,
    EXPERIMENT_COUNT,
};

extern const struct experiment experiment_list[EXPERIMENT_COUNT];

/* More columns than a file has. */
#define EXPERIMENT_COLUMNS_MAX 128

/* The columns of the experiment's file, in order, into `columns`, which has EXPERIMENT_COLUMNS_MAX
 * elements. Returns how many there are. Static strings. */
size_t experiment_columns(const struct experiment *experiment, const char **columns);

/* Whether the experiment's file has a column of that name. */
bool experiment_has_column(const struct experiment *experiment, const char *column);

/* The experiment of that name, or NULL. */
const struct experiment *experiment_find(const char *name);

/* The columns that say what an arm is, as opposed to what is asked of it; ends with NULL. */
#define EXPERIMENT_ARM_COLUMNS_MAX 12
extern const char *const experiment_arm_columns[];

/* Those of them that tell arms of one program and model apart; ends with NULL. */
const char *const *experiment_variant_columns(void);

/* Whether a column of the experiment's file must be equal in both arms of a pair. */
bool experiment_is_condition(const struct experiment *experiment, const char *column);

/* Whether that is a subject of ours, which are called SCENARIO-MODEL or SCENARIO-MODEL-libc; the
 * model `loops` is the program of `loop`. A foreign one may be called some-threads. */
bool experiment_is_ours(const char *scenario, const char *subject, const char *model);

/* The same of any scenario and model: a name that no foreign subject may have. */
bool experiment_has_program(const char *subject);

/* What the second half of an A/A pair is called: echo-loop and echo-loop-again. */
#define AA_SUFFIX "-again"

/* How much of a subject's name is the arm's: all of it, but for that suffix. */
size_t experiment_arm_length(const char *subject);

/* As experiment_is_ours, of the arm's second half in an A/A run, too. */
bool experiment_arm_is_ours(const char *scenario, const char *subject, const char *model);

/* By the arm's name, and its second half behind it: less than, equal to or more than 0. */
int experiment_compare_arms(const char *a, const char *b);

/* The metric of that name, or NULL. */
const struct metric *experiment_metric(const struct experiment *experiment, const char *name);

/* A metric that a flow row names, by its unit ("ns", "per_second", "bytes", ...). */
struct metric flow_metric(const char *name, const char *unit);

#endif
