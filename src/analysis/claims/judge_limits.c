/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The claim that there is no bound to tasks. */
#include "analysis/claims/judge.h"
#include "analysis/claims/machine_limits.h"
#include "analysis/words/units.h"
#include "run/model.h"

#include <math.h>
#include <string.h>

/* Fewer waiters than this are no sign of a missing bound. */
#define LARGE 10000

/* What stops a model here, if machine.json tells. */
struct stop {
    bool known;
    struct machine_limit limit;
};

static struct stop find_stop(const struct evidence *evidence, enum model model)
{
    struct stop stop = {0};
    stop.known = machine_limit_find(&stop.limit, evidence->run, model_name(model)) == 1;
    return stop;
}

/* The loop came no farther than threads, and what keeps it from that keeps threads, too. */
static bool stopped_alike(const struct reach *loop, const struct reach *threads,
                          const struct stop *of_loop, const struct stop *of_threads)
{
    return loop->failed == INFINITY && loop->largest <= threads->largest && of_loop->known &&
           of_threads->known && strcmp(of_loop->limit.name, of_threads->limit.name) == 0;
}

/* Why the loop has no more than threads. */
enum ending { ENDED_APART, ENDED_ALIKE, ENDED_BY_PLAN };

/* Where the plan asked for less than half of what the limit allows, no limit ended it. */
static enum ending find_ending(const struct reach *loop, const struct reach *threads,
                               const struct stop *of_loop, const struct stop *of_threads)
{
    if (!stopped_alike(loop, threads, of_loop, of_threads))
        return ENDED_APART;
    return threads->largest < of_loop->limit.largest_waiters / 2 ? ENDED_BY_PLAN : ENDED_ALIKE;
}

/* No measurement shows that there is no bound. What it can show is that the loop goes on where
 * threads have ended, or ends where they do not. */
static enum claim_verdict decide_unbounded(const struct reach *loop, const struct reach *threads)
{
    if (loop->failed < INFINITY)
        return threads->largest >= loop->failed ? CLAIM_REFUTED : CLAIM_UNDECIDED;
    return loop->largest >= LARGE && loop->largest > threads->largest ? CLAIM_REPRODUCED
                                                                      : CLAIM_UNDECIDED;
}

static void write_stop(const char *who, const struct stop *stop, FILE *out)
{
    if (!stop->known)
        return;
    text_separate(out);
    fprintf(out, "%s bound here by %s, at ", who, stop->limit.name);
    units_write_whole(stop->limit.largest_waiters, out);
    fputs(" connections", out);
}

static void write_stops(const struct stop *of_loop, const struct stop *of_threads,
                        enum ending ending, FILE *out)
{
    if (ending == ENDED_BY_PLAN) {
        fputs("no more were asked for, so that neither shows where it ends", out);
        write_stop("both would be", of_loop, out);
    } else if (ending == ENDED_ALIKE) {
        fputs("the same limit stops both, so that neither shows more than the other", out);
        write_stop("both are", of_loop, out);
    } else {
        write_stop("the loop is", of_loop, out);
        write_stop("threads are", of_threads, out);
    }
    if (ftell(out) > 0)
        fputs("; `waitbench doctor` prints the command that lifts each limit", out);
}

/* "19,900 against 19,900, the same limit"; "1,000 against 1,000, no more asked for"; "25,600
 * against 102,400"; "5,000, the loop failed at 5,000" */
static void write_answer(const struct reach *loop, const struct reach *threads, enum ending ending,
                         FILE *out)
{
    units_write_whole(threads->largest, out);
    if (loop->failed < INFINITY) {
        fputs(", the loop failed at ", out);
        units_write_whole(loop->failed, out);
        return;
    }
    fputs(" against ", out);
    units_write_whole(loop->largest, out);
    fputs(ending == ENDED_ALIKE     ? ", the same limit"
          : ending == ENDED_BY_PLAN ? ", no more asked for"
                                    : "",
          out);
}

int judge_loop_unbounded(const struct evidence *evidence, struct ruling *ruling,
                         struct error *error)
{
    struct reach loop;
    struct reach threads;
    int result = reach_find(&loop, evidence, MODEL_LOOP, error);
    if (result == 0)
        result = reach_find(&threads, evidence, MODEL_THREADS, error);
    if (result < 0 || !reach_is_known(&loop))
        return result;
    result = reach_write(&loop, "loop", ruling->figures, error);
    if (result == 0 && reach_is_known(&threads))
        result = reach_write(&threads, "threads", ruling->figures, error);
    if (result < 0)
        return result;
    struct stop of_loop = find_stop(evidence, MODEL_LOOP);
    struct stop of_threads = find_stop(evidence, MODEL_THREADS);
    enum ending ending = find_ending(&loop, &threads, &of_loop, &of_threads);
    ruling->verdict = decide_unbounded(&loop, &threads);
    write_answer(&loop, &threads, ending, ruling->answer);
    write_stops(&of_loop, &of_threads, ending, ruling->condition);
    fputs("memory.csv, throughput.csv, latency.csv: largest valid count of ", ruling->rests_on);
    pair_write_program(evidence, MODEL_LOOP, ruling->rests_on);
    fputs("; machine.json: limits", ruling->rests_on);
    return 0;
}
