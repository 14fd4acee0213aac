/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The claim about tails as runs of today have them: kinds of work, two ways to choose a rate, rows
 * that decide nothing. */
#include "judged_run.h"

/* A setting of latency.csv in which threads' p99 is `ratio` times the loop's millisecond. */
struct setting {
    struct load_trial of_loop; /* what is not named below; 100 active connections */
    double ratio;
    double threads_rate;   /* offered; 0: as to the loop */
    bool threads_overload; /* in 3 of 10 blocks */
    int bad;               /* blocks in which threads are ten times as slow */
    int withheld;          /* threads' percentiles, in so many blocks */
    int blocks;            /* 0: BLOCKS */
};

static void write_setting(struct simulated_run *run, const struct setting *setting, int block)
{
    struct load_trial trial = setting->of_loop;
    trial.block = block;
    trial.model = "loop";
    trial.connections = 100;
    trial.active = 100;
    trial.achieved_per_second = trial.offered_per_second;
    trial.p50_ns = 1e5;
    trial.p99_ns = 1e6;
    trial.p999_ns = 3e6;
    trial.service_p99_ns = 9e5;
    trial.service_p999_ns = 2e6;
    load_trial_write(run, &trial);
    trial.model = "threads";
    trial.p99_ns *= setting->ratio;
    trial.p999_ns *= setting->ratio;
    trial.service_p99_ns *= setting->ratio;
    if (setting->threads_rate > 0)
        trial.offered_per_second = setting->threads_rate;
    trial.overloaded = setting->threads_overload && block <= 3;
    trial.p99_ns *= block <= setting->bad ? 10 : 1;
    if (block <= setting->withheld) {
        trial.p99_ns = 0;
        trial.p999_ns = 0;
        trial.events = 7;
    }
    load_trial_write(run, &trial);
}

static void write_settings(struct simulated_run *run, const struct setting *settings, size_t count)
{
    simulated_run_create(run);
    run->is_now = true;
    simulated_run_begin(run, "latency.csv", LOAD_HEADER_NOW);
    int blocks = settings[0].blocks > 0 ? settings[0].blocks : BLOCKS;
    for (int block = 1; block <= blocks; block++)
        for (size_t i = 0; i < count; i++)
            write_setting(run, &settings[i], block);
    simulated_run_end(run);
}

static void assert_says(const char *text, const char *words)
{
    if (!strstr(text, words))
        fail_msg("not said: %s", words);
}

static void test_depends_on_the_work_and_the_load(void **state)
{
    (void)state;
    const struct setting settings[] = {
        {.of_loop = {.offered_per_second = 10000, .capacity_share = 0.1}, .ratio = 0.5},
        {.of_loop = {.offered_per_second = 90000, .capacity_share = 0.9}, .ratio = 2},
        {.of_loop = {.offered_per_second = 10000,
                     .capacity_share = 0.5,
                     .work_cpu_us = 5,
                     .work_slow_us = 20000,
                     .work_slow_every = 1000},
         .ratio = 0.0625},
    };
    struct simulated_run run;
    struct judged judged;
    write_settings(&run, settings, 3);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "tail", CLAIM_DEPENDS);
    assert_says(claim->condition, "at equal rates depends (rests on 3 of 3 settings): no work: "
                                  "threads better at 10,000/s (10 %): 0.");
    assert_says(claim->condition, "threads worse at 90,000/s (90 %): ");
    assert_says(claim->condition, "; 1 in 1,000 takes 20 ms more: threads better at");
    assert_says(claim->figures, "1 in 1,000 takes 20 ms more, at 10,000/s (50 %), threads and "
                                "loop: p50 ");
    assert_says(claim->figures, ", p99 6");
    assert_int_equal(claim->settings, 3);
    assert_int_equal(claim->resolved, 3);
    assert_says(claim->figures, "p99.9 at equal rates, threads : loop (3 settings: ");
    finish(&judged, &run);
}

static void test_equal_utilisation_is_one_setting(void **state)
{
    (void)state;
    const struct setting settings[] = {
        {.of_loop = {.offered_per_second = 100000,
                     .capacity_share = 0.5,
                     .rate_basis = "equal_utilisation"},
         .ratio = 0.5,
         .threads_rate = 60000},
        {.of_loop = {.offered_per_second = 160000,
                     .capacity_share = 0.8,
                     .rate_basis = "equal_utilisation"},
         .ratio = 0.5,
         .threads_rate = 100000},
        {.of_loop = {.offered_per_second = 100000, .capacity_share = 0.8}, .ratio = 0.5},
    };
    struct simulated_run run;
    struct judged judged;
    write_settings(&run, settings, 3);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "tail", CLAIM_REPRODUCED);
    assert_says(claim->figures,
                "p99 at equal utilisation, threads : loop (2 settings: threads lower in 2)");
    assert_says(claim->condition, "at equal utilisation reproduced (rests on 2 of 2 settings): no "
                                  "work: threads better at 50 %");
    char *parameters = NULL;
    for (size_t i = 0; i < judged.summary.count; i++)
        if (strcmp(group_text(judged.summary.rows[i].b, "offered_per_second"), "160000") == 0) {
            free(parameters);
            parameters = summary_parameters(&judged.summary.rows[i]);
        }
    assert_non_null(parameters);
    assert_says(parameters, "rate_basis=equal_utilisation capacity_share=0.8");
    assert_null(strstr(parameters, "offered_per_second"));
    free(parameters);
    finish(&judged, &run);
}

static void test_overload_decides_nothing(void **state)
{
    (void)state;
    const struct setting settings[] = {
        {.of_loop = {.offered_per_second = 10000, .capacity_share = 0.5}, .ratio = 0.5},
        {.of_loop = {.offered_per_second = 90000, .capacity_share = 0.9},
         .ratio = 20,
         .threads_overload = true},
        {.of_loop = {.offered_per_second = 50000, .capacity_share = 0.75, .client_bound = true},
         .ratio = 2},
    };
    struct simulated_run run;
    struct judged judged;
    write_settings(&run, settings, 3);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "tail", CLAIM_REPRODUCED);
    assert_says(claim->figures,
                "p99 at equal rates, threads : loop (3 settings: threads lower in 1, "
                "overloaded in 1, generator loaded in 1)");
    assert_says(claim->condition, "overloaded at 90,000/s (90 %)");
    assert_says(claim->condition, "generator loaded at 50,000/s (75 %)");
    assert_says(claim->condition, "rests on a single one of 3 settings");
    finish(&judged, &run);
}

/* A stall of a fiftieth of the time that lies beyond a quantile is in any run; one of a quarter may
 * have made it, whatever its lateness: then service times must say the same. */
static void test_stalls_of_the_generator(void **state)
{
    (void)state;
    static const struct {
        double stalled_seconds; /* of 10, of all of them */
        int clients;
        size_t late_p99; /* trials of both arms */
        size_t late_p999;
    } generators[] = {{0.0002, 0, 0, 0},
                      {0.0025, 0, 0, 2 * BLOCKS},
                      {0.0025, 2, 0, 0},
                      {0.025, 0, 2 * BLOCKS, 2 * BLOCKS},
                      {0.025, 2, 0, 2 * BLOCKS}};
    for (size_t i = 0; i < sizeof generators / sizeof *generators; i++) {
        const struct setting setting = {
            .of_loop = {.offered_per_second = 10000,
                        .capacity_share = 0.5,
                        .stalled_seconds = generators[i].stalled_seconds,
                        .clients = generators[i].clients},
            .ratio = 0.5};
        struct simulated_run run;
        struct judged judged;
        write_settings(&run, &setting, 1);
        judge(&judged, &run);
        for (size_t k = 0; k < judged.summary.count; k++) {
            const struct summary_row *row = &judged.summary.rows[k];
            if (strcmp(row->metric.name, "p99") == 0)
                assert_int_equal(row->comparison.late, generators[i].late_p99);
            if (strcmp(row->metric.name, "p999") == 0)
                assert_int_equal(row->comparison.late, generators[i].late_p999);
        }
        assert_claim(&judged, "tail", CLAIM_REPRODUCED);
        finish(&judged, &run);
    }
}

/* Lateness stands against the service time of its own level. */
static void test_lateness_at_each_level(void **state)
{
    (void)state;
    const struct setting setting = {.of_loop = {.offered_per_second = 10000,
                                                .capacity_share = 0.5,
                                                .lateness_p99_ns = 1e4,
                                                .lateness_p999_ns = 1e6},
                                    .ratio = 1};
    struct simulated_run run;
    struct judged judged;
    write_settings(&run, &setting, 1);
    judge(&judged, &run);
    for (size_t k = 0; k < judged.summary.count; k++) {
        const struct summary_row *row = &judged.summary.rows[k];
        if (strcmp(row->metric.name, "p99") == 0)
            assert_int_equal(row->comparison.late, 0);
        if (strcmp(row->metric.name, "p999") == 0)
            assert_int_equal(row->comparison.late, 2 * BLOCKS);
    }
    finish(&judged, &run);
}

/* The worse a tail is, the sooner it is withheld: that is no lack of trials, and not at random. */
static void test_withheld_everywhere(void **state)
{
    (void)state;
    const struct setting settings[] = {
        {.of_loop = {.offered_per_second = 10000, .capacity_share = 0.5},
         .ratio = 2,
         .withheld = BLOCKS},
        {.of_loop = {.offered_per_second = 90000, .capacity_share = 0.9},
         .ratio = 2,
         .withheld = BLOCKS,
         .threads_overload = true},
    };
    struct simulated_run run;
    struct judged judged;
    write_settings(&run, settings, 2);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "tail", CLAIM_UNDECIDED);
    assert_null(strstr(claim->figures, "not run"));
    assert_says(claim->figures, "(2 settings: withheld in 1, overloaded in 1)");
    assert_null(strstr(claim->figures, "nan"));
    assert_says(claim->condition, "no work: withheld at 10,000/s (50 %), overloaded at 90,000/s");
    for (size_t i = 0; i < judged.summary.count; i++)
        assert_true(judged.summary.rows[i].comparison.ratio.blocks > 0);
    finish(&judged, &run);
}

/* One block in six is over a tenth, one in twenty is not. */
static void test_withheld_in_one_block(void **state)
{
    (void)state;
    for (int blocks = 6; blocks <= 20; blocks += 14) {
        const struct setting setting = {
            .of_loop = {.offered_per_second = 10000, .capacity_share = 0.5},
            .ratio = 0.5,
            .withheld = 1,
            .blocks = blocks};
        struct simulated_run run;
        struct judged judged;
        write_settings(&run, &setting, 1);
        judge(&judged, &run);
        const struct claim *claim =
            assert_claim(&judged, "tail", blocks == 6 ? CLAIM_UNDECIDED : CLAIM_REPRODUCED);
        assert_says(claim->figures, blocks == 6
                                        ? "(1 setting: withheld)"
                                        : "judged without the blocks that lack it: 1 of 40 trials");
        finish(&judged, &run);
    }
}

/* What holds by one way to choose rates and not by the other depends on that, and is not pooled. */
static void test_bases_are_judged_apart(void **state)
{
    (void)state;
    static const struct {
        double ratio; /* at equal utilisation; at equal rates it is a half */
        const char *of_utilisation;
        enum claim_verdict verdict;
    } cases[] = {
        {2, "at equal utilisation refuted (rests on a single one of 1 setting)", CLAIM_DEPENDS},
        {0.5, "at equal utilisation reproduced (rests on a single one of 1 setting)",
         CLAIM_REPRODUCED},
        {1 / 1.04, "at equal utilisation undecided (none of 1 setting is resolved)",
         CLAIM_REPRODUCED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct setting settings[] = {
            {.of_loop = {.offered_per_second = 10000, .capacity_share = 0.5}, .ratio = 0.5},
            {.of_loop = {.offered_per_second = 50000, .capacity_share = 0.75}, .ratio = 0.5},
            {.of_loop = {.offered_per_second = 100000,
                         .capacity_share = 0.5,
                         .rate_basis = "equal_utilisation"},
             .ratio = cases[i].ratio,
             .threads_rate = 60000},
        };
        struct simulated_run run;
        struct judged judged;
        write_settings(&run, settings, 3);
        judge(&judged, &run);
        const struct claim *claim = assert_claim(&judged, "tail", cases[i].verdict);
        assert_says(claim->condition, "at equal rates reproduced (rests on 2 of 2 settings)");
        assert_says(claim->condition, cases[i].of_utilisation);
        assert_says(claim->rests_on, "shown are ratios of medians, tested is the mean");
        finish(&judged, &run);
    }
}

/* One setting of six is a finding about that one, not about the claim. */
static void test_one_of_many_is_too_few(void **state)
{
    (void)state;
    struct setting settings[6];
    for (size_t count = 5; count <= 6; count++) {
        for (size_t i = 0; i < count; i++)
            settings[i] = (struct setting){
                .of_loop = {.offered_per_second = 10000 * (double)(i + 1), .capacity_share = 0.5},
                .ratio = 0.5,
                .withheld = i == 0 ? 0 : BLOCKS,
            };
        struct simulated_run run;
        struct judged judged;
        write_settings(&run, settings, count);
        judge(&judged, &run);
        const struct claim *claim =
            assert_claim(&judged, "tail", count == 5 ? CLAIM_REPRODUCED : CLAIM_UNDECIDED);
        assert_says(claim->condition, count == 5
                                          ? "rests on a single one of 5 settings"
                                          : "only 1 of 6 settings is resolved, too few for a "
                                            "verdict");
        assert_int_equal(claim->settings, count);
        assert_int_equal(claim->resolved, 1);
        finish(&judged, &run);
    }
}

static void test_bad_blocks_are_counted(void **state)
{
    (void)state;
    const struct setting settings[] = {
        {.of_loop = {.offered_per_second = 10000, .capacity_share = 0.5}, .ratio = 0.5, .bad = 2},
        {.of_loop = {.offered_per_second = 50000, .capacity_share = 0.75}, .ratio = 0.5},
    };
    struct simulated_run run;
    struct judged judged;
    write_settings(&run, settings, 2);
    judge(&judged, &run);
    const struct claim *claim = find_claim(&judged, "tail");
    assert_says(claim->figures, "; 2 of 20 blocks beyond a factor of 2 of their setting's usual");
    finish(&judged, &run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_depends_on_the_work_and_the_load),
        cmocka_unit_test(test_equal_utilisation_is_one_setting),
        cmocka_unit_test(test_overload_decides_nothing),
        cmocka_unit_test(test_stalls_of_the_generator),
        cmocka_unit_test(test_lateness_at_each_level),
        cmocka_unit_test(test_bases_are_judged_apart),
        cmocka_unit_test(test_one_of_many_is_too_few),
        cmocka_unit_test(test_bad_blocks_are_counted),
        cmocka_unit_test(test_withheld_everywhere),
        cmocka_unit_test(test_withheld_in_one_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
