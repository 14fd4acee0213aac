/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figures of throughput and latency that are drawn or stand in tables: which trials, and by
 * what: throughput (load_charts.c), the whole distribution (spectrum_chart.c), and all other
 * latency (latency_charts.c). Each takes trials that are alike in every condition but those that it
 * shows. */
#ifndef WAITBENCH_REPORT_CHARTS_LOAD_CHARTS_H
#define WAITBENCH_REPORT_CHARTS_LOAD_CHARTS_H

#include "report/charts/line_chart.h"

/* Closed loop: against active connections, a panel for no work and for each work that is alike
 * for all; and at one number of connections, a panel (a line) for each kind of work. */
extern const struct line_chart chart_throughput;
extern const struct line_chart chart_throughput_work;

/* The same against how much longer the store takes for each query; and latency likewise, at one
 * share of the rate that is sustained with it. */
extern const struct line_chart chart_throughput_delay;
extern const struct line_chart chart_latency_delay;

/* What requests that block cost the others: a panel (a line) for each kind of work and rate. */
extern const struct line_chart chart_latency_others;

/* The distribution at the lowest and the highest rate that was sustained, with work, and with
 * unequal work. */
extern const struct line_chart chart_latency_spectrum;

/* Every arm at the same rates; at the same share of its own rate; beside idle ones; by kind of
 * work; by active connections at one rate. */
extern const struct line_chart chart_latency_load;
extern const struct line_chart chart_latency_utilisation;
extern const struct line_chart chart_latency_idle;
extern const struct line_chart chart_latency_work;
extern const struct line_chart chart_latency_active;

/* What stood still and what the generator saw, of every latency setting: a table only,
 * charts/latency- trust.csv. */
extern const struct line_chart table_latency_trust;

#endif
