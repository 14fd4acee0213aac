/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The claims about threads and loops where requests have real work to do, on machines of which the
 * truth is known: with a store that is called in several ways, and with calls that block. */
#include "judged_run.h"
#include "simulated_options.h"

#define ARMS_MAX 6

static void begin(struct simulated_run *run, const char *file)
{
    simulated_run_begin(run, file, OPTION_HEADER);
}

/* The arms of one setting in every block: their rates, or their times of an open loop. */
static void write_setting(struct simulated_run *run, const struct option_trial *base,
                          const struct option_arm *arms)
{
    for (int block = 1; block <= BLOCKS; block++)
        for (const struct option_arm *arm = arms; arm->model; arm++) {
            struct option_trial trial = *base;
            trial.block = block;
            trial.model = arm->model;
            trial.store_call = base->store ? arm->call : NULL;
            trial.block_call = base->store ? NULL : arm->call;
            trial.pool_size = arm->pool_size;
            trial.achieved_per_second =
                base->achieved_per_second * (base->offered_per_second > 0 ? 1 : arm->factor);
            trial.p99_ns *= arm->factor;
            trial.other_p50_ns *= arm->factor;
            trial.other_p90_ns *= arm->factor;
            trial.other_p99_ns *= arm->factor;
            option_trial_write(run, &trial);
        }
}

static struct option_trial web(const char *store, int active)
{
    bool database = strcmp(store, "postgres") == 0;
    return (struct option_trial){
        .scenario = "web",
        .store = store,
        .store_connections = database ? 16 : 0,
        .active = active,
        .achieved_per_second = 5e4,
        .p99_ns = 1e6,
    };
}

/* Closed loops with 1, 10 and 100 active connections. */
static void write_rates(struct simulated_run *run, const char *store, const struct option_arm *arms)
{
    for (int active = 1; active <= 100; active *= 10) {
        struct option_trial base = web(store, active);
        write_setting(run, &base, arms);
    }
}

/* What speed comes to with SQLite, of which the loop has two ways: both by the rate of threads. */
static void test_speed_against_the_best_way(void **state)
{
    (void)state;
    static const struct {
        double inline_rate;
        double pool_rate;
        enum claim_verdict verdict;
        const char *way; /* that is shown */
    } machines[] = {
        {1.3, 0.6, CLAIM_REFUTED, "the loop calling inline: 0.7"},
        {0.6, 1.3, CLAIM_REFUTED, "the loop calling through a pool of 4: 0.7"},
        {0.8, 0.6, CLAIM_REPRODUCED, "the loop calling inline: 1.2"},
        {1.0, 0.6, CLAIM_REPRODUCED, "equal for 1 active connection, the loop calling inline: "},
        {1.3, 1.3, CLAIM_REFUTED, "threads lower for "},
    };
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        const struct option_arm arms[] = {{"threads", NULL, 0, 1},
                                          {"loop", "inline", 0, machines[i].inline_rate},
                                          {"loop", "pool", 4, machines[i].pool_rate},
                                          {NULL, NULL, 0, 0}};
        struct simulated_run run;
        struct judged judged;
        simulated_run_create(&run);
        run.noise = 0.01;
        begin(&run, "throughput.csv");
        write_rates(&run, "sqlite", arms);
        simulated_run_end(&run);
        judge(&judged, &run);
        const struct claim *claim = assert_claim(&judged, "speed", machines[i].verdict);
        /* One vote for each setting, whatever ways there are. */
        assert_int_equal(claim->settings, 3);
        assert_non_null(strstr(claim->condition, "web with SQLite"));
        assert_non_null(strstr(claim->condition, machines[i].way));
        finish(&judged, &run);
    }
}

/* Two stores on one machine: what holds with one does not with the other, and both are named. */
static void test_speed_depends_on_the_store(void **state)
{
    (void)state;
    static const struct option_arm memory[] = {
        {"threads", NULL, 0, 1}, {"loop", "inline", 0, 1.4}, {NULL, NULL, 0, 0}};
    static const struct option_arm postgres[] = {
        {"threads", NULL, 0, 1}, {"loop", "async", 0, 0.8}, {NULL, NULL, 0, 0}};
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    begin(&run, "throughput.csv");
    write_rates(&run, "memory", memory);
    write_rates(&run, "postgres", postgres);
    simulated_run_end(&run);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "speed", CLAIM_DEPENDS);
    assert_int_equal(claim->settings, 6);
    assert_non_null(strstr(claim->condition,
                           "; by itself web with rows in memory refuted (rests on 3 of 3 settings),"
                           " web with PostgreSQL reproduced (rests on 3 of 3 settings)"));
    assert_non_null(strstr(claim->condition, "; web with rows in memory: threads lower for "));
    assert_non_null(strstr(claim->condition, "; web with PostgreSQL: threads higher for "));
    finish(&judged, &run);
}

/* A pool of threads and a loop with a pipeline stand beside: however good they are. */
static void test_what_has_no_vote_is_told_beside(void **state)
{
    (void)state;
    static const struct option_arm arms[] = {{"threads", NULL, 0, 1},
                                             {"loop", "async", 0, 0.8},
                                             {"loop", "pipeline", 0, 3},
                                             {"pool", NULL, 32, 5},
                                             {NULL, NULL, 0, 0}};
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    begin(&run, "throughput.csv");
    write_rates(&run, "postgres", arms);
    simulated_run_end(&run);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "speed", CLAIM_REPRODUCED);
    assert_int_equal(claim->settings, 3);
    assert_non_null(strstr(claim->figures, "; beside, requests/s, threads : a pool of threads (3 "
                                           "settings: threads lower in 3): 0."));
    assert_non_null(strstr(claim->figures,
                           "; beside, requests/s, threads : loop with a pipeline (3 "
                           "settings: threads lower in 3): 0.3"));
    finish(&judged, &run);
}

/* Threads lose as the store takes longer: they are equal at 316 us, half way in logarithms. */
static void test_speed_turns_with_the_delay(void **state)
{
    (void)state;
    static const int delays[] = {0, 100, 1000};
    struct simulated_run run;
    struct judged judged;
    double x, low, high;
    simulated_run_create(&run);
    begin(&run, "throughput.csv");
    for (size_t i = 0; i < 3; i++) {
        struct option_trial base = web("postgres", 100);
        base.store_delay_us = delays[i];
        base.store_connections = 128; /* which are no limit */
        const struct option_arm arms[] = {
            {"threads", NULL, 0, i < 2 ? 1.25 : 0.8}, {"loop", "async", 0, 1}, {NULL, NULL, 0, 0}};
        write_setting(&run, &base, arms);
    }
    simulated_run_end(&run);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "speed", CLAIM_DEPENDS);
    assert_non_null(strstr(claim->condition, "web with PostgreSQL: threads lower for each query "
                                             "takes 1 ms more: 0.8"));
    assert_non_null(strstr(claim->condition, "median requests/s of threads higher below "));
    read_crossing(claim->condition, "us more for each query,", &x, &low, &high);
    assert_between(250, x, 400);
    assert_between(low, x, high);
    finish(&judged, &run);
}

static void write_tails(struct simulated_run *run, const struct option_arm *arms)
{
    begin(run, "latency.csv");
    for (int rate = 5000; rate <= 20000; rate *= 2) {
        struct option_trial base = web("sqlite", 100);
        base.offered_per_second = rate;
        write_setting(run, &base, arms);
    }
    simulated_run_end(run);
}

/* The loop's p99 in its better way, by that of threads. */
static void test_tail_against_the_best_way(void **state)
{
    (void)state;
    static const struct {
        double inline_p99;
        double pool_p99;
        enum claim_verdict verdict;
    } machines[] = {
        {2, 3, CLAIM_REPRODUCED},
        {2, 0.5, CLAIM_REFUTED}, /* one way is no worse */
        {0.5, 2, CLAIM_REFUTED},
        {1, 2, CLAIM_REFUTED},
    };
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        const struct option_arm arms[] = {{"threads", NULL, 0, 1},
                                          {"loop", "inline", 0, machines[i].inline_p99},
                                          {"loop", "pool", 4, machines[i].pool_p99},
                                          {NULL, NULL, 0, 0}};
        struct simulated_run run;
        struct judged judged;
        simulated_run_create(&run);
        run.noise = 0.01;
        write_tails(&run, arms);
        judge(&judged, &run);
        const struct claim *claim = assert_claim(&judged, "tail", machines[i].verdict);
        assert_int_equal(claim->settings, 3);
        assert_non_null(strstr(claim->condition, "web with SQLite, no other work: "));
        assert_non_null(strstr(claim->condition, "(the loop calling "));
        finish(&judged, &run);
    }
}

/* A way whose queue grew all the time is not the loop's best one, and takes no vote away. */
static void test_an_overloaded_way_is_not_the_best(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    begin(&run, "latency.csv");
    for (int block = 1; block <= BLOCKS; block++)
        for (int way = 0; way < 3; way++) {
            struct option_trial trial = web("sqlite", 100);
            trial.block = block;
            trial.offered_per_second = 20000;
            trial.model = way == 0 ? "threads" : "loop";
            trial.store_call = way == 0 ? NULL : way == 1 ? "inline" : "pool";
            trial.pool_size = way == 2 ? 4 : 0;
            trial.p99_ns *= way == 0 ? 1 : way == 1 ? 2 : 0.1;
            trial.overloaded = way == 2;
            option_trial_write(&run, &trial);
        }
    simulated_run_end(&run);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "tail", CLAIM_REPRODUCED);
    assert_non_null(strstr(claim->condition, "(the loop calling inline): 0.5"));
    finish(&judged, &run);
}

/* Beside thousands of idle connections, and without them. */
static void test_idle_only_has_settings_of_web(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    begin(&run, "latency.csv");
    for (int idle = 0; idle <= 10000; idle += 10000) {
        struct option_trial base = web("sqlite", 100);
        base.idle = idle;
        base.offered_per_second = 10000;
        const struct option_arm arms[] = {{"threads", NULL, 0, idle > 0 ? 2 : 0.8},
                                          {"loop", "inline", 0, 1},
                                          {"loop", "pool", 4, 1.5},
                                          {NULL, NULL, 0, 0}};
        write_setting(&run, &base, arms);
    }
    simulated_run_end(&run);
    write_memory(&run, BLOCKS, 8000);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "idle-only", CLAIM_REPRODUCED);
    assert_non_null(strstr(claim->figures, "p99 beside at least 1,000 idle connections, threads : "
                                           "loop (1 setting: threads higher): 2.0"));
    finish(&judged, &run);
}

/* Of whose others nothing is known yet. */
static struct option_trial blocking(int rate)
{
    return (struct option_trial){
        .scenario = "blocking",
        .block_us = 10000,
        .active = 100,
        .offered_per_second = rate,
        .achieved_per_second = rate,
        .p99_ns = 2e7,
    };
}

static void write_calls(struct simulated_run *run, double threads)
{
    const struct option_arm arms[] = {{"threads", NULL, 0, threads},
                                      {"loop", "inline", 0, 1},
                                      {"loop", "pool", 4, threads},
                                      {"loop", "pool", 128, threads},
                                      {NULL, NULL, 0, 0}};
    for (int rate = 4000; rate <= 40000; rate *= 10) {
        struct option_trial base = blocking(rate);
        base.p999_ns = 3e7;
        base.other_p99_ns = 2e7;
        write_setting(run, &base, arms);
    }
}

static void write_library(struct simulated_run *run, double threads)
{
    const struct option_arm arms[] = {{"threads", NULL, 0, threads},
                                      {"loop", "inline", 0, 1},
                                      {"loop", "pool", 4, 1.2},
                                      {NULL, NULL, 0, 0}};
    struct option_trial base = web("sqlite", 100);
    base.offered_per_second = 10000;
    write_setting(run, &base, arms);
}

/* What the others wait for with threads, by what they wait for in the loop that makes the same call
 * itself: beside calls that block, and with a library that every request calls. 0: not run. */
static void test_compatibility(void **state)
{
    (void)state;
    static const struct {
        double calls;
        double library;
        enum claim_verdict verdict;
    } machines[] = {
        {0.01, 1, CLAIM_REPRODUCED}, /* the library's calls hold nobody up, in the loop either */
        {0.01, 0.1, CLAIM_REPRODUCED}, {0.01, 0, CLAIM_REPRODUCED},
        {0.01, 10, CLAIM_DEPENDS}, /* the library contradicts */
        {1, 0, CLAIM_REFUTED},     /* as bad as the loop */
        {10, 0, CLAIM_REFUTED},        {10, 10, CLAIM_REFUTED},
        {1, 1, CLAIM_REFUTED}, /* the library is no support, be threads as good or better */
        {1, 0.1, CLAIM_REFUTED},       {0, 1, CLAIM_UNDECIDED},
        {0, 0.1, CLAIM_UNDECIDED},     {0, 10, CLAIM_UNDECIDED},
    };
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        struct simulated_run run;
        struct judged judged;
        simulated_run_create(&run);
        begin(&run, "latency.csv");
        if (machines[i].calls > 0)
            write_calls(&run, machines[i].calls);
        if (machines[i].library > 0)
            write_library(&run, machines[i].library);
        simulated_run_end(&run);
        judge(&judged, &run);
        const struct claim *claim = assert_claim(&judged, "compatibility", machines[i].verdict);
        assert_non_null(strstr(claim->answer, machines[i].calls > 0 ? " times" : "not run"));
        if (machines[i].calls > 0)
            assert_non_null(strstr(claim->figures, "1 in 100 blocks for 10 ms, at 4,000/s (50 %), "
                                                   "0.4 calls at once, p50 and p99 of the others: "
                                                   "threads "));
        if (machines[i].library > 0)
            assert_non_null(strstr(claim->figures, "where every request calls a library"));
        assert_int_equal(claim->settings,
                         (machines[i].calls > 0 ? 2 : 0) +
                             (machines[i].calls > 0 && machines[i].library > 2 ? 1 : 0));
        assert_int_equal(machines[i].calls > 0,
                         !strstr(claim->condition, "beside calls that block: not run"));
        finish(&judged, &run);
    }
}

/* Where p99 is withheld p90 stands in, of which a difference says that others are held up, and its
 * absence nothing: so it is with `threads` times the loop's. */
static void test_a_lower_quantile_stands_in(void **state)
{
    (void)state;
    static const struct {
        double threads;
        double p90_ns; /* 0: withheld */
        double p99_ns;
        enum claim_verdict verdict;
        size_t resolved;
    } machines[] = {
        {0.1, 1e6, 0, CLAIM_REPRODUCED, 2},
        {10, 1e6, 0, CLAIM_UNDECIDED, 0},
        {1, 1e6, 0, CLAIM_UNDECIDED, 0},
        {1, 1e6, 2e7, CLAIM_REFUTED, 2}, /* p99 has its say where it is shown */
        {0.1, 1e6, 2e7, CLAIM_REPRODUCED, 2},
        {0.1, 0, 0, CLAIM_REPRODUCED, 2}, /* all but the median are withheld */
        {1, 0, 0, CLAIM_UNDECIDED, 0},
    };
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        struct simulated_run run;
        struct judged judged;
        simulated_run_create(&run);
        begin(&run, "latency.csv");
        for (int rate = 4000; rate <= 40000; rate *= 10) {
            struct option_trial base = blocking(rate);
            const struct option_arm arms[] = {{"threads", NULL, 0, machines[i].threads},
                                              {"loop", "inline", 0, 1},
                                              {NULL, NULL, 0, 0}};
            base.other_p50_ns = 3e5;
            base.other_p90_ns = machines[i].p90_ns;
            base.other_p99_ns = machines[i].p99_ns;
            write_setting(&run, &base, arms);
        }
        simulated_run_end(&run);
        judge(&judged, &run);
        const struct claim *claim = assert_claim(&judged, "compatibility", machines[i].verdict);
        assert_int_equal(claim->settings, 2);
        assert_int_equal(claim->resolved, machines[i].resolved);
        bool stands_in = machines[i].p99_ns <= 0 && machines[i].resolved > 0;
        assert_int_equal(stands_in, strstr(claim->figures, "or p90 or p50 of them") != NULL);
        assert_int_equal(stands_in, strstr(claim->rests_on, "other_p90_ns") != NULL);
        assert_int_equal(machines[i].resolved == 0,
                         strstr(claim->condition, "left out: withheld for ") != NULL);
        assert_int_equal(claim->votes.count, 2);
        for (size_t k = 0; k < claim->votes.count; k++)
            assert_string_equal(claim->votes.items[k].metric, !stands_in ? "p99 of the others"
                                                              : machines[i].p90_ns > 0
                                                                  ? "p90 of the others"
                                                                  : "median of the others");
        finish(&judged, &run);
    }
}

/* Whose others have too few samples for a p99 was asked all the same. */
static void test_compatibility_of_withheld_percentiles(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    begin(&run, "latency.csv");
    for (int rate = 4000; rate <= 40000; rate *= 10) {
        struct option_trial base = blocking(rate);
        const struct option_arm arms[] = {
            {"threads", NULL, 0, 1}, {"loop", "inline", 0, 1}, {NULL, NULL, 0, 0}};
        write_setting(&run, &base, arms);
    }
    simulated_run_end(&run);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "compatibility", CLAIM_UNDECIDED);
    assert_int_equal(claim->settings, 2);
    assert_non_null(strstr(claim->figures, "(2 settings: withheld in 2)"));
    assert_non_null(strstr(claim->condition, "left out: withheld for "));
    finish(&judged, &run);
}

/* 16 connections that take 10 ms a query answer 1,600 a second, whoever asks. */
static void write_delayed(struct simulated_run *run, int delay_us, double rate, double loop)
{
    struct option_trial base = web("postgres", 100);
    base.store_delay_us = delay_us;
    base.achieved_per_second = rate;
    const struct option_arm arms[] = {
        {"threads", NULL, 0, 1}, {"loop", "async", 0, loop}, {NULL, NULL, 0, 0}};
    write_setting(run, &base, arms);
}

/* What speed comes to where one setting of two is the database's figure. */
static void test_speed_without_what_the_database_limits(void **state)
{
    (void)state;
    static const struct {
        double loop;      /* without a delay, by the rate of threads */
        double with_rate; /* of threads, with the delay; and of the loop by it */
        double with_loop;
        size_t settings;
        enum claim_verdict verdict;
    } machines[] = {
        {1.4, 1550, 1, 1, CLAIM_REFUTED},    /* without it: "depends", on what decides nothing */
        {0.7, 1550, 1, 1, CLAIM_REPRODUCED}, /* of one setting */
        {1.4, 1550, 0.5, 2, CLAIM_DEPENDS},  /* the loop leaves the database time */
        {1.4, 1000, 1, 2, CLAIM_DEPENDS},    /* as do both, and are equal */
    };
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        struct simulated_run run;
        struct judged judged;
        simulated_run_create(&run);
        run.noise = 0.005;
        begin(&run, "throughput.csv");
        write_delayed(&run, 0, 5e4, machines[i].loop);
        write_delayed(&run, 10000, machines[i].with_rate, machines[i].with_loop);
        simulated_run_end(&run);
        judge(&judged, &run);
        const struct claim *claim = assert_claim(&judged, "speed", machines[i].verdict);
        assert_int_equal(claim->settings, machines[i].settings);
        assert_int_equal(machines[i].settings == 1,
                         !!strstr(claim->condition,
                                  "left out: the database was the limit for "
                                  "web with PostgreSQL, each query takes 10 ms more"));
        finish(&judged, &run);
    }
}

/* What a database took of the server's CPU belongs to what a verdict is about. */
static void test_a_database_on_the_servers_cpu_is_a_condition(void **state)
{
    (void)state;
    static const char *const cpus[] = {"0", "1-2"};
    static const struct option_arm arms[] = {
        {"threads", NULL, 0, 1}, {"loop", "async", 0, 0.8}, {NULL, NULL, 0, 0}};
    for (size_t i = 0; i < 2; i++) {
        struct simulated_run run;
        struct judged judged;
        struct option_trial base = web("postgres", 100);
        base.store_cpus = cpus[i];
        simulated_run_create(&run);
        begin(&run, "throughput.csv");
        write_setting(&run, &base, arms);
        simulated_run_end(&run);
        judge(&judged, &run);
        const struct claim *claim = assert_claim(&judged, "speed", CLAIM_REPRODUCED);
        assert_int_equal(i == 0, !!strstr(claim->condition, "; the database on the server's CPU"));
        finish(&judged, &run);
    }
}

static size_t count(const char *text, const char *part)
{
    size_t found = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        found++;
    return found;
}

/* What all settings lack is said once, and names none of them. */
static void test_too_few_blocks_are_one_sentence(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    begin(&run, "throughput.csv");
    for (int block = 1; block <= 3; block++)
        for (int active = 1; active <= 100; active *= 10)
            for (int arm = 0; arm < 2; arm++) {
                struct option_trial trial = web("postgres", active);
                trial.block = block;
                trial.model = arm == 0 ? "threads" : "loop";
                trial.store_call = arm == 0 ? NULL : "async";
                option_trial_write(&run, &trial);
            }
    simulated_run_end(&run);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "speed", CLAIM_UNDECIDED);
    assert_int_equal(claim->settings, 3);
    assert_non_null(strstr(claim->figures, "(3 settings, each with too few blocks)"));
    assert_int_equal(count(claim->figures, "too few blocks for a verdict, which takes 6"), 1);
    assert_string_equal(claim->condition, "none of 3 settings is resolved");
    finish(&judged, &run);
}

/* Nothing is asked where the database was the limit everywhere, be the blocks enough or not. */
static void test_speed_of_a_database_alone(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    char *basis = NULL;
    size_t length = 0;
    simulated_run_create(&run);
    begin(&run, "throughput.csv");
    write_delayed(&run, 10000, 1550, 1);
    write_delayed(&run, 1000, 15500, 1);
    simulated_run_end(&run);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "speed", CLAIM_UNDECIDED);
    assert_int_equal(claim->settings, 0);
    FILE *out = open_memstream(&basis, &length);
    assert_non_null(out);
    claim_write_basis(claim, out);
    fclose(out);
    assert_string_equal(basis, " (the database was the limit)");
    free(basis);
    finish(&judged, &run);
}

/* What makes no difference by a factor of 2 holds nobody up, and noise gives no verdict. */
static void test_compatibility_in_noise_is_undecided(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    run.noise = 0.8;
    begin(&run, "latency.csv");
    write_calls(&run, 0.6);
    simulated_run_end(&run);
    judge(&judged, &run);
    assert_claim(&judged, "compatibility", CLAIM_UNDECIDED);
    finish(&judged, &run);
}

/* Of a pool of 4 whose calls are queued, and one that is large enough; what overloads everything
 * says nothing of a pool. */
static void test_when_a_pool_runs_out(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    begin(&run, "latency.csv");
    for (int block = 1; block <= BLOCKS; block++)
        for (int rate = 4000; rate <= 400000; rate *= 10)
            for (int way = 0; way < 4; way++) {
                bool queued = rate > 4000 && way == 2;
                struct option_trial trial = {
                    .block = block,
                    .scenario = "blocking",
                    .model = way == 0 ? "threads" : "loop",
                    .block_call = way == 0   ? NULL
                                  : way == 1 ? "inline"
                                             : "pool",
                    .pool_size = way < 2    ? 0
                                 : way == 2 ? 4
                                            : 128,
                    .block_us = 10000,
                    .active = 100,
                    .offered_per_second = rate,
                    .achieved_per_second = rate,
                    .p99_ns = 1e7,
                    .p999_ns = queued ? 9e7 : 1.1e7,
                    .other_p99_ns = way == 1 ? 2e7 : 1e5,
                    .overloaded = rate > 40000 || (rate > 4000 && way == 1),
                };
                option_trial_write(&run, &trial);
            }
    simulated_run_end(&run);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "compatibility", CLAIM_REPRODUCED);
    assert_non_null(strstr(claim->condition, "; the loop's pool of 4 runs out at 4 calls at once "
                                             "(40,000/s (50 %), 1 in 100 blocks for 10 ms)"));
    assert_non_null(
        strstr(claim->condition, "; the loop's pool of 128 holds up to 4 calls at once"));
    assert_non_null(strstr(claim->condition, "left out: overloaded for "));
    assert_non_null(strstr(claim->figures, ", overloaded in 10 of 10 trials"));
    finish(&judged, &run);
}

/* None of these says anything about what waiting costs with nothing to do besides. */
static void test_other_claims_are_about_the_plain_server(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    begin(&run, "latency.csv");
    write_calls(&run, 0.01);
    write_library(&run, 1);
    simulated_run_end(&run);
    judge(&judged, &run);
    assert_string_equal(find_claim(&judged, "threads-few-hundred")->figures, "not run");
    assert_string_equal(find_claim(&judged, "memory-per-waiter")->figures, "not run");
    finish(&judged, &run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_speed_against_the_best_way),
        cmocka_unit_test(test_speed_depends_on_the_store),
        cmocka_unit_test(test_what_has_no_vote_is_told_beside),
        cmocka_unit_test(test_speed_turns_with_the_delay),
        cmocka_unit_test(test_tail_against_the_best_way),
        cmocka_unit_test(test_an_overloaded_way_is_not_the_best),
        cmocka_unit_test(test_idle_only_has_settings_of_web),
        cmocka_unit_test(test_compatibility),
        cmocka_unit_test(test_a_lower_quantile_stands_in),
        cmocka_unit_test(test_compatibility_of_withheld_percentiles),
        cmocka_unit_test(test_speed_without_what_the_database_limits),
        cmocka_unit_test(test_a_database_on_the_servers_cpu_is_a_condition),
        cmocka_unit_test(test_too_few_blocks_are_one_sentence),
        cmocka_unit_test(test_speed_of_a_database_alone),
        cmocka_unit_test(test_compatibility_in_noise_is_undecided),
        cmocka_unit_test(test_when_a_pool_runs_out),
        cmocka_unit_test(test_other_claims_are_about_the_plain_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
