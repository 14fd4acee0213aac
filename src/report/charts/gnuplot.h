/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs gnuplot, without a shell and for a bounded time. */
#ifndef WAITBENCH_REPORT_CHARTS_GNUPLOT_H
#define WAITBENCH_REPORT_CHARTS_GNUPLOT_H

#include "base/error.h"

#include <stdint.h>

/* `gnuplot -c SCRIPT RUN OUT`. RUN and OUT begin with '/': gnuplot takes a name that begins with
 * '<' or '|' for a command. When it ends or has to be ended, so does whatever it started. Returns
 * 0; -ENOENT when gnuplot is not installed; -ETIMEDOUT at the deadline (clock_now_ns); -EINTR soon
 * after an interrupt came (base/interrupt.h); -EIO, with gnuplot's own last line in `error`,
 * when it failed; or another -errno. */
int gnuplot_run(const char *script, const char *run_dir, const char *out, int64_t deadline_ns,
                struct error *error);

#endif
