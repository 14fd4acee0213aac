/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The claims about throughput and latency, on machines in which they are known to hold, and known
 * not to. */
#include "judged_run.h"

/* A machine as a function: threads / loop in requests per second at `active`. */
typedef double rate_ratio(int active);

static double rate_like_ours(int active)
{
    return pow(active / 8.0, -0.2); /* 1.5 for one, equal at 8, 0.4 at 1,000 */
}

static double rate_threads_win(int active)
{
    (void)active;
    return 1.3;
}

static void write_throughput(struct simulated_run *run, rate_ratio *ratio, bool bound)
{
    simulated_run_begin(run, "throughput.csv", LOAD_HEADER);
    for (int block = 1; block <= BLOCKS; block++)
        for (int active = 1; active <= 1000; active *= 10) {
            struct load_trial trial = {
                .block = block,
                .model = "loop",
                .connections = active,
                .active = active,
                .achieved_per_second = 1e5,
                .p50_ns = 1e5,
                .p99_ns = 3e5,
                .server_cpu_seconds = 1,
            };
            load_trial_write(run, &trial);
            trial.model = "threads";
            trial.achieved_per_second *= ratio(active);
            trial.client_bound = bound;
            load_trial_write(run, &trial);
        }
    simulated_run_end(run);
}

static void write_latency(struct simulated_run *run, double low_ratio, double high_ratio)
{
    simulated_run_begin(run, "latency.csv", LOAD_HEADER);
    for (int block = 1; block <= BLOCKS; block++)
        for (int rate = 10000; rate <= 80000; rate *= 2) {
            double part = log(rate / 10000.0) / log(8);
            struct load_trial trial = {
                .block = block,
                .model = "loop",
                .connections = 100,
                .active = 100,
                .offered_per_second = rate,
                .achieved_per_second = rate,
                .p50_ns = 1e5,
                .p99_ns = 1e6,
            };
            load_trial_write(run, &trial);
            trial.model = "threads";
            trial.p99_ns *= low_ratio * pow(high_ratio / low_ratio, part);
            load_trial_write(run, &trial);
        }
    simulated_run_end(run);
}

static void test_speed_turns_at_the_crossover(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    write_throughput(&run, rate_like_ours, false);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "speed", CLAIM_REFUTED);
    double x, low, high;
    read_crossing(claim->condition, "active connections,", &x, &low, &high);
    assert_between(low, 8, high);
    assert_between(6, x, 10);
    finish(&judged, &run);
}

static void test_speed_of_faster_threads(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    write_throughput(&run, rate_threads_win, false);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "speed", CLAIM_REPRODUCED);
    assert_non_null(strstr(claim->condition, "threads higher throughout, from 1 to 1,000 active"));
    finish(&judged, &run);
}

static void test_speed_is_not_judged_by_a_slow_generator(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    /* Threads are faster in one condition, slower in three, and the generator was their limit. */
    write_throughput(&run, rate_like_ours, true);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "speed", CLAIM_UNDECIDED);
    assert_non_null(strstr(claim->figures, "late or the limit, in 3)"));
    finish(&judged, &run);
}

static void test_tail(void **state)
{
    (void)state;
    static const struct {
        double low_ratio; /* threads : loop at the lowest rate */
        double high_ratio;
        enum claim_verdict verdict;
    } machines[] = {
        {0.5, 0.5, CLAIM_REPRODUCED},
        {2, 2, CLAIM_REFUTED},
        {1, 1, CLAIM_REFUTED}, /* no worse is not worse */
        {0.5, 2, CLAIM_REFUTED},
    };
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        struct simulated_run run;
        struct judged judged;
        simulated_run_create(&run);
        run.noise = 0.01;
        write_latency(&run, machines[i].low_ratio, machines[i].high_ratio);
        judge(&judged, &run);
        assert_claim(&judged, "tail", machines[i].verdict);
        finish(&judged, &run);
    }
}

/* Where there is no difference and much noise, a verdict would be an error. */
static void test_tail_in_noise_is_undecided(void **state)
{
    (void)state;
    struct simulated_run run;
    unsigned decided = 0;
    simulated_run_create(&run);
    run.noise = 0.3;
    for (int i = 0; i < 50; i++) {
        struct judged judged;
        write_latency(&run, 1, 1);
        judge(&judged, &run);
        decided += find_claim(&judged, "tail")->verdict != CLAIM_UNDECIDED;
        release(&judged);
    }
    printf("  decided without a difference: %u of 50\n", decided);
    assert_in_range(decided, 0, 4);
    simulated_run_destroy(&run);
}

static void write_idle(struct simulated_run *run, double many_idle_ratio, double lateness_ns)
{
    simulated_run_begin(run, "latency.csv", LOAD_HEADER);
    for (int block = 1; block <= BLOCKS; block++)
        for (int connections = 10; connections <= 10000; connections *= 10) {
            struct load_trial trial = {
                .block = block,
                .model = "loop",
                .connections = connections,
                .active = 10,
                .offered_per_second = 10000,
                .achieved_per_second = 10000,
                .p50_ns = 1e5,
                .p99_ns = 1e6,
                .lateness_p99_ns = lateness_ns,
            };
            load_trial_write(run, &trial);
            trial.model = "threads";
            trial.p99_ns *= connections < 1000 ? 0.8 : many_idle_ratio;
            load_trial_write(run, &trial);
        }
    simulated_run_end(run);
}

static void test_idle_only(void **state)
{
    (void)state;
    static const struct {
        double many_idle_ratio;
        rate_ratio *rate;
        enum claim_verdict verdict;
    } machines[] = {
        {2, rate_threads_win, CLAIM_REPRODUCED},
        {0.8, rate_threads_win, CLAIM_REFUTED}, /* not even then */
        {2, rate_like_ours, CLAIM_REFUTED},     /* not only then */
    };
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        struct simulated_run run;
        struct judged judged;
        simulated_run_create(&run);
        write_idle(&run, machines[i].many_idle_ratio, 1000);
        write_throughput(&run, machines[i].rate, false);
        judge(&judged, &run);
        const struct claim *claim = assert_claim(&judged, "idle-only", machines[i].verdict);
        if (i == 0) {
            double x, low, high;
            read_crossing(claim->condition, "connections,", &x, &low, &high);
            assert_between(100, low, x);
            assert_between(x, high, 1000);
        }
        finish(&judged, &run);
    }
}

static void test_late_generator_decides_nothing(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    write_idle(&run, 2, 5e5);
    write_throughput(&run, rate_threads_win, false);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "idle-only", CLAIM_UNDECIDED);
    assert_non_null(strstr(claim->figures, "left out"));
    finish(&judged, &run);
}

/* Then the service times, in which its lateness is not, have to say the same. */
static void test_late_generator_and_service_times(void **state)
{
    (void)state;
    static const struct {
        double service_ratio; /* threads : loop */
        enum claim_verdict verdict;
    } machines[] = {{2, CLAIM_REFUTED}, {1, CLAIM_UNDECIDED}, {0.5, CLAIM_UNDECIDED}};
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        struct simulated_run run;
        struct judged judged;
        simulated_run_create(&run);
        simulated_run_begin(&run, "latency.csv", LOAD_HEADER);
        for (int block = 1; block <= BLOCKS; block++) {
            struct load_trial trial = {
                .block = block,
                .model = "loop",
                .connections = 100,
                .active = 100,
                .offered_per_second = 10000,
                .achieved_per_second = 10000,
                .p50_ns = 1e5,
                .p99_ns = 1e6,
                .lateness_p99_ns = 5e5,
                .service_p99_ns = 6e5,
            };
            load_trial_write(&run, &trial);
            trial.model = "threads";
            trial.p99_ns *= 2;
            trial.service_p99_ns *= machines[i].service_ratio;
            load_trial_write(&run, &trial);
        }
        simulated_run_end(&run);
        judge(&judged, &run);
        const struct claim *claim = assert_claim(&judged, "tail", machines[i].verdict);
        assert_null(strstr(claim->figures, "left out"));
        finish(&judged, &run);
    }
}

static void test_few_hundred(void **state)
{
    (void)state;
    static const struct {
        double ratio; /* of p99 at 1,000 and 10,000 connections */
        enum claim_verdict verdict;
    } machines[] = {{2, CLAIM_REFUTED}, {40, CLAIM_REPRODUCED}, {4, CLAIM_UNDECIDED}};
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        struct simulated_run run;
        struct judged judged;
        simulated_run_create(&run);
        write_memory(&run, BLOCKS, 8000);
        write_throughput(&run, rate_like_ours, false);
        write_idle(&run, machines[i].ratio, 1000);
        judge(&judged, &run);
        assert_claim(&judged, "threads-few-hundred", machines[i].verdict);
        finish(&judged, &run);
    }
}

static void test_blocking_library(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    simulated_run_begin(&run, "latency.csv",
                        "block,scenario,model,allocator,subject,valid,active,p99_ns");
    for (int block = 1; block <= BLOCKS; block++)
        fprintf(run.file,
                "%d,blocking,threads,libc,blocking-threads,1,10,1e6\n"
                "%d,blocking,loop,libc,blocking-loop,1,10,1e7\n",
                block, block);
    simulated_run_end(&run);
    judge(&judged, &run);
    assert_claim(&judged, "compatibility", CLAIM_REPRODUCED);
    const struct claim *claim = assert_claim(&judged, "tail", CLAIM_UNDECIDED);
    assert_string_equal(claim->figures, "not run");
    finish(&judged, &run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_speed_turns_at_the_crossover),
        cmocka_unit_test(test_speed_of_faster_threads),
        cmocka_unit_test(test_speed_is_not_judged_by_a_slow_generator),
        cmocka_unit_test(test_tail),
        cmocka_unit_test(test_tail_in_noise_is_undecided),
        cmocka_unit_test(test_idle_only),
        cmocka_unit_test(test_late_generator_decides_nothing),
        cmocka_unit_test(test_late_generator_and_service_times),
        cmocka_unit_test(test_few_hundred),
        cmocka_unit_test(test_blocking_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
