/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bill for one more waiter, for the terminal. */
#ifndef WAITBENCH_ANALYSIS_TABLES_MEMORY_TABLE_H
#define WAITBENCH_ANALYSIS_TABLES_MEMORY_TABLE_H

#include "analysis/summary/bill.h"

#include <stdio.h>

/* Prints the bill as a table of at most 100 columns: a line of figures per arm, and a line with
 * their 95 % intervals. Prints one line that says so when there is nothing to show. */
void memory_table_print(const struct bill *bill, FILE *out);

#endif
