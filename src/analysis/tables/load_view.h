/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kinds of the terminal's tables of load: which groups of trials each shows, what orders and
 * names its lines, and what its cells say. */
#ifndef WAITBENCH_ANALYSIS_TABLES_LOAD_VIEW_H
#define WAITBENCH_ANALYSIS_TABLES_LOAD_VIEW_H

#include "analysis/summary/trials.h"

#include <stdbool.h>
#include <stdio.h>

/* Of what names a line. */
#define LOAD_LINE_WIDTH 25

/* One kind of table: which file and which of its groups, what orders and names a line, what a cell
 * says, and what a second line of it says where it has one. */
struct load_view {
    const char *file;
    const char *title;
    const char *heading; /* above the lines' names */
    const char *line_columns[4];
    bool (*shows)(const struct trial_group *group);
    void (*print_line)(const struct trial_group *group, FILE *out);
    int (*format_cell)(const struct trial_group *group, char *cell, struct error *error);
    int (*format_more)(const struct trial_group *group, char *cell, struct error *error);
    const char *more; /* the second line's name, but of requests that block */
    bool is_of_plain; /* of the plain server alone: of other workloads the page has it */
};

#define LOAD_VIEWS 4
extern const struct load_view load_views[LOAD_VIEWS];

/* Gathers trials by all that tells settings and arms apart. Returns 0 or -EBADMSG with `error` set.
 */
int load_view_gather(struct trial_groups *groups, const struct csv_table *table,
                     struct error *error);

/* By what orders the view's lines, and by the kind of work alone: less than, equal to or more than
 * 0; 0 of one line, and of one kind. */
int load_view_compare_lines(const struct load_view *view, const struct trial_group *a,
                            const struct trial_group *b);
int load_view_compare_kinds(const struct trial_group *a, const struct trial_group *b);

/* What a line's second one is called. */
const char *load_view_more(const struct load_view *view, const struct trial_group *line);

#endif
