/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The claim that more than a few hundred threads are impractical. */
#include "analysis/claims/judge.h"
#include "analysis/claims/machine_limits.h"
#include "analysis/words/units.h"
#include "analysis/words/wording.h"
#include "run/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* "More than a few hundred." */
#define MANY 1000

/* Threads are impractical where they are worse than the loop by this factor: less is a price one
 * may choose to pay. */
#define IMPRACTICAL 4.0

/* Or where MANY of them take more of the machine's memory than this. */
#define IMPRACTICAL_SHARE 0.5

static double number(const struct summary_row *row, const char *column)
{
    return strtod(group_text(row->a, column), NULL);
}

static bool has_none_idle(const struct summary_row *row)
{
    return number(row, "idle") <= 0;
}

static bool has_many_active(const struct summary_row *row)
{
    return has_none_idle(row) && number(row, "active") >= MANY;
}

static const struct question many_rate = {.experiment = EXPERIMENT_THROUGHPUT,
                                          .metric = "achieved",
                                          .of = CLAIM_OF_WAITING,
                                          .keep = has_many_active};
static const struct question many_p99 = {.experiment = EXPERIMENT_LATENCY,
                                         .metric = "p99",
                                         .of = CLAIM_OF_WAITING,
                                         .keep = has_many_active};
static const struct question any_p99 = {.experiment = EXPERIMENT_LATENCY,
                                        .metric = "p99",
                                        .of = CLAIM_OF_WAITING,
                                        .keep = has_none_idle};

/* The trials of memory.csv with so many waiters of that model by themselves; NULL without any. */
static const struct trial_group *find_memory(const struct evidence *evidence, enum model model,
                                             double waiters)
{
    const struct trial_groups *groups = &evidence->summary->sources[EXPERIMENT_MEMORY].groups;
    for (size_t i = 0; i < groups->count; i++) {
        const struct trial_group *group = &groups->groups[i];
        double requested = strtod(group_text(group, "waiters_requested"), NULL);
        if (group->count > 0 && trials_are_of(group, CLAIM_OF_WAITING) &&
            model_is(group_text(group, "model"), model) && trials_are_plain(group) &&
            trials_are_of_pair(group, evidence) && !(requested < waiters || requested > waiters))
            return group;
    }
    return NULL;
}

/* ", 0.15 % of the memory" */
static void write_share(double part, double whole, const char *what, FILE *out)
{
    if (!isnan(whole) && whole > 0 && !isnan(part))
        fprintf(out, ", %.2g %% of %s", 100 * part / whole, what);
}

static int write_cost(const struct trial_group *group, double waiters,
                      const struct machine_size *size, FILE *out, struct error *error)
{
    char text[UNITS_TEXT_SIZE];
    double spawn = NAN;
    double bytes = NAN;
    int result = group_median(group, "spawn_seconds", &spawn, error);
    if (result == 0)
        result = group_median(group, "total_bytes", &bytes, error);
    if (result < 0)
        return result;
    if (!isnan(spawn))
        fprintf(out, "all there after %s, ", units_format_ns(spawn * 1e9, text));
    fprintf(out, "%s", isnan(bytes) ? "memory not measured" : units_format_bytes(bytes, text));
    write_share(bytes, size->memory_bytes, "the machine's memory", out);
    write_share(waiters, size->threads_max, "kernel.threads-max", out);
    return 0;
}

static bool agree(const struct summary_row *a, const struct summary_row *b, const char *column)
{
    return strcmp(group_text(a->a, column), group_text(b->a, column)) == 0;
}

/* The tail of so many active connections at the rate that the largest number of them has, too. */
static const struct summary_row *find_tail(const struct selection *tails, double active)
{
    const struct summary_row *most = NULL;
    for (size_t i = 0; i < tails->count; i++)
        if (!most || number(tails->rows[i], "active") > number(most, "active"))
            most = tails->rows[i];
    if (!most || number(most, "active") < MANY)
        return NULL;
    for (size_t i = 0; i < tails->count; i++) {
        const struct summary_row *row = tails->rows[i];
        double of_row = number(row, "active");
        if (!(of_row < active || of_row > active) && agree(row, most, "offered_per_second") &&
            agree(row, most, "rate_basis") && agree(row, most, "work_cpu_us") &&
            agree(row, most, "work_slow_every") && agree(row, most, "work_cache_bytes") &&
            agree(row, most, "payload_bytes") && agree(row, most, "requests_per_connection"))
            return row;
    }
    return NULL;
}

/* "1,000 threads: all there after 31.2 ms, 38.6 MiB, 0.16 % of the machine's memory, 0.52 % of
 * kernel.threads-max, p99 2.1 (1.9 to 2.3) times the loop's" */
static int write_count(const struct evidence *evidence, const struct selection *tails,
                       double waiters, const struct machine_size *size, FILE *out,
                       struct error *error)
{
    char text[UNITS_TEXT_SIZE];
    const struct trial_group *group = find_memory(evidence, MODEL_THREADS, waiters);
    const struct summary_row *tail = find_tail(tails, waiters);
    int result = 0;
    if (!group && !tail)
        return 0;
    text_separate(out);
    units_write_whole(waiters, out);
    fputs(" threads: ", out);
    if (group)
        result = write_cost(group, waiters, size, out, error);
    if (tail)
        fputs(group ? ", p99 " : "p99 ", out);
    if (tail && comparison_is_withheld(&tail->comparison))
        fputs("withheld", out);
    else if (tail)
        fprintf(out, "%s times the loop's", units_format_ratio(&tail->comparison.ratio, text));
    return result;
}

static int write_counts(const struct evidence *evidence, const struct machine_size *size, FILE *out,
                        struct error *error)
{
    static const double counts[] = {100, 300, 1000, 10000};
    struct selection tails = question_select(&any_p99, evidence);
    int result = 0;
    for (size_t i = 0; result == 0 && i < sizeof counts / sizeof *counts; i++)
        result = write_count(evidence, &tails, counts[i], size, out, error);
    selection_finish(&tails);
    return result;
}

/* Whether so many threads take more than their share of the memory. Returns 1, 0 or -EBADMSG. */
static int take_too_much(const struct evidence *evidence, const struct machine_size *size,
                         struct error *error)
{
    const struct trial_group *group = find_memory(evidence, MODEL_THREADS, MANY);
    double bytes = NAN;
    int result = group ? group_median(group, "total_bytes", &bytes, error) : 0;
    return result < 0 ? result : bytes > IMPRACTICAL_SHARE * size->memory_bytes;
}

/* Where the loop got no farther it was something else than threads: others that had the CPUs, say.
 */
static bool failed_alone(const struct reach *threads, const struct reach *loop)
{
    return threads->failed <= MANY && (loop->largest >= threads->failed || !reach_is_known(loop));
}

/* Requests/s are worse when lower, a tail when higher. What is not beyond the factor is practical,
 * where it is shown not to be. */
static enum claim_verdict decide(const struct tally *rates, const struct tally *tails,
                                 const struct reach *threads, const struct reach *loop,
                                 bool too_much)
{
    size_t beyond = tally_on_side(rates, SIDE_LOWER) + tally_on_side(tails, SIDE_HIGHER);
    size_t within = tally_on_side(rates, SIDE_EQUAL) + tally_on_side(rates, SIDE_HIGHER) +
                    tally_on_side(tails, SIDE_EQUAL) + tally_on_side(tails, SIDE_LOWER);
    bool thin = !tally_suffices(tally_resolved(rates) + tally_resolved(tails),
                                tally_settings(rates) + tally_settings(tails));
    bool in_sight = tally_in_sight(rates, SIDE_LOWER) || tally_in_sight(tails, SIDE_HIGHER);
    if (too_much || (threads->largest < MANY && failed_alone(threads, loop)))
        return CLAIM_REPRODUCED;
    if (thin)
        return CLAIM_UNDECIDED;
    /* Practical is what is shown of both: a tail that is withheld may be the worst of all. */
    bool both_shown = tally_resolved(rates) > 0 && tally_resolved(tails) > 0;
    if (beyond > 0)
        return within > 0 ? CLAIM_DEPENDS : CLAIM_REPRODUCED;
    return within > 0 && both_shown && !in_sight && threads->largest >= MANY ? CLAIM_REFUTED
                                                                             : CLAIM_UNDECIDED;
}

/* "worse by over a factor of 4 for 10,000 active connections: p99 40 (38 to 42)" */
static void write_beyond(const struct tally *tally, enum side worse, const char *what, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    for (size_t i = 0; i < tally->count; i++) {
        const struct ballot *ballot = &tally->ballots[i];
        if (ballot->absence != ABSENCE_NONE || ballot->side == SIDE_UNRESOLVED)
            continue;
        text_separate(out);
        fprintf(out, "%s for ", ballot->side == worse ? "beyond the factor" : "within it");
        wording_write("active", group_text(ballot->row->a, "active"), out);
        fputs(", ", out);
        wording_write_work(ballot->row->a, out);
        fprintf(out, ": %s %s", what, units_format_ratio(&ballot->row->comparison.ratio, text));
    }
}

/* The worst of MANY threads' rates beside the loop's; NAN without any. */
static double worst_rate(const struct tally *rates)
{
    double worst = NAN;
    for (size_t i = 0; i < rates->count; i++) {
        const struct ballot *ballot = &rates->ballots[i];
        double ratio = ballot->row->comparison.ratio.value;
        bool has = ballot->absence == ABSENCE_NONE || ballot->absence == ABSENCE_FEW_BLOCKS;
        if (has && !(number(ballot->row, "active") > MANY) && !isnan(ratio) && !(ratio >= worst))
            worst = ratio;
    }
    return worst;
}

/* "1,000 take 38.5 MiB, rate 0.62 times"; of fewer how many there were. */
static int write_answer(const struct evidence *evidence, const struct reach *threads,
                        const struct tally *rates, FILE *out, struct error *error)
{
    char text[UNITS_TEXT_SIZE];
    const struct trial_group *group = find_memory(evidence, MODEL_THREADS, MANY);
    double bytes = NAN;
    double rate = worst_rate(rates);
    int result = group ? group_median(group, "total_bytes", &bytes, error) : 0;
    if (result < 0)
        return result;
    if (isnan(bytes) && isnan(rate)) {
        fputs(threads->failed < INFINITY ? "failed at " : "reached ", out);
        units_write_whole(threads->failed < INFINITY ? threads->failed : threads->largest, out);
        return 0;
    }
    units_write_whole(MANY, out);
    if (!isnan(bytes))
        fprintf(out, " take %s", units_format_bytes(bytes, text));
    if (!isnan(rate)) {
        fputs(isnan(bytes) ? ": rate " : ", rate ", out);
        answer_write_ratio(rate, out);
        fputs(" times", out);
    }
    return 0;
}

static int judge(const struct evidence *evidence, struct ruling *ruling,
                 const struct reach *threads, struct tally *rates, struct tally *tails,
                 struct error *error)
{
    struct machine_size size = machine_size_read(evidence->run);
    struct tally *const family[] = {rates, tails};
    struct reach loop;
    int too_much = 0;
    int result = write_counts(evidence, &size, ruling->figures, error);
    if (result == 0)
        result = reach_find(&loop, evidence, MODEL_LOOP, error);
    if (result == 0)
        result = tally_add(rates, evidence, &many_rate, error);
    if (result == 0)
        result = tally_add(tails, evidence, &many_p99, error);
    if (result == 0)
        result = too_much = take_too_much(evidence, &size, error);
    if (result < 0)
        return result;
    tally_control(family, 2);
    ruling->verdict = decide(rates, tails, threads, &loop, too_much);
    ruling_add_votes(ruling, rates, evidence, &many_rate, "requests/s");
    ruling_add_votes(ruling, tails, evidence, &many_p99, "p99");
    result = write_answer(evidence, threads, rates, ruling->answer, error);
    if (result < 0)
        return result;
    if (rates->count + tails->count == 0)
        fputs("; throughput and tail of 1,000 active connections and more: not run",
              ruling->figures);
    fprintf(ruling->condition,
            "counted as impractical from %d on: to fail, to take over half of the machine's "
            "memory, or to be worse than the loop by more than a factor of %g",
            MANY, IMPRACTICAL);
    fputs("; requests/s: ", ruling->condition);
    ruling_rest_on(ruling, rates);
    fputs("; p99: ", ruling->condition);
    ruling_rest_on(ruling, tails);
    write_beyond(rates, SIDE_LOWER, "requests/s", ruling->condition);
    write_beyond(tails, SIDE_HIGHER, "p99", ruling->condition);
    tally_write_absences(rates, evidence, &many_rate, "requests/s left out", ruling->condition);
    tally_write_absences(tails, evidence, &many_p99, "p99 left out", ruling->condition);
    fputs("memory.csv: spawn_seconds and total_bytes; throughput.csv, latency.csv: ",
          ruling->rests_on);
    pair_write_programs(evidence, ruling->rests_on);
    fputs(" with 1,000 active connections and more; machine.json", ruling->rests_on);
    tally_write_test(ruling->rests_on);
    return 0;
}

int judge_threads_few_hundred(const struct evidence *evidence, struct ruling *ruling,
                              struct error *error)
{
    struct reach threads;
    struct tally rates = {.factor = IMPRACTICAL};
    struct tally tails = {.factor = IMPRACTICAL};
    int result = reach_find(&threads, evidence, MODEL_THREADS, error);
    if (result < 0 || !reach_is_known(&threads))
        return result;
    result = reach_write(&threads, "threads", ruling->figures, error);
    if (result == 0)
        result = judge(evidence, ruling, &threads, &rates, &tails, error);
    tally_finish(&rates);
    tally_finish(&tails);
    return result;
}
