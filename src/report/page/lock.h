/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is derived from a run's rows (CSVs, charts, the page) is written by one process at a time.
 */
#ifndef WAITBENCH_REPORT_PAGE_LOCK_H
#define WAITBENCH_REPORT_PAGE_LOCK_H

/* Waits until nobody else writes into the folder, which it says when it has to, and keeps others
 * out. Returns a number for report_unlock. Where the file system knows no locks, or the folder
 * cannot be opened, it goes without. */
int report_lock(const char *run_dir);

void report_unlock(int lock);

#endif
