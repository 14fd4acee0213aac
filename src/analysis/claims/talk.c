/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The talk's own figures beside ours. It has them of Python's memory alone, resident: of threads
 * that wait for an event and of tasks that sleep, without a network. */
#include "analysis/claims/judge.h"
#include "analysis/words/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *pair;
    const char *figures;
} talk[] = {
    {"python", "about 10 KB and 2 KB"},
};

static const char *find_figures(const struct evidence *evidence)
{
    for (size_t i = 0; evidence->pair && i < sizeof talk / sizeof *talk; i++)
        if (strcmp(talk[i].pair, evidence->pair) == 0)
            return talk[i].figures;
    return NULL;
}

/* Returns 1 with the slope of what is resident, 0 without one, or -EBADMSG. */
static int find_slope(const struct evidence *evidence, enum model model, trials_choice *choice,
                      struct estimate *slope, struct error *error)
{
    for (size_t i = 0; i < evidence->bill->count; i++) {
        const struct trial_group *trials = &evidence->bill->bills[i].trials;
        struct slope_point *points;
        if (!model_is(group_text(trials, "model"), model) || !choice(trials) ||
            !trials_are_plain(trials) || !trials_are_of_pair(trials, evidence))
            continue;
        int64_t count = bill_points_in(trials, "rss_bytes", &points, error);
        if (count < 0)
            return (int)count;
        *slope = slope_fit(points, (size_t)count, evidence->seed).slope;
        free(points);
        return !isnan(slope->value);
    }
    return 0;
}

static void write_slope(const struct estimate *slope, const char *of, FILE *out)
{
    units_write_bytes(slope, out);
    fprintf(out, " a %s", of);
}

/* Returns 1 when it wrote something, 0, or -EBADMSG. */
static int write_of(const struct evidence *evidence, trials_choice *choice, const char *what,
                    FILE *out, struct error *error)
{
    struct estimate threads;
    struct estimate loop;
    int result = find_slope(evidence, MODEL_THREADS, choice, &threads, error);
    if (result == 1)
        result = find_slope(evidence, MODEL_LOOP, choice, &loop, error);
    if (result != 1)
        return result;
    fprintf(out, "resident alone, %s: ", what);
    write_slope(&threads, "thread", out);
    fputs(", ", out);
    write_slope(&loop, "task", out);
    fprintf(out, ", where the talk has %s", find_figures(evidence));
    return 1;
}

int talk_write_memory(const struct evidence *evidence, FILE *out, struct error *error)
{
    if (!find_figures(evidence))
        return 0;
    int result = write_of(evidence, trials_are_without_network, "without a network", out, error);
    if (result == 0)
        result = write_of(evidence, trials_are_connected, "each with a connection", out, error);
    return result < 0 ? result : 0;
}
