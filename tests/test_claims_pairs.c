/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims of two pairs in one run: each is judged by its own rows, and by nothing else. */
#include "analysis/analysis.h"
#include "analysis/tables/scorecard.h"
#include "narrow_text.h"
#include "run/scenario.h"
#include "simulated_pairs.h"

#define REFERENCE GOLDEN "/../../results/reference"

static char *read_text(const char *path)
{
    char *text = calloc(1, 1 << 18);
    FILE *file = fopen(path, "r");
    if (!text || !file || fread(text, 1, (1 << 18) - 1, file) == 0)
        abort();
    fclose(file);
    return text;
}

static char *read_claims(const char *folder)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/claims.csv", folder);
    return read_text(path);
}

static void assert_verdict(const struct judged *judged, size_t pair, const char *id,
                           enum claim_verdict verdict)
{
    const struct claim *claim = claims_find(&judged->claims, pair, id);
    assert_non_null(claim);
    printf("  %s, %s: %s\n    %s\n", claim->pair, id, claim->figures, claim->rests_on);
    assert_string_equal(claim_verdict_text(claim->verdict), claim_verdict_text(verdict));
}

static void assert_not_run(const struct judged *judged, size_t pair, const char *id)
{
    assert_string_equal(claims_find(&judged->claims, pair, id)->figures, "not run");
}

static void test_pairs_differ_in_verdict(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    judge_run(&judged, &run, (const struct truth *const[]){&c, &python, NULL}, true);
    assert_int_equal(judged.claims.pair_count, 2);
    assert_int_equal(judged.claims.count, 22);
    assert_string_equal(judged.claims.claims[10].pair, "c");
    assert_string_equal(judged.claims.claims[11].pair, "python");
    assert_true(judged.claims.pairs[0].took_part);
    assert_verdict(&judged, 0, "memory-per-waiter", CLAIM_REPRODUCED);
    assert_verdict(&judged, 1, "memory-per-waiter", CLAIM_REPRODUCED);
    assert_verdict(&judged, 0, "speed", CLAIM_REFUTED);
    assert_verdict(&judged, 1, "speed", CLAIM_REPRODUCED);
    assert_verdict(&judged, 0, "tail", CLAIM_REFUTED);
    assert_verdict(&judged, 1, "tail", CLAIM_REPRODUCED);
    assert_verdict(&judged, 0, "trickiness", CLAIM_REPRODUCED);
    assert_verdict(&judged, 1, "trickiness", CLAIM_DEPENDS);
    assert_non_null(
        strstr(claims_find(&judged.claims, 1, "trickiness")->condition,
               "with a call between reading and writing threads lost updates in 10 of 10 "
               "trials"));
    assert_verdict(&judged, 1, "loop-unbounded", CLAIM_REPRODUCED);
    assert_not_run(&judged, 1, "control-flow");
    assert_not_run(&judged, 1, "cancellation");
    assert_not_run(&judged, 1, "compatibility");
    const struct claim *speed = claims_find(&judged.claims, 1, "speed");
    assert_int_equal(speed->settings, 3);
    assert_non_null(strstr(speed->rests_on, "of python-threads and python-loop, a vote for each"));
    finish(&judged, &run);
}

/* The rows of a run of ours alone, to the byte, and another pair's behind them. */
static void test_another_pair_changes_nothing_of_ours(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    judge_run(&judged, &run, (const struct truth *const[]){&c, NULL}, false);
    assert_int_equal(judged.claims.pair_count, 1);
    assert_int_equal(judged.claims.count, 11);
    char *alone = read_claims(run.folder.path);
    finish(&judged, &run);
    judge_run(&judged, &run, (const struct truth *const[]){&c, &python, NULL}, true);
    char *both = read_claims(run.folder.path);
    assert_true(strlen(both) > strlen(alone));
    assert_int_equal(strncmp(both, alone, strlen(alone)), 0);
    assert_int_equal(strncmp(both + strlen(alone), "memory-per-waiter,", 18), 0);
    free(alone);
    free(both);
    finish(&judged, &run);
}

/* Runs of ours alone, real ones: what is written of them is what stands there. After a change of
 * what a judge says `waitbench report` writes it anew. */
static void test_reference_runs_are_as_they_were(void **state)
{
    (void)state;
    static const char *const folders[] = {REFERENCE "/2cpu-vm", REFERENCE "/2cpu-vm-aa",
                                          REFERENCE "/2cpu-vm-quick"};
    if (access(REFERENCE, R_OK) < 0)
        skip(); /* a release has no reference runs */
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        const struct recorded_run *read = read_run(folders[i]);
        struct analysis *analysis = calloc(1, sizeof *analysis);
        struct run_folder folder;
        struct error error = {""};
        assert_int_equal(analysis_read(analysis, read, NULL, recorded_run_seed(read)), 0);
        run_folder_create(&folder);
        assert_int_equal(claims_write(&analysis->claims, folder.path, &error), 0);
        char *written = read_claims(folder.path);
        char *there = read_claims(folders[i]);
        assert_string_equal(written, there);
        free(written);
        free(there);
        run_folder_destroy(&folder);
        analysis_finish(analysis);
        free(analysis);
    }
}

static void test_half_a_pair_gets_no_rows(void **state)
{
    (void)state;
    struct truth half = python;
    struct truth nobody = python;
    struct simulated_run run;
    struct judged judged;
    half.has_loop = false;
    nobody.pair = "";
    judge_run(&judged, &run, (const struct truth *const[]){&c, NULL}, false);
    char *alone = read_claims(run.folder.path);
    finish(&judged, &run);
    judge_run(&judged, &run, (const struct truth *const[]){&c, &half, &nobody, NULL}, true);
    assert_int_equal(judged.claims.pair_count, 1);
    char *with = read_claims(run.folder.path);
    assert_string_equal(with, alone);
    free(alone);
    free(with);
    finish(&judged, &run);
}

/* A loop in one scenario is no opponent of threads in another. */
static void test_halves_must_meet(void **state)
{
    (void)state;
    struct truth half = python;
    struct simulated_run run;
    struct judged judged;
    half.has_loop = false;
    simulated_run_create(&run);
    run.has_pairs = true;
    run.pair = "python";
    simulated_run_begin(&run, "flow.csv", FLOW_HEADER);
    write_counter(&run, &half);
    struct flow_trial elsewhere = {1, "futures", "loop", "handoff_p50", "ns", 4, 1000, false};
    flow_trial_write(&run, &elsewhere);
    simulated_run_end(&run);
    judge(&judged, &run);
    assert_int_equal(judged.claims.pair_count, 1);
    assert_false(judged.claims.pairs[0].took_part);
    finish(&judged, &run);
}

static void test_a_pair_without_ours(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    judge_run(&judged, &run, (const struct truth *const[]){&python, NULL}, true);
    assert_int_equal(judged.claims.pair_count, 2);
    assert_false(judged.claims.pairs[0].took_part);
    assert_not_run(&judged, 0, "speed");
    assert_not_run(&judged, 0, "memory-per-waiter");
    assert_verdict(&judged, 1, "speed", CLAIM_REPRODUCED);
    finish(&judged, &run);
}

/* Of python the talk has figures, of what is resident; ours stand beside them. */
static void test_the_talks_figures_stand_beside_ours(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    judge_run(&judged, &run, (const struct truth *const[]){&c, &python, NULL}, true);
    const struct claim *claim = claims_find(&judged.claims, 0, "memory-per-waiter");
    assert_string_equal(claim->talk, "");
    assert_null(strstr(claim->figures, "the talk"));
    claim = claims_find(&judged.claims, 1, "memory-per-waiter");
    assert_int_equal(strncmp(claim->talk, "resident alone, each with a connection: ", 40), 0);
    assert_non_null(strstr(claim->talk, " a task, where the talk has about 10 KB and 2 KB"));
    assert_non_null(strstr(claim->figures, claim->talk));
    assert_string_equal(claims_find(&judged.claims, 1, "memory-growth")->talk, "");
    finish(&judged, &run);
}

/* Threads in an event and tasks that sleep are what it measured: their figures go before, and
 * decide where nothing else was run. */
static void test_waiters_without_a_network_go_before(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    if (!scenario_find("sleep"))
        skip();
    for (int alone = 0; alone < 2; alone++) {
        simulated_run_create(&run);
        run.has_pairs = true;
        run.pair = "python";
        run.noise = 0;
        simulated_run_begin(&run, "memory.csv", MEMORY_HEADER);
        if (!alone)
            write_memory_rows(&run, BLOCKS, 50000);
        run.scenario = "sleep";
        write_memory_rows(&run, BLOCKS, 10240);
        simulated_run_end(&run);
        judge(&judged, &run);
        const struct claim *claim = claims_find(&judged.claims, 1, "memory-per-waiter");
        printf("  %s\n", claim->figures);
        assert_string_equal(claim_verdict_text(claim->verdict), "reproduced");
        assert_int_equal(strncmp(claim->talk, "resident alone, without a network: 10.0 KiB", 43),
                         0);
        assert_int_equal(strstr(claim->figures, "per task") != NULL, alone);
        assert_int_equal(strstr(claim->figures, "48.8 KiB") != NULL, !alone);
        finish(&judged, &run);
    }
}

/* One rate of the latency experiment, on 100 connections. */
static void write_rate(struct simulated_run *run, const struct truth *truth, double rate,
                       const char *basis, bool overloaded)
{
    run->pair = truth->pair;
    for (int block = 1; block <= BLOCKS; block++) {
        struct load_trial trial = {
            .block = block,
            .model = "loop",
            .connections = 100,
            .active = 100,
            .offered_per_second = rate,
            .achieved_per_second = rate,
            .p50_ns = 1e5,
            .p99_ns = 3e5,
            .p999_ns = 6e5,
            .rate_basis = basis,
            .capacity_share = 0.5,
            .overloaded = overloaded,
        };
        load_trial_write(run, &trial);
        trial.model = "threads";
        trial.p99_ns *= truth->p99;
        load_trial_write(run, &trial);
    }
}

/* Rates are shares of what ours sustain. What is too much for both halves of another pair asks
 * nothing of it, and what is little for ours may be its only one. */
static void test_each_pair_is_judged_at_rates_that_it_keeps_up_with(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    run.has_pairs = run.is_now = true;
    simulated_run_begin(&run, "latency.csv", LOAD_HEADER_NOW);
    for (int rate = 20000; rate <= 70000; rate += 10000) {
        write_rate(&run, &c, rate, "equal_rate", false);
        write_rate(&run, &python, rate, "equal_rate", true);
    }
    write_rate(&run, &c, 2000, "common_rate", false);
    write_rate(&run, &python, 2000, "common_rate", false);
    simulated_run_end(&run);
    judge(&judged, &run);
    assert_verdict(&judged, 0, "tail", CLAIM_REFUTED);
    assert_int_equal(claims_find(&judged.claims, 0, "tail")->settings, 6);
    assert_verdict(&judged, 1, "tail", CLAIM_REPRODUCED);
    const struct claim *tail = claims_find(&judged.claims, 1, "tail");
    assert_int_equal(tail->settings, 1);
    assert_non_null(strstr(tail->figures, "too much for both in 6"));
    finish(&judged, &run);
}

/* What is open of either pair is measured further. */
static void test_open_settings_are_of_both(void **state)
{
    (void)state;
    struct truth close = python;
    struct simulated_run run;
    struct judged judged;
    size_t ours;
    close.rate = close.p99 = 1.05;
    judge_run(&judged, &run, (const struct truth *const[]){&c, NULL}, true);
    ours = judged.claims.open.count;
    finish(&judged, &run);
    judge_run(&judged, &run, (const struct truth *const[]){&c, &close, NULL}, true);
    /* Three loads each of requests/s and of p99; of 1,000 connections no factor of 4 is near. */
    assert_int_equal(judged.claims.open.count, ours + 6);
    finish(&judged, &run);
}

static char *print_scorecard(const struct judged *judged)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    scorecard_print(&judged->claims,
                    "\x1b[31mall that a plan may say of what it does not measure, at some length, "
                    "whoever wrote it",
                    false, out);
    fclose(out);
    assert_in_range(widest_line(text), 60, 80);
    assert_non_null(strstr(text, "\n(The plan leaves out: ?[31mall that"));
    assert_non_null(strstr(text, "whoever wrote it.)\n"));
    return text;
}

static void assert_said(const char *text, const char *said)
{
    if (!strstr(text, said))
        fail_msg("%s\nis not in%s", said, text);
}

/* Two pairs in two columns, further ones below; one alone as ours has always been. */
static void test_scorecards_stand_side_by_side(void **state)
{
    (void)state;
    struct truth ruby = python;
    struct simulated_run run;
    struct judged judged;
    judge_run(&judged, &run, (const struct truth *const[]){&c, NULL}, false);
    char *alone = print_scorecard(&judged);
    assert_said(alone,
                "\nScorecard\n\nverdict    claim                    threads against the loop");
    finish(&judged, &run);

    judge_run(&judged, &run, (const struct truth *const[]){&c, &python, NULL}, true);
    char *both = print_scorecard(&judged);
    assert_said(both, "\nclaim                    c                  settings python             "
                      "settings\n");
    assert_said(both, "\nthreads are as fast      refuted    0.7");
    assert_said(both, "  3/3 reproduced 1.");
    assert_said(both, "\nthreads lose updates     reproduced                  depends ");
    assert_said(both,
                "\n                         10 of 10 trials lost some   0 of 10 trials lost ");
    assert_said(both, "\n(python: resident alone, each with a connection: ");
    finish(&judged, &run);

    ruby.pair = "ruby";
    judge_run(&judged, &run, (const struct truth *const[]){&c, &ruby, &python, NULL}, true);
    char *three = print_scorecard(&judged);
    assert_said(three, "\nclaim                    c                  settings python             "
                       "settings\n");
    assert_said(three, "\nclaim                    ruby               settings\n");
    finish(&judged, &run);

    judge_run(&judged, &run, (const struct truth *const[]){&python, NULL}, true);
    char *other = print_scorecard(&judged);
    assert_said(other, "\nScorecard of python\n\nverdict    claim ");
    assert_said(other, "\nreproduced threads are as fast      ");
    finish(&judged, &run);
    free(alone);
    free(both);
    free(three);
    free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs_differ_in_verdict),
        cmocka_unit_test(test_another_pair_changes_nothing_of_ours),
        cmocka_unit_test(test_reference_runs_are_as_they_were),
        cmocka_unit_test(test_half_a_pair_gets_no_rows),
        cmocka_unit_test(test_halves_must_meet),
        cmocka_unit_test(test_a_pair_without_ours),
        cmocka_unit_test(test_the_talks_figures_stand_beside_ours),
        cmocka_unit_test(test_waiters_without_a_network_go_before),
        cmocka_unit_test(test_each_pair_is_judged_at_rates_that_it_keeps_up_with),
        cmocka_unit_test(test_open_settings_are_of_both),
        cmocka_unit_test(test_scorecards_stand_side_by_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
