/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The claim about tails, by the kind of work and by the load: that is what it depends on. */
#include "analysis/claims/judge.h"
#include "analysis/words/arm.h"
#include "analysis/words/load_kind.h"
#include "analysis/words/units.h"
#include "analysis/words/wording.h"
#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* With none idle, at rates that the subject did not choose. */
static bool is_busy_open_loop(const struct summary_row *row)
{
    return strtod(group_text(row->a, "idle"), NULL) <= 0 &&
           strcmp(group_text(row->a, "arrivals"), "closed") != 0;
}

static bool is_at_equal_rate(const struct summary_row *row)
{
    return is_busy_open_loop(row) && !summary_at_equal_utilisation(row->a);
}

static bool is_at_equal_utilisation(const struct summary_row *row)
{
    return is_busy_open_loop(row) && summary_at_equal_utilisation(row->a);
}

/* Equal rates and equal utilisation ask different things, and are judged apart. */
enum { BASIS_RATE, BASIS_UTILISATION, BASIS_COUNT };

static const char *const bases[BASIS_COUNT] = {"at equal rates", "at equal utilisation"};

static const struct question p99_of[BASIS_COUNT] = {
    {.experiment = EXPERIMENT_LATENCY,
     .metric = "p99",
     .of = CLAIM_OF_WAITING,
     .also = CLAIM_OF_REAL_WORK,
     .keep = is_at_equal_rate},
    {.experiment = EXPERIMENT_LATENCY,
     .metric = "p99",
     .of = CLAIM_OF_WAITING,
     .also = CLAIM_OF_REAL_WORK,
     .keep = is_at_equal_utilisation},
};
static const struct question p999_of[BASIS_COUNT] = {
    {.experiment = EXPERIMENT_LATENCY,
     .metric = "p999",
     .of = CLAIM_OF_WAITING,
     .also = CLAIM_OF_REAL_WORK,
     .keep = is_at_equal_rate},
    {.experiment = EXPERIMENT_LATENCY,
     .metric = "p999",
     .of = CLAIM_OF_WAITING,
     .also = CLAIM_OF_REAL_WORK,
     .keep = is_at_equal_utilisation},
};

static bool have_same_work(const struct ballot *a, const struct ballot *b)
{
    struct load_kind work_a;
    struct load_kind work_b;
    load_kind_read(&work_a, a->row->a->table, a->row->a->first);
    load_kind_read(&work_b, b->row->a->table, b->row->a->first);
    return load_kind_compare(&work_a, &work_b) == 0 &&
           strcmp(group_text(a->row->a, "scenario"), group_text(b->row->a, "scenario")) == 0 &&
           strcmp(group_text(a->row->a, "store"), group_text(b->row->a, "store")) == 0;
}

static bool is_first_of_work(const struct tally *tally, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (have_same_work(&tally->ballots[i], &tally->ballots[index]))
            return false;
    return true;
}

/* "threads better at 71,000/s (50 %): 0.52 (0.47 to 0.61)" */
static const char *vote_of(const struct ballot *ballot)
{
    static const char *const sides[SIDE_COUNT] = {"unresolved", "threads better", "threads worse",
                                                  "equal"};
    if (ballot->absence != ABSENCE_NONE)
        return absence_text(ballot->absence);
    if (ballot->side != SIDE_UNRESOLVED)
        return sides[ballot->side];
    if (shift_leans(&ballot->alone, SIDE_LOWER))
        return "unresolved, perhaps better,";
    if (shift_leans(&ballot->alone, SIDE_HIGHER))
        return "unresolved, perhaps worse,";
    /* The latency speaks for a side, and the service times do not. */
    bool leans = shift_leans(&ballot->own, SIDE_LOWER) || shift_leans(&ballot->own, SIDE_HIGHER);
    return ballot->in_doubt && leans ? "unresolved, the load generator being late,"
                                     : sides[SIDE_UNRESOLVED];
}

static void write_setting(const struct ballot *ballot, bool many_active, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    char way[ARM_WORDS_SIZE];
    fprintf(out, "%s at ", vote_of(ballot));
    wording_write_load_short(ballot->row->a, out);
    if (many_active) {
        fputs(" on ", out);
        units_write_whole(strtod(group_text(ballot->row->a, "active"), NULL), out);
    }
    if (ballot->other_count > 0) {
        arm_way_in_words(ballot->row->b->table, ballot->row->b->first, way, sizeof way);
        fprintf(out, " (the %s %s)", group_text(ballot->row->b, "model"), way);
    }
    if (ballot->absence == ABSENCE_NONE)
        fprintf(out, ": %s", units_format_ratio(&ballot->row->comparison.ratio, text));
}

/* By the load, which as a text would have 110,000 before 14,000. */
static int compare_ballots(const void *left, const void *right)
{
    static const char *const columns[] = {"active", "offered_per_second"};
    const struct trial_group *a = (*(const struct ballot *const *)left)->row->a;
    const struct trial_group *b = (*(const struct ballot *const *)right)->row->a;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        double of_a = strtod(group_text(a, columns[i]), NULL);
        double of_b = strtod(group_text(b, columns[i]), NULL);
        if (of_a < of_b || of_a > of_b)
            return of_a < of_b ? -1 : 1;
    }
    return 0;
}

static bool has_many_actives(const struct tally *tally)
{
    for (size_t i = 1; i < tally->count; i++)
        if (strcmp(group_text(tally->ballots[i].row->a, "active"),
                   group_text(tally->ballots[0].row->a, "active")) != 0)
            return true;
    return false;
}

/* The statement of one kind of work: "20 us of work: threads better at ..., unresolved ..." */
static void write_work(const struct tally *tally, const struct ballot *first, bool many_active,
                       const char *before, FILE *out)
{
    const struct ballot **ballots = alloc_array(tally->count, sizeof(struct ballot *));
    size_t count = 0;
    for (size_t i = 0; i < tally->count; i++)
        if (have_same_work(first, &tally->ballots[i]))
            ballots[count++] = &tally->ballots[i];
    qsort(ballots, count, sizeof *ballots, compare_ballots);
    fputs(before, out);
    if (tally_tells_workload(tally)) {
        wording_write_workload(first->row->a, out);
        fputs(", ", out);
    }
    wording_write_work(first->row->a, out);
    for (size_t i = 0; i < count; i++) {
        fputs(i == 0 ? ": " : ", ", out);
        write_setting(ballots[i], many_active, out);
    }
    free(ballots);
}

static void write_by_work(const struct tally *tally, FILE *out)
{
    bool many_active = has_many_actives(tally);
    const char *before = tally_tells_workload(tally) ? "; " : ": ";
    for (size_t i = 0; i < tally->count; i++) {
        if (!is_first_of_work(tally, i))
            continue;
        write_work(tally, &tally->ballots[i], many_active, before, out);
        before = "; ";
    }
}

/* "2.00 ms (1.95 ms to 2.05 ms)" */
static void write_median(const double *ns, size_t blocks, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    struct estimate median = statistics_median_estimate(ns, blocks);
    fputs(units_format_ns(median.value, text), out);
    if (isnan(median.interval.low))
        return;
    fprintf(out, " (%s", units_format_ns(median.interval.low, text));
    fprintf(out, " to %s)", units_format_ns(median.interval.high, text));
}

/* What is told of both arms where a few requests are slow. */
static const struct {
    const char *metric;
    const char *words;
} slow_figures[] = {
    {"p50", "p50"},
    {"p99", "p99"},
    {"p999", "p99.9"},
    {"other_p99", "p99 of the others"},
};

static const struct summary_row *find_beside(const struct summary_row *rows, size_t count,
                                             const struct ballot *ballot, const char *metric)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].a == ballot->row->a && rows[i].b == ballot->row->b &&
            strcmp(rows[i].metric.name, metric) == 0)
            return &rows[i];
    return NULL;
}

/* ", p99 withheld in 6 of 12 trials"; ", p99 2.9 ms (2.5 ms to 3.1 ms) and 19.1 ms (...)" */
static int write_slow_figure(const struct evidence *evidence, const struct ballot *ballot,
                             size_t figure, const char *before, FILE *out, struct error *error)
{
    const struct summary *summary = evidence->summary;
    const char *metric = slow_figures[figure].metric;
    const struct summary_row *row = find_beside(summary->rows, summary->count, ballot, metric);
    if (!row)
        row = find_beside(summary->silent, summary->silent_count, ballot, metric);
    if (!row)
        return 0;
    fprintf(out, "%s%s ", before, slow_figures[figure].words);
    const struct comparison *comparison = &row->comparison;
    if (comparison_is_withheld(comparison)) {
        fprintf(out, "withheld in %zu of %zu trials",
                comparison->doubts_a.withheld.trials + comparison->doubts_b.withheld.trials,
                comparison->doubts_a.trials + comparison->doubts_b.trials);
        return 0;
    }
    struct paired pairs = {0};
    int result = paired_read(&pairs, row->a, row->b, &row->metric, error);
    if (result < 0)
        return result;
    write_median(pairs.a, pairs.count, out);
    fputs(" and ", out);
    write_median(pairs.b, pairs.count, out);
    paired_finish(&pairs);
    return 0;
}

/* Both arms' own figures where a few requests are slow: there the two differ in kind. "1 in 1,000
 * takes 20 ms more, at 7,900/s (33 %), threads and loop: p50 ..., p99 ..." */
static int write_slow(const struct tally *tally, const struct evidence *evidence, FILE *out,
                      struct error *error)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < tally->count; i++) {
        const struct ballot *ballot = &tally->ballots[i];
        const char *before = ", threads and loop: ";
        if (strtod(group_text(ballot->row->a, "work_slow_every"), NULL) <= 0)
            continue;
        text_separate(out);
        wording_write_work(ballot->row->a, out);
        fputs(", at ", out);
        wording_write_load_short(ballot->row->a, out);
        for (size_t k = 0; result == 0 && k < sizeof slow_figures / sizeof *slow_figures; k++) {
            result = write_slow_figure(evidence, ballot, k, before, out, error);
            before = ", ";
        }
    }
    return result;
}

/* Verdicts that differ by basis are what the claim depends on. */
static enum claim_verdict decide(const struct tally *tallies, const enum claim_verdict *verdicts)
{
    if (verdicts[BASIS_RATE] == verdicts[BASIS_UTILISATION])
        return verdicts[BASIS_RATE];
    if (verdicts[BASIS_RATE] == CLAIM_UNDECIDED)
        return verdict_weigh(verdicts[BASIS_UTILISATION], &tallies[BASIS_RATE]);
    if (verdicts[BASIS_UTILISATION] == CLAIM_UNDECIDED)
        return verdict_weigh(verdicts[BASIS_RATE], &tallies[BASIS_UTILISATION]);
    return CLAIM_DEPENDS;
}

/* "at equal rates refuted (rests on 3 of 8 settings): no work: threads worse at ..." */
static void write_verdict(const struct tally *tally, size_t basis, enum claim_verdict verdict,
                          struct ruling *ruling)
{
    text_separate(ruling->condition);
    fprintf(ruling->condition, "%s %s (", bases[basis], claim_verdict_text(verdict));
    ruling_rest_on(ruling, tally);
    fputc(')', ruling->condition);
    tally_write_workloads(tally, CLAIMED_LOWER, ruling->condition);
    if (!tally_has_few_blocks(tally))
        write_by_work(tally, ruling->condition);
}

static void write_tail(const struct tally *tallies, const struct question *questions,
                       const struct evidence *evidence, const char *what, FILE *out)
{
    char named[64];
    for (size_t i = 0; i < BASIS_COUNT; i++) {
        snprintf(named, sizeof named, "%s %s", what, bases[i]);
        tally_write(&tallies[i], evidence, &questions[i], named, out);
    }
}

/* Adds both bases and controls them as one family: a claim has one level. */
static int read_tail(struct tally *tallies, const struct question *questions,
                     const struct evidence *evidence, struct error *error)
{
    struct tally *const family[] = {&tallies[BASIS_RATE], &tallies[BASIS_UTILISATION]};
    int result = 0;
    for (size_t i = 0; result == 0 && i < BASIS_COUNT; i++)
        result = tally_add(&tallies[i], evidence, &questions[i], error);
    if (result == 0)
        tally_control(family, BASIS_COUNT);
    return result;
}

static int rule(const struct tally *p99, const struct evidence *evidence, struct ruling *ruling,
                struct error *error)
{
    enum claim_verdict verdicts[BASIS_COUNT];
    for (size_t i = 0; i < BASIS_COUNT; i++) {
        verdicts[i] = tally_decide(&p99[i], CLAIMED_LOWER);
        write_verdict(&p99[i], i, verdicts[i], ruling);
    }
    ruling->verdict = decide(p99, verdicts);
    answer_write((const struct tally *const[]){&p99[BASIS_RATE], &p99[BASIS_UTILISATION]},
                 BASIS_COUNT, ruling);
    for (size_t i = 0; i < BASIS_COUNT; i++)
        ruling_add_votes(ruling, &p99[i], evidence, &p99_of[i],
                         i == BASIS_RATE ? "p99" : "p99 at equal utilisation");
    bool told =
        tally_tells_workload(&p99[BASIS_RATE]) || tally_tells_workload(&p99[BASIS_UTILISATION]);
    fputs("latency.csv: p99_ns of ", ruling->rests_on);
    if (told)
        fputs("threads and of the loop with the way to call a store that it does best with",
              ruling->rests_on);
    else
        pair_write_programs(evidence, ruling->rests_on);
    fputs(", a vote for each setting; p999_ns beside it", ruling->rests_on);
    tally_write_test(ruling->rests_on);
    int result = crossings_write(&p99[BASIS_RATE], evidence, &p99_of[BASIS_RATE], "p99",
                                 "offered_per_second", NULL, ruling->condition, error);
    if (result == 0)
        result = crossings_write(&p99[BASIS_RATE], evidence, &p99_of[BASIS_RATE], "p99",
                                 "store_delay_us", "offered_per_second", ruling->condition, error);
    return result;
}

int judge_tail(const struct evidence *evidence, struct ruling *ruling, struct error *error)
{
    struct tally p99[BASIS_COUNT] = {{0}};
    struct tally p999[BASIS_COUNT] = {{0}};
    int result = read_tail(p99, p99_of, evidence, error);
    if (result == 0)
        result = read_tail(p999, p999_of, evidence, error);
    if (result == 0 && p99[BASIS_RATE].count + p99[BASIS_UTILISATION].count > 0) {
        write_tail(p99, p99_of, evidence, "p99", ruling->figures);
        write_tail(p999, p999_of, evidence, "p99.9", ruling->figures);
        for (size_t i = 0; result == 0 && i < BASIS_COUNT; i++)
            result = write_slow(&p99[i], evidence, ruling->figures, error);
    }
    if (result == 0 && p99[BASIS_RATE].count + p99[BASIS_UTILISATION].count > 0)
        result = rule(p99, evidence, ruling, error);
    for (size_t i = 0; i < BASIS_COUNT; i++) {
        tally_finish(&p99[i]);
        tally_finish(&p999[i]);
    }
    return result;
}
