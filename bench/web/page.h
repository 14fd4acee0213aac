/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a browser sees on `/`. */
#ifndef WAITBENCH_BENCH_WEB_PAGE_H
#define WAITBENCH_BENCH_WEB_PAGE_H

extern const char page_text[];

#endif
