/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an arm's options of its scenario make of it: its command, its columns, what it is like. */
#include "experiment/arm.h"
#include "experiment/capacity.h"
#include "experiment/model_check.h"
#include "experiment/run.h"
#include "run/plan/plan.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char program[] = "program";
static char *command[] = {program, NULL};

/* One of those that a setting of web or blocking has. */
static struct arm arm_of(const char *scenario, enum model model, const char *conditions,
                         const char *variant)
{
    char path[] = "/tmp/waitbench-arm-XXXXXX";
    char text[512];
    struct plan plan;
    struct plan_arm wanted;
    struct error error = {{0}};
    snprintf(text, sizeof text,
             "settings = ( { experiment = \"throughput\"; scenario = \"%s\"; active = 1; seconds = "
             "1; options = { %s }; models = [\"%s\"]; variants = ( %s ); } );",
             scenario, conditions, model_name(model), variant);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    int result = plan_read(&plan, path, &error);
    unlink(path);
    if (result < 0)
        fail_msg("%s", error.text);
    plan_usual_arm(&plan.settings[0], model, &wanted);
    if (plan.settings[0].variant_count > 0)
        wanted = plan.settings[0].variants[0];
    struct arm arm = {.command = command, .parameters = {.options = wanted.options, .seed = 7}};
    snprintf(arm.scenario, sizeof arm.scenario, "%s", scenario);
    snprintf(arm.model, sizeof arm.model, "%s", model_name(wanted.model));
    snprintf(arm.subject, sizeof arm.subject, "%s-%s", scenario, model_program(wanted.model));
    plan_finish(&plan);
    return arm;
}

static void assert_words(const struct arm *arm, const char *expected)
{
    char words[512] = "";
    char **argv = arm_argv(arm);
    assert_non_null(argv);
    for (size_t i = 1; argv[i]; i++) {
        size_t length = strlen(words);
        snprintf(words + length, sizeof words - length, "%s%s", i > 1 ? " " : "", argv[i]);
    }
    arm_argv_free(argv);
    assert_string_equal(words, expected);
}

static void a_server_is_told_all_that_applies(void **state)
{
    (void)state;
    struct arm arm = arm_of("web", MODEL_THREADS, "store = \"memory\";", "");
    assert_words(&arm, "--seed 7 --store memory");
    arm.parameters.seed = 0; /* which is not a server's default */
    assert_words(&arm, "--seed 0 --store memory");
    arm = arm_of("web", MODEL_LOOP, "store = \"sqlite\";",
                 "{ model = \"loop\"; store_call = \"pool\"; pool_size = 8; }");
    arm.parameters.store_path = "/a path/rows.sqlite";
    assert_words(&arm, "--seed 7 --store sqlite --store-call pool --pool-size 8 --store-path "
                       "/a path/rows.sqlite");
    arm = arm_of("web", MODEL_POOL, "store = \"postgres\"; store_delay_us = 100;", "");
    assert_words(&arm, "--seed 7 --store postgres --store-connections 16 --store-delay-us 100 "
                       "--pool-size 32");
    arm = arm_of("web", MODEL_LOOPS, "store = \"postgres\";", "");
    arm.parameters.loops = 2;
    assert_words(&arm, "--loops 2 --seed 7 --store postgres --store-connections 16 "
                       "--store-delay-us 0 --store-call async");
    arm = arm_of("blocking", MODEL_LOOP, "block_us = 10000; block_every = 100;",
                 "{ model = \"loop\"; block_call = \"pool\"; pool_size = 128; }");
    arm.parameters.request_bytes = 64;
    assert_words(&arm, "--seed 7 --request-size 64 --block-us 10000 --block-every 100 "
                       "--block-call pool --pool-size 128");
    arm = arm_of("blocking", MODEL_THREADS, "", "");
    assert_words(&arm, "--block-us 0 --block-every 0");
}

static void what_the_run_must_know_is_told(void **state)
{
    (void)state;
    char text[128];
    struct arm arm = arm_of("blocking", MODEL_LOOP, "block_us = 10000; block_every = 100;",
                            "{ model = \"loop\"; block_call = \"pool\"; pool_size = 128; }");
    assert_int_equal(arm_slow_every(&arm), 100);
    assert_int_equal(arm_slow_us(&arm), 10000);
    assert_int_equal(arm_pool_threads(&arm), 128);
    assert_null(arm_store(&arm));
    assert_false(arm_is_usual(&arm));
    arm_describe(&arm, text, sizeof text);
    assert_string_equal(
        text, "blocking-loop (block_us=10000, block_every=100, block_call=pool, pool_size=128)");
    arm = arm_of("web", MODEL_LOOPS, "store = \"sqlite\";", "");
    arm.parameters.loops = 2;
    arm.parameters.work_slow_every = 5;
    assert_int_equal(arm_slow_every(&arm), 5);
    assert_int_equal(arm_pool_threads(&arm), 0);
    assert_string_equal(arm_store(&arm), "sqlite");
    assert_true(arm_is_usual(&arm));
    arm_describe(&arm, text, sizeof text);
    assert_string_equal(text, "web-loop (loops, store=sqlite)");
    arm = (struct arm){.scenario = "echo", .subject = "echo-loop", .model = "loop"};
    assert_true(arm_is_usual(&arm));
    arm_describe(&arm, text, sizeof text);
    assert_string_equal(text, "echo-loop");
}

static void a_web_server_is_asked_for_rows(void **state)
{
    (void)state;
    struct protocol_settings settings;
    protocol_settings_init(&settings);
    struct arm arm = arm_of("web", MODEL_LOOP, "", "");
    arm_fill_settings(&arm, 42, &settings);
    assert_string_equal(settings.path, "/item/{id}");
    assert_int_equal(settings.id_low, 1);
    assert_int_equal(settings.id_high, 100000);
    assert_int_equal(settings.data_seed, 42);
    protocol_settings_init(&settings);
    arm = arm_of("blocking", MODEL_LOOP, "", "");
    arm_fill_settings(&arm, 42, &settings);
    assert_int_not_equal(settings.data_seed, 42);
}

static void threads_and_descriptors_of_pools_and_stores_count(void **state)
{
    (void)state;
    struct arm arm = arm_of("web", MODEL_THREADS, "store = \"sqlite\";", "");
    assert_int_equal(arm_limits(&arm).thread_files, 2);
    assert_int_equal(arm_limits(&arm).pool_threads, 0);
    arm = arm_of("web", MODEL_POOL, "store = \"postgres\"; store_connections = 20;", "");
    assert_int_equal(arm_limits(&arm).thread_files, 0);
    assert_int_equal(arm_limits(&arm).pool_threads, 32);
    assert_int_equal(arm_limits(&arm).files, 20);
}

static int check(const struct arm *arm, int64_t threads)
{
    struct error error;
    struct subject_stats stats = {.runtime_threads = 0};
    snprintf(stats.model, sizeof stats.model, "%.31s", arm->model);
    return model_check_threads(arm, &stats, threads, 100, &error);
}

static void a_pool_has_its_threads_whoever_waits(void **state)
{
    (void)state;
    struct arm arm = arm_of("web", MODEL_POOL, "", "");
    assert_int_equal(check(&arm, 2 + 32), 0);
    assert_int_equal(check(&arm, 2 + 31), -EPROTO);
    assert_int_equal(check(&arm, 102), -EPROTO);
    arm = arm_of("web", MODEL_LOOP, "store = \"sqlite\";",
                 "{ model = \"loops\"; store_call = \"pool\"; pool_size = 6; }");
    arm.parameters.loops = 3;
    assert_int_equal(check(&arm, 1 + 3 + 6), 0);
    assert_int_equal(check(&arm, 1 + 3), -EPROTO);
    arm = arm_of("web", MODEL_LOOP, "store = \"sqlite\";", "");
    assert_int_equal(check(&arm, 2), 0);
}

/* A rate that all are offered is of one work; what one sustains is its own. */
static void conditions_decide_whose_rate_it_is_and_the_arm_what_it_sustains(void **state)
{
    (void)state;
    struct trial threads = {.arm = arm_of("web", MODEL_THREADS, "store = \"sqlite\";", "")};
    struct trial loop = {.arm = arm_of("web", MODEL_LOOP, "store = \"sqlite\";", "")};
    struct trial pool = {.arm = arm_of("web", MODEL_LOOP, "store = \"sqlite\";",
                                       "{ model = \"loop\"; store_call = \"pool\"; }")};
    struct trial other = {.arm = arm_of("web", MODEL_LOOP, "store = \"memory\";", "")};
    assert_true(capacity_is_comparable(&threads, &loop));
    assert_true(capacity_is_comparable(&loop, &pool));
    assert_false(capacity_is_comparable(&loop, &other));
    assert_true(capacity_is_shared(&loop, &loop));
    assert_false(capacity_is_shared(&loop, &pool));
    assert_false(capacity_is_shared(&loop, &other));
    assert_true(arm_has_same_parameters(&loop.arm, &loop.arm));
    assert_false(arm_has_same_parameters(&loop.arm, &pool.arm));
    assert_false(arm_has_same_parameters(&loop.arm, &other.arm));
}

/* What connecting takes is a figure, and two arms' figures are of the same thing. */
static void all_arms_of_a_run_are_connected_alike(void **state)
{
    (void)state;
    static struct run run;
    int64_t ours = run_connect_window(&run);
    run.foreign_count = 1;
    int64_t beside_foreign = run_connect_window(&run);
    run.foreign_count = 0;
    run.runtimes.count = 1;
    assert_int_equal(run_connect_window(&run), beside_foreign);
    assert_true(beside_foreign <= 100 && ours > beside_foreign);
}

/* A server is told where to listen, whoever wrote it; a program that is none is not. */
static void servers_are_told_the_address(void **state)
{
    (void)state;
    struct arm arm = {.foreign = true, .command = command, .parameters = {.host = "10.0.0.1"}};
    char **argv = arm_argv(&arm);
    assert_non_null(argv);
    assert_string_equal(argv[1], "--host");
    assert_string_equal(argv[2], "10.0.0.1");
    assert_null(argv[3]);
    arm_argv_free(argv);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_arms_of_a_run_are_connected_alike),
        cmocka_unit_test(servers_are_told_the_address),
        cmocka_unit_test(a_server_is_told_all_that_applies),
        cmocka_unit_test(what_the_run_must_know_is_told),
        cmocka_unit_test(a_web_server_is_asked_for_rows),
        cmocka_unit_test(threads_and_descriptors_of_pools_and_stores_count),
        cmocka_unit_test(a_pool_has_its_threads_whoever_waits),
        cmocka_unit_test(conditions_decide_whose_rate_it_is_and_the_arm_what_it_sustains),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
