/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/progress.h"

#include "base/clock.h"
#include "base/terminal.h"

#include <stdio.h>

#define PLAIN_INTERVAL_NS    (INT64_C(15) * NS_PER_SECOND)
#define TERMINAL_INTERVAL_NS (INT64_C(100) * NS_PER_MS)

void progress_init(struct progress *progress, size_t trials, double expected_seconds)
{
    *progress = (struct progress){
        .terminal = terminal_is_capable(stderr),
        .total = trials,
        .expected_total = expected_seconds,
        .start_ns = clock_now_ns(),
    };
}

void progress_extend(struct progress *progress, size_t trials, double seconds)
{
    progress->total += trials;
    progress->expected_total += seconds;
}

static double seconds_left(const struct progress *progress)
{
    double elapsed = (double)(clock_now_ns() - progress->start_ns) / NS_PER_SECOND;
    double left = progress->expected_total - progress->expected_done;
    /* Until a twentieth is done, the guess is better than what was seen. */
    if (progress->expected_done < progress->expected_total / 20)
        return left;
    return left * elapsed / progress->expected_done;
}

static void format_left(double seconds, char *text, size_t size)
{
    long whole = (long)(seconds + 0.5);
    if (whole >= 60)
        snprintf(text, size, "%ld min %02ld s left", whole / 60, whole % 60);
    else
        snprintf(text, size, "%ld s left", whole);
}

void progress_show(struct progress *progress, const char *found, const char *what)
{
    char left[64];
    char line[512];
    int64_t now_ns = clock_now_ns();
    int64_t interval_ns = progress->terminal ? TERMINAL_INTERVAL_NS : PLAIN_INTERVAL_NS;
    if (progress->last_print_ns > 0 && now_ns - progress->last_print_ns < interval_ns)
        return;
    progress->last_print_ns = now_ns;
    format_left(seconds_left(progress), left, sizeof left);
    snprintf(line, sizeof line, "[%zu/%zu] %s, %s%s%s", progress->done, progress->total, left,
             found, found[0] != '\0' ? "; " : "", what);
    if (progress->terminal)
        fprintf(stderr, "\r\033[K%.*s", terminal_columns(stderr) - 1, line);
    else
        fprintf(stderr, "%s\n", line);
}

void progress_step(struct progress *progress, double expected_seconds)
{
    progress->done++;
    progress->expected_done += expected_seconds;
}

double progress_pace(const struct progress *progress)
{
    double elapsed = (double)(clock_now_ns() - progress->start_ns) / NS_PER_SECOND;
    return progress->expected_done > 0 && elapsed > 0 ? elapsed / progress->expected_done : 1;
}

void progress_clear(const struct progress *progress)
{
    if (progress->terminal)
        fputs("\r\033[K", stderr);
}
