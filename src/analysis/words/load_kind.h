/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kind of work that a trial of a load experiment asks for: what a request costs the server
 * besides its reply. Trials of different kinds are never drawn as one curve. */
#ifndef WAITBENCH_ANALYSIS_WORDS_LOAD_KIND_H
#define WAITBENCH_ANALYSIS_WORDS_LOAD_KIND_H

#include "base/csv.h"

#include <stdbool.h>
#include <stddef.h>

#define LOAD_KIND_COLUMNS        9
#define LOAD_KIND_OPTION_COLUMNS 4
#define LOAD_KIND_LABEL_BYTES    128

/* The columns that make the kind, each list ended by NULL: of work that any server may be asked to
 * do, and of what a scenario's own options ask (run/scenario.h). In this order kinds are sorted: no
 * work first, then a slower store and calls that block, CPU time alike for all, unequal work,
 * memory touched, large payloads, short-lived connections. */
extern const char *const load_kind_columns[LOAD_KIND_COLUMNS + 1];
extern const char *const load_kind_option_columns[LOAD_KIND_OPTION_COLUMNS + 1];

/* Their cells, those of the first list first; 0 for an empty cell or a column that the file lacks.
 */
struct load_kind {
    double values[LOAD_KIND_COLUMNS + LOAD_KIND_OPTION_COLUMNS];
    bool has_store; /* each request looks something up */
};

/* A cell that is no number counts as 0: whoever reads the figures reports it. */
void load_kind_read(struct load_kind *kind, const struct csv_table *table, size_t row);

/* Less than, equal to or more than 0. */
int load_kind_compare(const struct load_kind *a, const struct load_kind *b);

/* Nothing but a small reply over connections that stay open. */
bool load_kind_is_light(const struct load_kind *kind);

/* Light, or the same CPU time for every request (with stack and heap touched by the way): what the
 * curves over load and connections are drawn of. */
bool load_kind_is_plain(const struct load_kind *kind);

/* Some requests take longer than the others, or block for longer. */
bool load_kind_is_unequal(const struct load_kind *kind);

/* How long such a request takes or blocks, in us; 0 where none does. */
double load_kind_slow_us(const struct load_kind *kind);

/* Some requests block, in which they differ from the others. */
bool load_kind_is_blocking(const struct load_kind *kind);

/* The store takes its time for each query; and the same work with one that does not. */
bool load_kind_is_delayed(const struct load_kind *kind);
struct load_kind load_kind_undelayed(const struct load_kind *kind);

/* "no work", "20 us of work", "1 in 1,000 takes 20 ms more", "each query takes 1 ms more", "1 in
 * 100 blocks for 10 ms": as short as a chart needs it. */
void load_kind_label(const struct load_kind *kind, char *label);

/* The same with all that it does: "20 us of work, 16 KiB of stack, 4 KiB of heap", "no other work,
 * over 16 database connections". Both write at most LOAD_KIND_LABEL_BYTES. */
void load_kind_describe(const struct load_kind *kind, char *label);

#endif
