/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gnuplot, asked for one picture after another: most of what a small picture takes is its start. */
#ifndef WAITBENCH_REPORT_CHARTS_GNUPLOT_H
#define WAITBENCH_REPORT_CHARTS_GNUPLOT_H

#include "base/channel.h"
#include "base/error.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/* Zeroed, it has not been started: the first picture does that. */
struct gnuplot {
    struct channel channel;
    bool is_running;
    char folder[PATH_MAX]; /* where it runs */
};

/* What a picture says of itself: HEADLINE and FOOT of plots/style.gp. Each is one line of any
 * printable text; "" where there is none. */
struct gnuplot_words {
    const char *headline;
    const char *foot;
};

/* Has the script draw the figures charts/NAME.csv of `folder`, an absolute path, as `out`, a file
 * in it. SIGPIPE must be ignored, as interrupt_catch has it. Returns 0; -ENOENT when gnuplot is not
 * installed; -EIO when it failed, with what it said in `error`; -ETIMEDOUT at the deadline
 * (clock_now_ns) and -EINTR soon after an interrupt came (base/interrupt.h): it and its children
 * are then ended; or another -errno. The next picture begins with another gnuplot after a failure,
 * and with the same, as if it were new, after none. */
int gnuplot_draw(struct gnuplot *gnuplot, const char *script, const char *folder, const char *name,
                 const char *out, const struct gnuplot_words *words, int64_t deadline_ns,
                 struct error *error);

/* Whether it is here, without starting it. Returns 0, or -ENOENT with the words for it in `error`,
 * which gnuplot_draw has, too. */
int gnuplot_look(struct error *error);

/* Ends it, if it runs. */
void gnuplot_finish(struct gnuplot *gnuplot);

#endif
