/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often verdicts are right and wrong, on simulated settings whose truth is known and on real
 * trials whose arms are dealt anew. The judges' own functions decide; seeds are fixed. */
#include "analysis/claims/judge.h"
#include "read_run.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RUNS         1000
#define BLOCKS_MAX   12
#define LOOKED_AT    13 /* settings of the cells below, at most */
#define NOMINAL_RUNS (RUNS * 25 / 1000)

/* Threads : loop in every other setting, and in the rest. */
struct world {
    double even;
    double odd;
    bool outliers; /* a trial of one arm in one block of ten takes three times as long */
};

/* How many settings, how many blocks, how much noise. */
struct cell {
    size_t settings;
    size_t blocks;
    double noise; /* of the logarithm, in each trial */
};

static const struct cell cells[] = {
    {8, 6, 0.05},  {8, 6, 0.1},  {8, 6, 0.2},  {8, 10, 0.05},  {8, 10, 0.1},  {8, 10, 0.2},
    {13, 6, 0.05}, {13, 6, 0.1}, {13, 6, 0.2}, {13, 10, 0.05}, {13, 10, 0.1}, {13, 10, 0.2},
};
#define CELL_COUNT (sizeof cells / sizeof *cells)

/* Verdicts by enum claim_verdict, on "threads are lower" and on "threads are not lower". */
struct outcome {
    unsigned lower[4];
    unsigned not_lower[4];
};

static struct ballot make_ballot(const double *a, const double *b, size_t blocks)
{
    struct ballot ballot = {.pairs = {.block = calloc(blocks, sizeof(double)),
                                      .a = calloc(blocks, sizeof(double)),
                                      .b = calloc(blocks, sizeof(double)),
                                      .count = blocks}};
    for (size_t i = 0; i < blocks; i++) {
        ballot.pairs.block[i] = (double)i;
        ballot.pairs.a[i] = a[i];
        ballot.pairs.b[i] = b[i];
    }
    ballot.own = shift_test(a, b, blocks, 1 + JUDGE_MARGIN, 0.001);
    return ballot;
}

static void draw_setting(double values[2][BLOCKS_MAX], const struct cell *cell, double factor,
                         bool outliers, gsl_rng *random)
{
    for (size_t i = 0; i < cell->blocks; i++) {
        values[0][i] = factor * exp(gsl_ran_gaussian(random, cell->noise));
        values[1][i] = exp(gsl_ran_gaussian(random, cell->noise));
        if (outliers && gsl_rng_uniform_int(random, 10) == 0)
            values[gsl_rng_uniform_int(random, 2)][i] *= 3;
    }
}

static void simulate_setting(struct tally *tally, const struct cell *cell, double factor,
                             bool outliers, gsl_rng *random)
{
    double values[2][BLOCKS_MAX];
    draw_setting(values, cell, factor, outliers, random);
    struct ballot ballot = make_ballot(values[0], values[1], cell->blocks);
    tally_vote(tally, &ballot);
}

/* Controls, decides, and ends the tally. */
static void count_verdicts(struct tally *tally, struct outcome *outcome)
{
    struct tally *const family[] = {tally};
    tally_control(family, 1);
    outcome->lower[tally_decide(tally, CLAIMED_LOWER)]++;
    outcome->not_lower[tally_decide(tally, CLAIMED_NOT_LOWER)]++;
    tally_finish(tally);
}

static struct outcome simulate(const struct world *world, const struct cell *cell)
{
    struct outcome outcome = {{0}, {0}};
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, 25);
    for (int run = 0; run < RUNS; run++) {
        struct tally tally = {0};
        for (size_t i = 0; i < cell->settings; i++)
            simulate_setting(&tally, cell, i % 2 == 0 ? world->even : world->odd, world->outliers,
                             random);
        count_verdicts(&tally, &outcome);
    }
    gsl_rng_free(random);
    return outcome;
}

/* The two looks of a run whose open settings get more blocks: the first ones are judged, then those
 * that are open have all of theirs. */
static void look_twice(struct tally *tally, double (*values)[2][BLOCKS_MAX], size_t first,
                       size_t all)
{
    struct tally *const family[] = {tally};
    tally_control(family, 1);
    for (size_t i = 0; i < tally->count; i++) {
        struct ballot *ballot = &tally->ballots[i];
        if (ballot->side != SIDE_UNRESOLVED || first == all)
            continue;
        ballot_finish(ballot);
        *ballot = make_ballot(values[i][0], values[i][1], all);
    }
}

static struct outcome simulate_looks(const struct world *world, const struct cell *cell,
                                     size_t looks)
{
    struct outcome outcome = {{0}, {0}};
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, 26);
    for (int run = 0; run < RUNS; run++) {
        struct tally tally = {.looks = looks};
        double values[LOOKED_AT][2][BLOCKS_MAX];
        for (size_t i = 0; i < cell->settings; i++) {
            draw_setting(values[i], cell, i % 2 == 0 ? world->even : world->odd, world->outliers,
                         random);
            struct ballot ballot = make_ballot(values[i][0], values[i][1], STATISTICS_BLOCKS_MIN);
            tally_vote(&tally, &ballot);
        }
        look_twice(&tally, values, STATISTICS_BLOCKS_MIN, cell->blocks);
        count_verdicts(&tally, &outcome);
    }
    gsl_rng_free(random);
    return outcome;
}

static unsigned decided(const unsigned *verdicts)
{
    return verdicts[CLAIM_REPRODUCED] + verdicts[CLAIM_REFUTED] + verdicts[CLAIM_DEPENDS];
}

static void print_cell(const struct cell *cell)
{
    printf("  %2zu settings, %2zu blocks, noise %2.0f %%:", cell->settings, cell->blocks,
           100 * cell->noise);
}

static void assert_seldom_decided(const struct world *world)
{
    for (size_t i = 0; i < CELL_COUNT; i++) {
        struct outcome outcome = simulate(world, &cells[i]);
        print_cell(&cells[i]);
        printf(" decided %.1f %% (lower), %.1f %% (not lower)\n", decided(outcome.lower) / 10.0,
               decided(outcome.not_lower) / 10.0);
        assert_in_range(decided(outcome.lower), 0, NOMINAL_RUNS);
        assert_in_range(decided(outcome.not_lower), 0, NOMINAL_RUNS);
    }
}

static void equal_arms_seldom_get_a_verdict(void **state)
{
    (void)state;
    assert_seldom_decided(&(struct world){1, 1, false});
}

static void nor_do_they_with_heavy_tails(void **state)
{
    (void)state;
    assert_seldom_decided(&(struct world){1, 1, true});
}

static void a_factor_in_all_settings_is_found(void **state)
{
    (void)state;
    const struct world world = {1.5, 1.5, false};
    for (size_t i = 0; i < CELL_COUNT; i++) {
        struct outcome outcome = simulate(&world, &cells[i]);
        print_cell(&cells[i]);
        printf(" found %.1f %%\n", outcome.lower[CLAIM_REFUTED] / 10.0);
        assert_in_range(outcome.lower[CLAIM_REFUTED], RUNS * 95 / 100, RUNS);
        assert_in_range(outcome.not_lower[CLAIM_REPRODUCED], RUNS * 95 / 100, RUNS);
    }
}

/* With six blocks and 20 % noise one setting in five is resolved, so that often none is on one of
 * the sides: then there is no verdict, rather than that of the other half. */
static void half_and_half_depends(void **state)
{
    (void)state;
    const struct world world = {1.5, 1 / 1.5, false};
    for (size_t i = 0; i < CELL_COUNT; i++) {
        struct outcome outcome = simulate(&world, &cells[i]);
        print_cell(&cells[i]);
        printf(" depends %.1f %%, refuted %u, reproduced %u of %d\n",
               outcome.lower[CLAIM_DEPENDS] / 10.0, outcome.lower[CLAIM_REFUTED],
               outcome.lower[CLAIM_REPRODUCED], RUNS);
        assert_int_equal(outcome.lower[CLAIM_REFUTED] + outcome.not_lower[CLAIM_REFUTED], 0);
        assert_int_equal(outcome.lower[CLAIM_REPRODUCED], 0);
        if (cells[i].blocks == 10 || cells[i].noise < 0.2)
            assert_in_range(outcome.lower[CLAIM_DEPENDS], RUNS * 95 / 100, RUNS);
    }
}

/* Six blocks, and six more for what is open then. */
static const struct cell looked_cells[] = {
    {8, 12, 0.05}, {8, 12, 0.1}, {8, 12, 0.2}, {13, 12, 0.05}, {13, 12, 0.1}, {13, 12, 0.2},
};

static void two_looks_find_no_more_than_one(void **state)
{
    (void)state;
    const struct world equal = {1, 1, false};
    const struct world small = {1.2, 1.2, false};
    for (size_t i = 0; i < sizeof looked_cells / sizeof *looked_cells; i++) {
        struct outcome none = simulate_looks(&equal, &looked_cells[i], 2);
        struct outcome found = simulate_looks(&small, &looked_cells[i], 2);
        print_cell(&looked_cells[i]);
        printf(" decided %.1f %% of equal arms, found %.1f %% of 20 %%\n",
               decided(none.lower) / 10.0, found.lower[CLAIM_REFUTED] / 10.0);
        assert_in_range(decided(none.lower), 0, NOMINAL_RUNS);
        assert_in_range(decided(none.not_lower), 0, NOMINAL_RUNS);
    }
}

/* Both looks have their share of the level: what one look just shows, two do not. */
static void looks_are_paid_for(void **state)
{
    (void)state;
    struct shift shift = {.blocks = 6, .p = {1, SHIFT_ALPHA_EACH / 2, 1, 1}};
    enum side side;
    shift_control(&shift, 1, 1, &side);
    assert_int_equal(side, SIDE_LOWER);
    shift_control(&shift, 1, 2, &side);
    assert_int_equal(side, SIDE_UNRESOLVED);
    shift.p[SIDE_LOWER] /= 2;
    shift_control(&shift, 1, 2, &side);
    assert_int_equal(side, SIDE_LOWER);
}

/* No bound: this is what one may expect of a run. */
static void a_tenth_is_found_so_often(void **state)
{
    (void)state;
    const struct world world = {1.1, 1.1, false};
    for (size_t i = 0; i < CELL_COUNT; i++) {
        struct outcome outcome = simulate(&world, &cells[i]);
        print_cell(&cells[i]);
        printf(" power %.1f %%\n", outcome.lower[CLAIM_REFUTED] / 10.0);
        assert_in_range(outcome.lower[CLAIM_REPRODUCED], 0, NOMINAL_RUNS);
    }
}

/* Settings that are known to be equal to a few per cent. */
static void equality_is_a_finding_only_everywhere(void **state)
{
    (void)state;
    const struct cell quiet = {8, 10, 0.01};
    struct outcome outcome = simulate(&(struct world){1, 1, false}, &quiet);
    assert_in_range(outcome.lower[CLAIM_REFUTED], RUNS * 95 / 100, RUNS);
    assert_in_range(outcome.not_lower[CLAIM_REPRODUCED], RUNS * 95 / 100, RUNS);
    outcome = simulate(&(struct world){1.5, 1, false}, &quiet);
    assert_in_range(outcome.lower[CLAIM_REFUTED], RUNS * 95 / 100, RUNS);
    assert_in_range(outcome.not_lower[CLAIM_REPRODUCED], RUNS * 95 / 100, RUNS);
    outcome = simulate(&(struct world){1 / 1.5, 1, false}, &quiet);
    assert_in_range(outcome.lower[CLAIM_DEPENDS], RUNS * 95 / 100, RUNS);
    assert_in_range(outcome.not_lower[CLAIM_DEPENDS], RUNS * 95 / 100, RUNS);
}

#define WAYS 3

/* A setting in which the loop has several ways: threads against each of them, which `factors` has
 * as threads : loop. Each way's trials are its own; those of threads are the same. */
static struct ballot make_ways(const struct cell *cell, const double *factors, gsl_rng *random)
{
    double threads[BLOCKS_MAX];
    double loop[BLOCKS_MAX];
    struct ballot ballot = {.absence = ABSENCE_NONE};
    for (size_t i = 0; i < cell->blocks; i++)
        threads[i] = exp(gsl_ran_gaussian(random, cell->noise));
    for (size_t way = 0; way < WAYS; way++) {
        for (size_t i = 0; i < cell->blocks; i++)
            loop[i] = exp(gsl_ran_gaussian(random, cell->noise)) / factors[way];
        struct shift own = shift_test(threads, loop, cell->blocks, 1 + JUDGE_MARGIN, 0.001);
        if (way == 0) {
            ballot = make_ballot(threads, loop, cell->blocks);
            ballot.others = calloc(WAYS - 1, sizeof *ballot.others);
            ballot.loses = SIDE_LOWER;
        } else {
            ballot.others[ballot.other_count++] = (struct evidence_of_way){.own = own};
        }
    }
    return ballot;
}

/* In how many runs a side is found in some setting, and in how many settings. */
struct found_ways {
    unsigned runs[SIDE_COUNT];
    unsigned settings[SIDE_COUNT];
};

static struct found_ways find_ways(const struct cell *cell, const double *factors)
{
    struct found_ways found = {{0}, {0}};
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, 31);
    for (int run = 0; run < RUNS; run++) {
        struct tally tally = {0};
        struct tally *const family[] = {&tally};
        for (size_t i = 0; i < cell->settings; i++) {
            struct ballot ballot = make_ways(cell, factors, random);
            tally_vote(&tally, &ballot);
        }
        tally_control(family, 1);
        for (enum side side = 0; side < SIDE_COUNT; side++) {
            found.runs[side] += tally_on_side(&tally, side) > 0;
            found.settings[side] += (unsigned)tally_on_side(&tally, side);
        }
        tally_finish(&tally);
    }
    gsl_rng_free(random);
    return found;
}

/* At the margin itself, where a finding is the likeliest error, and where noise only scales: three
 * ways are no three chances. */
static void several_ways_of_a_loop_make_no_findings(void **state)
{
    (void)state;
    static const struct cell few[] = {{8, 6, 0.1}, {13, 10, 0.1}};
    static const double below[WAYS] = {1 / 1.05, 1 / 1.05, 1 / 1.05};
    static const double above[WAYS] = {1.05, 1.05, 1.05};
    static const double mixed[WAYS] = {1.05, 1.5, 3};
    for (size_t i = 0; i < sizeof few / sizeof *few; i++) {
        unsigned lower = find_ways(&few[i], below).runs[SIDE_LOWER];
        unsigned higher = find_ways(&few[i], above).runs[SIDE_HIGHER];
        unsigned than_best = find_ways(&few[i], mixed).runs[SIDE_HIGHER];
        print_cell(&few[i]);
        printf(" lower %u, higher %u, %u of %d\n", lower, higher, than_best, RUNS);
        assert_in_range(lower, 0, NOMINAL_RUNS);
        assert_in_range(higher, 0, NOMINAL_RUNS);
        assert_in_range(than_best, 0, NOMINAL_RUNS);
    }
}

static void the_best_of_several_ways_decides(void **state)
{
    (void)state;
    static const struct cell quiet = {8, 10, 0.02};
    static const struct {
        double factors[WAYS];
        enum side side;
    } loops[] = {
        {{0.7, 1.5, 3}, SIDE_LOWER}, {{1.5, 3, 0.7}, SIDE_LOWER}, {{1.3, 1.5, 3}, SIDE_HIGHER},
        {{1, 1.5, 3}, SIDE_EQUAL},   {{1.5, 1, 1}, SIDE_EQUAL},
    };
    for (size_t i = 0; i < sizeof loops / sizeof *loops; i++) {
        struct found_ways found = find_ways(&quiet, loops[i].factors);
        printf("  %u of %zu settings\n", found.settings[loops[i].side], RUNS * quiet.settings);
        assert_in_range(found.settings[loops[i].side], RUNS * quiet.settings * 8 / 10,
                        RUNS * quiet.settings);
    }
}

#define RARE_BLOCKS_MAX 20

/* Settings in which one block of ten is ten times as bad for threads, beside a steady loop. */
struct rare {
    size_t settings;
    size_t blocks;
    double noise;
    double mean; /* of the logarithm, over good blocks and bad ones */
};

static struct ballot make_rare(const struct rare *rare, gsl_rng *random)
{
    double values[2][RARE_BLOCKS_MAX];
    for (size_t i = 0; i < rare->blocks; i++) {
        bool bad = gsl_rng_uniform_int(random, 10) == 0;
        double usual = rare->mean - 0.1 * log(10);
        values[0][i] = (bad ? 10 : 1) * exp(usual + gsl_ran_gaussian(random, rare->noise));
        values[1][i] = exp(gsl_ran_gaussian(random, rare->noise));
    }
    return make_ballot(values[0], values[1], rare->blocks);
}

/* In how many runs threads are found lower in some setting, and how many settings are found equal:
 * with what settings learn of each other, and with each setting's own variance alone. */
struct found {
    unsigned lower[2];
    unsigned equal[2];
};

static void count_found(struct found *found, const enum side *sides, size_t count, bool alone)
{
    bool lower = false;
    for (size_t i = 0; i < count; i++) {
        lower |= sides[i] == SIDE_LOWER;
        found->equal[alone] += sides[i] == SIDE_EQUAL;
    }
    found->lower[alone] += lower;
}

static struct found find_rare(const struct rare *rare)
{
    struct found found = {{0}, {0}};
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, 4);
    for (int run = 0; run < RUNS; run++) {
        struct tally tally = {0};
        struct tally *const family[] = {&tally};
        struct shift own[12];
        enum side sides[12];
        for (size_t i = 0; i < rare->settings; i++) {
            struct ballot ballot = make_rare(rare, random);
            own[i] = ballot.own;
            tally_vote(&tally, &ballot);
        }
        shift_control(own, rare->settings, 1, sides);
        count_found(&found, sides, rare->settings, true);
        tally_control(family, 1);
        for (size_t i = 0; i < rare->settings; i++)
            sides[i] = tally.ballots[i].side;
        count_found(&found, sides, rare->settings, false);
        tally_finish(&tally);
    }
    gsl_rng_free(random);
    return found;
}

/* Noisy settings make a quiet one harder to resolve. They must not hide that it speaks against the
 * rest. */
static void borrowed_noise_hides_no_contrary(void **state)
{
    (void)state;
    static const double quiet[] = {1.09, 1.06, 1.11, 1.08, 1.12, 1.10};
    static const double low[] = {0.3, 0.45, 0.35, 0.25, 0.4, 0.38};
    const double one[] = {1, 1, 1, 1, 1, 1};
    struct tally tally = {0};
    struct tally *const family[] = {&tally};
    struct ballot contrary = make_ballot(quiet, one, 6);
    tally_vote(&tally, &contrary);
    for (int i = 0; i < 4; i++) {
        struct ballot ballot = make_ballot(low, one, 6);
        tally_vote(&tally, &ballot);
    }
    tally_control(family, 1);
    assert_int_equal(tally.ballots[0].side, SIDE_UNRESOLVED);
    assert_int_equal(tally_on_side(&tally, SIDE_LOWER), 4);
    assert_false(shift_leans(&tally.ballots[0].shift, SIDE_HIGHER));
    assert_true(tally_in_sight(&tally, SIDE_HIGHER));
    assert_int_equal(tally_decide(&tally, CLAIMED_NOT_LOWER), CLAIM_UNDECIDED);
    tally_finish(&tally);
}

/* In six blocks half of the settings have no bad one. Many settings tell each other; two cannot,
 * and then a finding is about the usual block. */
static void rare_bad_blocks_are_learnt_from_other_settings(void **state)
{
    (void)state;
    static const size_t settings[] = {2, 7, 12};
    for (size_t i = 0; i < 3; i++)
        for (size_t blocks = 6; blocks <= 20; blocks += 14) {
            const struct rare same_mean = {settings[i], blocks, 0.03, 0};
            const struct rare same_usual = {settings[i], blocks, 0.005, 0.1 * log(10)};
            struct found mean = find_rare(&same_mean);
            struct found usual = find_rare(&same_usual);
            double all = RUNS * (double)settings[i] / 100;
            printf("  %2zu settings, %2zu blocks: lower in %.1f %% of runs (alone %.1f %%), "
                   "equal in %.1f %% of settings (alone %.1f %%)\n",
                   settings[i], blocks, mean.lower[0] / 10.0, mean.lower[1] / 10.0,
                   usual.equal[0] / all, usual.equal[1] / all);
            assert_true(mean.lower[0] <= mean.lower[1] && usual.equal[0] <= usual.equal[1]);
            assert_true(settings[i] < 12 ||
                        (mean.lower[0] <= RUNS / 20 && usual.equal[0] / all <= 5));
        }
}

#define DEALS 160

/* Takes what the two arms differ by out of a setting, and deals each block's two trials to them
 * anew: so neither is the better one, and the noise is a real machine's. */
static struct ballot deal(const struct ballot *real, unsigned long swapped, gsl_rng *random)
{
    double dealt[2][BLOCKS_MAX];
    const struct paired *pairs = &real->pairs;
    double median_a = statistics_median(pairs->a, pairs->count);
    double median_b = statistics_median(pairs->b, pairs->count);
    for (size_t i = 0; i < pairs->count; i++) {
        bool swap = random ? gsl_rng_uniform_int(random, 2) : swapped >> i & 1;
        dealt[swap][i] = pairs->a[i] / median_a;
        dealt[!swap][i] = pairs->b[i] / median_b;
    }
    return make_ballot(dealt[0], dealt[1], pairs->count);
}

/* How many deals decide a claim. `jointly`: the arms of a block are swapped in all settings or in
 * none. */
static unsigned deal_often(const struct tally *real, bool jointly)
{
    struct outcome outcome = {{0}, {0}};
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, 1);
    for (int i = 0; i < DEALS; i++) {
        struct tally tally = {0};
        unsigned long swapped = gsl_rng_uniform_int(random, 1UL << BLOCKS_MAX);
        for (size_t k = 0; k < real->count; k++) {
            struct ballot ballot = deal(&real->ballots[k], swapped, jointly ? NULL : random);
            tally_vote(&tally, &ballot);
        }
        count_verdicts(&tally, &outcome);
    }
    gsl_rng_free(random);
    unsigned lower = decided(outcome.lower);
    unsigned not_lower = decided(outcome.not_lower);
    return lower > not_lower ? lower : not_lower;
}

static bool has_enough_blocks(const struct summary_row *row)
{
    return row->comparison.ratio.blocks >= STATISTICS_BLOCKS_MIN;
}

static bool has_none_idle(const struct summary_row *row)
{
    return has_enough_blocks(row) && strtod(group_text(row->a, "idle"), NULL) <= 0;
}

/* GOLDEN/real-rows are the load trials of a reference run, six blocks on a machine of two CPUs. */
static void real_trials_dealt_anew_get_no_verdict(void **state)
{
    (void)state;
    static const struct question questions[] = {
        {.experiment = EXPERIMENT_THROUGHPUT,
         .metric = "achieved",
         .of = CLAIM_OF_WAITING,
         .keep = has_enough_blocks},
        {.experiment = EXPERIMENT_THROUGHPUT,
         .metric = "server_cpu_per_request",
         .of = CLAIM_OF_WAITING,
         .keep = has_enough_blocks},
        {.experiment = EXPERIMENT_LATENCY,
         .metric = "p50",
         .of = CLAIM_OF_WAITING,
         .keep = has_enough_blocks},
        {.experiment = EXPERIMENT_LATENCY,
         .metric = "p99",
         .of = CLAIM_OF_WAITING,
         .keep = has_none_idle}, /* as the claim asks */
        {.experiment = EXPERIMENT_LATENCY,
         .metric = "p99",
         .of = CLAIM_OF_WAITING,
         .keep = has_enough_blocks},
        {.experiment = EXPERIMENT_LATENCY,
         .metric = "p999",
         .of = CLAIM_OF_WAITING,
         .keep = has_enough_blocks},
    };
    const struct recorded_run *run = read_run(GOLDEN "/real-rows");
    const struct bill bill = {0};
    struct summary summary;
    struct error error = {""};
    assert_int_equal(summary_read(&summary, run, 1, &error), 0);
    const struct evidence evidence = {run, &bill, &summary, 1, 1, NULL};
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        struct tally real = {0};
        assert_int_equal(tally_add(&real, &evidence, &questions[i], &error), 0);
        assert_true(real.count >= 3);
        unsigned apart = deal_often(&real, false);
        unsigned jointly = deal_often(&real, true);
        printf("  %s %s, %zu settings: decided %u and %u of %d\n",
               experiment_list[questions[i].experiment].name, questions[i].metric, real.count,
               apart, jointly, DEALS);
        assert_in_range(apart, 0, DEALS * 25 / 1000);
        assert_in_range(jointly, 0, DEALS * 25 / 1000);
        tally_finish(&real);
    }
    summary_finish(&summary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_arms_seldom_get_a_verdict),
        cmocka_unit_test(nor_do_they_with_heavy_tails),
        cmocka_unit_test(a_factor_in_all_settings_is_found),
        cmocka_unit_test(half_and_half_depends),
        cmocka_unit_test(two_looks_find_no_more_than_one),
        cmocka_unit_test(looks_are_paid_for),
        cmocka_unit_test(a_tenth_is_found_so_often),
        cmocka_unit_test(equality_is_a_finding_only_everywhere),
        cmocka_unit_test(several_ways_of_a_loop_make_no_findings),
        cmocka_unit_test(the_best_of_several_ways_decides),
        cmocka_unit_test(borrowed_noise_hides_no_contrary),
        cmocka_unit_test(rare_bad_blocks_are_learnt_from_other_settings),
        cmocka_unit_test(real_trials_dealt_anew_get_no_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
