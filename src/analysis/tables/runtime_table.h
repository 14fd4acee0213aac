/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terminal's table of programs of many languages: a line for each. */
#ifndef WAITBENCH_ANALYSIS_TABLES_RUNTIME_TABLE_H
#define WAITBENCH_ANALYSIS_TABLES_RUNTIME_TABLE_H

#include "analysis/summary/runtimes.h"

#include <stdio.h>

/* Prints at most 80 columns: bytes of a waiter, all of it and its user pages, requests per second
 * over many connections and over one, median and 99th percentile of latency. `-` was not measured;
 * a program whose trials were overloaded says so instead of its latency. */
void runtime_table_print(const struct runtime_figures *runtimes, FILE *out);

#endif
