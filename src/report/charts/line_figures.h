/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The trials of a chart of lines on their way to its figures: placed by line_chart.c, written by
 * line_figures.c. */
#ifndef WAITBENCH_REPORT_CHARTS_LINE_FIGURES_H
#define WAITBENCH_REPORT_CHARTS_LINE_FIGURES_H

#include "analysis/statistics/curve.h"
#include "report/charts/arm_rows.h"
#include "report/charts/line_chart.h"

#include <stdint.h>

/* Where a trial stands in the chart. */
struct line_place {
    size_t row;
    int series;
    int panel;
    double panel_keys[CHART_KEYS_MAX];
    double point_keys[CHART_KEYS_MAX];
};

struct line_figures {
    const struct line_chart *chart;
    const struct csv_table *trials;
    struct series *series;
    size_t series_count;
    struct line_place *places;
    size_t place_count;
    double floor_ns;
    size_t keys; /* of panels, that always are columns; the options' behind them */
    bool has_option[CHART_KEYS_MAX]; /* which of those are, too */
    char name[160];                  /* of the file */
    struct crossover *equal;         /* of each series; NULL where the chart does not tell */
};

/* By series, then panel, then point: less than, equal to or more than 0. */
int line_place_compare(const void *a, const void *b);

/* 1 with the value of one trial, 0 when it was not measured, or -EBADMSG with `error` set. */
int line_trial_value(const struct line_figures *figures, size_t row,
                     const struct chart_value *value, double *result, struct error *error);

/* Finds where each loop's curve of the chart's first value meets that of threads, over its first
 * point key; NAN for all other series. Returns 0 or -EBADMSG with `error` set. */
int line_equal_find(struct line_figures *figures, uint64_t seed, struct error *error);

/* Sets equal_at, equal_ci_low and equal_ci_high of a point of that series, where both ends of the
 * interval are known: else they may not meet at all. */
void line_equal_set(const struct line_figures *figures, int series, struct csv_writer *writer);

/* Writes RUN_DIR/charts/NAME.csv of trials that are placed, in order. Returns 0 or -errno with
 * `error` set. */
int line_figures_write(const struct line_figures *figures, const char *run_dir,
                       struct error *error);

#endif
