/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/regressions.h"

#include "analysis/words/units.h"
#include "compare/entry_text.h"

#include <string.h>

static const char *const reasons[WATCHED_STATES] = {
    [WATCHED_TOO_FEW] = "too few blocks",
    [WATCHED_NO_INTERVAL] = "no interval",
    [WATCHED_BROKEN] = "its trials fail, of which the first run's did not",
    [WATCHED_FAILED] = "over a quarter of its trials failed",
    [WATCHED_OVERLOADED] = "a backlog that grew",
    [WATCHED_BEHIND] = "the run does not keep up with the rate, which the first one did",
    [WATCHED_WITHHELD] = "too few separate events for the percentile",
    [WATCHED_BOUND] = "the load generator was the limit",
    [WATCHED_OTHER_LOAD] = "another rate under the same name",
    [WATCHED_GONE] = "the run does not have it",
    [WATCHED_NEW] = "the first run does not have it",
};

/* "echo, mine 100 active, latency, 99th percentile" */
static void write_figure(const struct comparison_of_runs *comparison, const struct watched *watched,
                         FILE *out)
{
    const struct entry *entry = watched->now ? watched->now : watched->base;
    if (compare_tells_workload(comparison, entry))
        fprintf(out, "%s, ", entry->workload);
    fprintf(out, "%s, %s", entry->label, entry_title(entry));
}

/* ", of NAME", where it could be of more than one run. */
static void write_run(const struct comparison_of_runs *comparison, size_t machine, FILE *out)
{
    if (comparison->machines.count > 2)
        fprintf(out, ", of %s", comparison->machines.machines[machine].name);
}

/* The allowed ratio is shown in the figure's own direction: of a rate it is below 1. */
static void print_worse(const struct comparison_of_runs *comparison, const struct watched *watched,
                        double allowed, FILE *out)
{
    char base[UNITS_TEXT_SIZE];
    char now[UNITS_TEXT_SIZE];
    char ratio[UNITS_TEXT_SIZE];
    fprintf(out, "%s: ", watch_name(watched->watch));
    write_figure(comparison, watched, out);
    fprintf(out, ": %s then %s, x %s, allowed x %.4g",
            entry_format(watched->base, watched->base->figure.estimate.value, base),
            entry_format(watched->now, watched->now->figure.estimate.value, now),
            units_format_ratio(&watched->ratio, ratio),
            watch_is_rate(watched->now) ? 1 / allowed : allowed);
    write_run(comparison, watched->machine, out);
    fputc('\n', out);
}

void regressions_print(const struct regressions *regressions,
                       const struct comparison_of_runs *comparison, const struct fail_on *fail_on,
                       FILE *out)
{
    for (size_t i = 0; i < regressions->count; i++) {
        const struct watched *watched = &regressions->list[i];
        if (watched->state == WATCHED_WORSE)
            print_worse(comparison, watched, fail_on->allowed[watched->watch], out);
    }
}

static void print_reason(const struct regressions *regressions,
                         const struct comparison_of_runs *comparison, enum watched_state state,
                         FILE *out)
{
    size_t first = 0;
    while (regressions->list[first].state != state)
        first++;
    fprintf(out, "  no verdict on %zu: %s", regressions->states[state], reasons[state]);
    if (state == WATCHED_TOO_FEW)
        fprintf(out, " (a verdict takes %d)", STATISTICS_BLOCKS_MIN);
    fputs(regressions->states[state] > 1 ? "; the first is " : ": ", out);
    write_figure(comparison, &regressions->list[first], out);
    write_run(comparison, regressions->list[first].machine, out);
    fputc('\n', out);
}

/* "larger:5%, later:20%" */
static void write_rules(const struct fail_on *fail_on, FILE *out)
{
    const char *between = "";
    for (enum watch watch = 0; watch < WATCH_COUNT; watch++)
        if (fail_on->allowed[watch] > 0) {
            fprintf(out, "%s%s:%.4g%%", between, watch_name(watch),
                    100 * (fail_on->allowed[watch] - 1));
            between = ", ";
        }
}

/* "  disturbed: NAME by other work, steal": what moved may be that. */
static void print_disturbed(const struct compared_machine *machine, FILE *out)
{
    char names[256];
    machines_disturbances(machine, names, sizeof names);
    if (*names)
        fprintf(out, "  disturbed: %s by %s\n", machine->name, names);
}

void regressions_print_sum(const struct regressions *regressions,
                           const struct comparison_of_runs *comparison,
                           const struct fail_on *fail_on, FILE *out)
{
    fprintf(out, "%zu of %zu figures became worse than allowed (",
            regressions->states[WATCHED_WORSE], regressions->count);
    write_rules(fail_on, out);
    fputs(")\n", out);
    for (enum watched_state state = WATCHED_TOO_FEW; state < WATCHED_STATES; state++)
        if (regressions->states[state] > 0)
            print_reason(regressions, comparison, state, out);
    for (size_t i = 0; i < comparison->machines.count; i++)
        print_disturbed(&comparison->machines.machines[i], out);
}
