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
    const struct claim *claim = assert_claim(&judged, "speed", CLAIM_DEPENDS);
    assert_non_null(strstr(claim->condition, "threads lower for 100 active connections: 0.6"));
    assert_non_null(strstr(claim->condition, "threads higher for 1 active connection: 1."));
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
    assert_non_null(strstr(claim->figures, "generator the limit in "));
    assert_non_null(strstr(claim->condition, "left out: generator the limit for 10 active"));
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
        {0.5, 0.5, CLAIM_REPRODUCED}, {2, 2, CLAIM_REFUTED},
        {1, 1, CLAIM_REFUTED},                                 /* no worse is not worse */
        {0.5, 2, CLAIM_DEPENDS},      {0.5, 1, CLAIM_DEPENDS}, /* worse here, equal there */
    };
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        struct simulated_run run;
        struct judged judged;
        simulated_run_create(&run);
        run.noise = 0.01;
        write_latency(&run, machines[i].low_ratio, machines[i].high_ratio);
        judge(&judged, &run);
        const struct claim *claim = assert_claim(&judged, "tail", machines[i].verdict);
        if (i == 3) {
            assert_non_null(strstr(claim->condition, "no work: threads better at 10,000/s"));
            /* Equal at 28,284, half way on a scale of logarithms. */
            assert_non_null(strstr(claim->condition, "p99 of threads lower below 28,"));
        }
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

/* p99 of threads : loop beside `few` or none idle, and beside thousands. */
static void write_idle(struct simulated_run *run, double few_idle_ratio, double many_idle_ratio,
                       double lateness_ns)
{
    static const int idle[] = {0, 100, 1000, 10000};
    simulated_run_begin(run, "latency.csv", LOAD_HEADER);
    for (int block = 1; block <= BLOCKS; block++)
        for (int i = 0; i < 4; i++) {
            struct load_trial trial = {
                .block = block,
                .model = "loop",
                .connections = 10 + idle[i],
                .active = 10,
                .offered_per_second = 10000,
                .achieved_per_second = 10000,
                .p50_ns = 1e5,
                .p99_ns = 1e6,
                .lateness_p99_ns = lateness_ns,
            };
            load_trial_write(run, &trial);
            trial.model = "threads";
            trial.p99_ns *= idle[i] < 1000 ? few_idle_ratio : many_idle_ratio;
            load_trial_write(run, &trial);
        }
    simulated_run_end(run);
}

/* Memory is as claimed: threads take less at 100 waiters and more at 1,600. */
static void test_idle_only(void **state)
{
    (void)state;
    static const struct {
        double few_idle_ratio;
        double many_idle_ratio;
        bool memory;
        enum claim_verdict verdict;
    } machines[] = {
        {0.8, 2, true, CLAIM_REPRODUCED},
        {0.8, 2, false, CLAIM_UNDECIDED},   /* half of it is not known */
        {0.8, 0.8, true, CLAIM_DEPENDS},    /* on whether memory is meant, or the tail */
        {0.8, 0.8, false, CLAIM_UNDECIDED}, /* not even then, and again half is not known */
        {2, 2, false, CLAIM_UNDECIDED},     /* not only then */
    };
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        struct simulated_run run;
        struct judged judged;
        simulated_run_create(&run);
        write_idle(&run, machines[i].few_idle_ratio, machines[i].many_idle_ratio, 1000);
        if (machines[i].memory)
            write_memory(&run, BLOCKS, 8000);
        judge(&judged, &run);
        const struct claim *claim = assert_claim(&judged, "idle-only", machines[i].verdict);
        double x, low, high;
        if (i == 0) {
            read_crossing(strstr(claim->condition, "median p99"), "connections,", &x, &low, &high);
            assert_between(100, low, x);
            assert_between(x, high, 1010);
        }
        if (i == 3)
            assert_null(strstr(claim->condition, "below"));
        finish(&judged, &run);
    }
}

/* A ratio of 0: the threads' percentile is withheld there. */
static void test_idle_withheld(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    write_idle(&run, 0.8, 0, 1000);
    write_memory(&run, BLOCKS, 8000);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "idle-only", CLAIM_UNDECIDED);
    assert_non_null(strstr(claim->figures, "withheld in "));
    assert_non_null(strstr(claim->condition, "p99 left out: withheld for "));
    finish(&judged, &run);
}

static void test_late_generator_decides_nothing(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    write_idle(&run, 0.8, 2, 5e5);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "idle-only", CLAIM_UNDECIDED);
    assert_non_null(strstr(claim->figures, "generator late in "));
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
        assert_null(strstr(claim->figures, "generator late"));
        finish(&judged, &run);
    }
}

static void write_active(struct simulated_run *run, double thousand_ratio, double most_ratio)
{
    simulated_run_begin(run, "latency.csv", LOAD_HEADER);
    for (int block = 1; block <= BLOCKS; block++)
        for (int active = 100; active <= 10000; active *= 10) {
            struct load_trial trial = {
                .block = block,
                .model = "loop",
                .connections = active,
                .active = active,
                .offered_per_second = 10000,
                .achieved_per_second = 10000,
                .p50_ns = 1e5,
                .p99_ns = 1e6,
            };
            load_trial_write(run, &trial);
            trial.model = "threads";
            trial.p99_ns *= active == 1000 ? thousand_ratio : active > 1000 ? most_ratio : 1.5;
            load_trial_write(run, &trial);
        }
    simulated_run_end(run);
}

static void test_few_hundred(void **state)
{
    (void)state;
    static const struct {
        double thousand_ratio; /* p99 of threads : loop with 1,000 active connections */
        double most_ratio;     /* with 10,000 */
        double total_bytes;    /* the machine's memory */
        enum claim_verdict verdict;
    } machines[] = {
        {2, 2, 1e10, CLAIM_REFUTED},   {40, 40, 1e10, CLAIM_DEPENDS}, /* on whether requests/s are
                                                                         meant, or the tail */
        {4, 4, 1e10, CLAIM_UNDECIDED}, {2, 40, 1e10, CLAIM_DEPENDS},  {2, 2, 5e7, CLAIM_REPRODUCED},
    };
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        struct simulated_run run;
        struct judged judged;
        char machine[160];
        simulated_run_create(&run);
        simulated_run_begin(&run, "memory.csv", MEMORY_HEADER);
        for (int block = 1; block <= BLOCKS; block++)
            for (int waiters = 100; waiters <= 1000; waiters += 900) {
                struct memory_trial trial = {block, "threads", NULL, waiters, 8e3, 2e4, 2e5, 2e-3};
                memory_trial_write(&run, &trial);
            }
        simulated_run_end(&run);
        write_active(&run, machines[i].thousand_ratio, machines[i].most_ratio);
        write_throughput(&run, rate_like_ours, false);
        snprintf(machine, sizeof machine,
                 "{\"hostname\": \"vm\", \"memory\": {\"total_bytes\": %.0f}, \"limits\":"
                 " {\"kernel.threads-max\": {\"value\": 20000}}}",
                 machines[i].total_bytes);
        run_folder_write(&run.folder, "machine.json", machine);
        judge(&judged, &run);
        const struct claim *claim =
            assert_claim(&judged, "threads-few-hundred", machines[i].verdict);
        assert_non_null(strstr(claim->figures, "1,000 threads: all there after "));
        assert_non_null(strstr(claim->figures, " 5 % of kernel.threads-max, p99 "));
        finish(&judged, &run);
    }
}

static void test_few_hundred_withheld(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    simulated_run_begin(&run, "memory.csv", MEMORY_HEADER);
    for (int block = 1; block <= BLOCKS; block++) {
        struct memory_trial trial = {block, "threads", NULL, 1000, 8e3, 2e4, 2e5, 2e-3};
        memory_trial_write(&run, &trial);
    }
    simulated_run_end(&run);
    write_active(&run, 0, 0);
    /* Rates that are no worse by the factor do not make up for tails that nobody knows. */
    write_throughput(&run, rate_like_ours, false);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "threads-few-hundred", CLAIM_UNDECIDED);
    assert_null(strstr(claim->figures, "not run"));
    assert_null(strstr(claim->figures, "nan"));
    assert_non_null(strstr(claim->figures, ", p99 withheld"));
    assert_non_null(strstr(claim->condition, "; p99 left out: withheld for "));
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
        cmocka_unit_test(test_idle_withheld),
        cmocka_unit_test(test_late_generator_decides_nothing),
        cmocka_unit_test(test_late_generator_and_service_times),
        cmocka_unit_test(test_few_hundred),
        cmocka_unit_test(test_few_hundred_withheld),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
