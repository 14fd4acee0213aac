/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What servers of a run are asked to do: a scenario, and where its rows are, for one that has a
 * store. Trials of two workloads are never one curve, table or setting; each has charts, tables and
 * a part of the page of its own. */
#ifndef WAITBENCH_ANALYSIS_WORDS_WORKLOAD_H
#define WAITBENCH_ANALYSIS_WORDS_WORKLOAD_H

#include "base/csv.h"
#include "run/recorded_run.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define WORKLOAD_NAME_SIZE 96

/* Both texts are those of the trials' file, or static. */
struct workload {
    const char *scenario;
    const char *store; /* "" where there is none */
};

/* The workload of a trial. A file without scenarios is of the plain server. */
struct workload workload_of(const struct csv_table *trials, size_t row);

struct workload workload_plain(void);

/* Whether it is the plain server's, which most runs are about and which needs no name there. */
bool workload_is_plain(const struct workload *workload);

/* Whether a statement about settings must name it: it is another server's. Claims about programs
 * that measure themselves are about one of them each, or name it themselves. */
bool workload_needs_name(const struct workload *workload);

/* The plain server first, then in the order of run/scenario.c, others by name behind; stores from
 * the nearest to the farthest: less than, equal to or more than 0. */
int workload_compare(const struct workload *a, const struct workload *b);

/* Whether the trial is of that workload. */
bool workload_has(const struct workload *workload, const struct csv_table *trials, size_t row);

/* "echo", "web with SQLite", "web with PostgreSQL", "web with rows in memory". */
void workload_write(const struct workload *workload, FILE *out);
void workload_words(const struct workload *workload, char *words, size_t size);

/* "SQLite", "PostgreSQL", "rows in memory"; the text itself of a store that nobody knows. */
const char *workload_store_words(const char *store);

/* What a chart's name and a place on the page end in: "" of the plain server, else "-web-sqlite".
 * Letters, digits, - and _ alone. `suffix` has WORKLOAD_NAME_SIZE. */
void workload_suffix(const struct workload *workload, char *suffix);

/* The workloads of a run's files of servers, in order. */
struct workloads {
    struct workload *items;
    size_t count;
};

/* Files that cannot be read have none. The run must outlive them. */
void workloads_find(struct workloads *workloads, const struct recorded_run *run);

/* The same of throughput.csv and latency.csv alone. */
void workloads_find_loaded(struct workloads *workloads, const struct recorded_run *run);

/* Those of one file of trials. */
void workloads_of_file(struct workloads *workloads, const struct csv_table *trials);

/* Whether a reader of the file must be told which workload something is of: unless all is the plain
 * server's; and whether there is more than one. */
bool workloads_are_told(const struct csv_table *trials);
bool workloads_differ(const struct csv_table *trials);

void workloads_finish(struct workloads *workloads);

#endif
