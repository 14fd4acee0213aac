/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arms, plans and run folders: what is decided before anything is measured. */
#include "experiment/arm.h"
#include "experiment/capacity.h"
#include "experiment/folder.h"
#include "experiment/load_trial.h"
#include "experiment/model_check.h"
#include "experiment/run.h"
#include "experiment/trial_list.h"
#include "run/scenario.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void test_foreign_command_is_split_as_a_shell_would(void **state)
{
    (void)state;
    struct arm arm;
    struct error error;
    assert_int_equal(arm_init_foreign(&arm, "mine=prog 'two words' a\\ b \"c'd\"", &error), 0);
    assert_string_equal(arm.subject, "mine");
    assert_true(arm.foreign);
    char **argv = arm_argv(&arm);
    const char *const expected[] = {"prog", "two words", "a b", "c'd"};
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(argv[i], expected[i]);
    assert_null(argv[4]);
    arm_argv_free(argv);
    arm_finish(&arm);
}

static void test_foreign_command_takes_no_shell(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "nocommand",  "=prog",       "a b=prog",
        "mine=",      "mine=a|b",    "mine=a;b",
        "mine=$(id)", "mine='open",  "mine=$NOT_SET_ANYWHERE",
        "mine=a>b",   "m/../x=prog",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct arm arm;
        struct error error = {{0}};
        assert_int_equal(arm_init_foreign(&arm, wrong[i], &error), -EINVAL);
        assert_string_not_equal(error.text, "");
    }
}

/* The words that an in-tree arm adds to its program's name, each followed by a blank. */
static void words_of(const struct arm_parameters *parameters, char *words, size_t size)
{
    char program[] = "echo-loop";
    char *command[] = {program, NULL};
    struct arm arm = {.command = command, .parameters = *parameters};
    char **argv = arm_argv(&arm);
    assert_non_null(argv);
    words[0] = '\0';
    for (size_t i = 1; argv[i]; i++) {
        size_t length = strlen(words);
        snprintf(words + length, size - length, "%s ", argv[i]);
    }
    arm_argv_free(argv);
}

static void test_arm_passes_what_it_is_given_and_no_more(void **state)
{
    (void)state;
    char words[512];
    words_of(&(struct arm_parameters){.seed = 7, .work_spins_per_us = 700}, words, sizeof words);
    assert_string_equal(words, "");
    words_of(&(struct arm_parameters){.work_cpu_us = 5, .seed = 7, .work_spins_per_us = 700}, words,
             sizeof words);
    assert_string_equal(words, "--work-cpu-us 5 --work-spins-per-us 700 ");
    words_of(&(struct arm_parameters){.work_cache_bytes = 4096, .hold_bytes = 1}, words,
             sizeof words);
    assert_string_equal(words, "--work-cache 4096 --hold 1 ");
    words_of(&(struct arm_parameters){.work_slow_us = 20000,
                                      .work_slow_every = 1000,
                                      .seed = UINT64_MAX,
                                      .work_spins_per_us = 700,
                                      .request_bytes = 64},
             words, sizeof words);
    assert_string_equal(words, "--work-slow-us 20000 --work-slow-every 1000 "
                               "--work-spins-per-us 700 --seed 18446744073709551615 "
                               "--request-size 64 ");
}

static void test_foreign_name_is_told_what_is_wrong_with_it(void **state)
{
    (void)state;
    char definition[128];
    struct arm arm;
    struct error error = {{0}};
    memset(definition, 'n', ARM_NAME_MAX);
    strcpy(definition + ARM_NAME_MAX, "=true");
    assert_int_equal(arm_init_foreign(&arm, definition, &error), -EINVAL);
    assert_non_null(strstr(error.text, "63 characters"));
    assert_non_null(strstr(error.text, "has 64"));
    assert_null(strstr(error.text, "letters"));
    strcpy(definition + ARM_NAME_MAX - 1, "=true");
    assert_int_equal(arm_init_foreign(&arm, definition, &error), 0);
    arm_finish(&arm);
    assert_int_equal(arm_init_foreign(&arm, "a b=true", &error), -EINVAL);
    assert_non_null(strstr(error.text, "letters"));
}

/* Returns what arm_find_program does, for NAME=CMD. */
static int find_program(const char *definition, struct error *error)
{
    struct arm arm;
    assert_int_equal(arm_init_foreign(&arm, definition, error), 0);
    int result = arm_find_program(&arm, error);
    arm_finish(&arm);
    return result;
}

static void test_foreign_program_is_looked_for_as_exec_would(void **state)
{
    (void)state;
    struct error error = {{0}};
    assert_int_equal(find_program("mine=sh -c true", &error), 0);
    assert_int_equal(find_program("mine=/bin/sh", &error), 0);
    assert_string_equal(error.text, "");
    assert_int_equal(find_program("mine=pyhton3-of-nobody x.py", &error), -ENOENT);
    assert_string_equal(error.text, "--subject mine: cannot run pyhton3-of-nobody: "
                                    "No such file or directory");
    assert_int_equal(find_program("mine=/bin/no-such-shell", &error), -ENOENT);
    assert_non_null(strstr(error.text, "No such file"));
    /* A folder, and a file that nobody may run. */
    assert_int_equal(find_program("mine=/bin/", &error), -EINVAL);
    assert_non_null(strstr(error.text, "Permission denied"));
    assert_int_equal(find_program("mine=/etc/passwd", &error), -EINVAL);
    assert_non_null(strstr(error.text, "Permission denied"));
}

static void test_results_go_where_the_environment_says(void **state)
{
    (void)state;
    unsetenv("WAITBENCH_RESULTS");
    assert_string_equal(folder_results(), "results");
    setenv("WAITBENCH_RESULTS", "", 1);
    assert_string_equal(folder_results(), "results");
    setenv("WAITBENCH_RESULTS", "/somewhere/else", 1);
    assert_string_equal(folder_results(), "/somewhere/else");
    unsetenv("WAITBENCH_RESULTS");
}

static void test_arm_without_its_program_is_told(void **state)
{
    (void)state;
    struct arm arm;
    const struct arm_parameters none = {0};
    assert_int_equal(arm_init(&arm, "/nonexistent", "echo", "threads", "jemalloc", &none), -ENOENT);
}

/* A list of `count` trials that differ in N. */
static void plan_fill(struct trial_list *plan, int64_t count)
{
    struct trial trial = {.expected_seconds = 0.5, .blocks = 2};
    struct error error;
    assert_int_equal(arm_init_foreign(&trial.arm, "mine=true", &error), 0);
    for (trial.waiters = 0; trial.waiters < count; trial.waiters++)
        assert_int_equal(trial_list_add(plan, &trial), 0);
    arm_finish(&trial.arm);
}

static void test_every_block_is_a_permutation_and_seeded(void **state)
{
    (void)state;
    struct trial_list plan = {0};
    size_t order[50];
    size_t again[50];
    plan_fill(&plan, 50);
    int same = 0;
    for (size_t block = 0; block < 20; block++) {
        bool seen[50] = {false};
        assert_int_equal(trial_list_order(&plan, trial_list_block_seed(7, block), order), 0);
        for (size_t i = 0; i < 50; i++) {
            assert_false(seen[order[i]]);
            seen[order[i]] = true;
        }
        trial_list_order(&plan, trial_list_block_seed(7, block), again);
        assert_memory_equal(order, again, sizeof order);
        trial_list_order(&plan, trial_list_block_seed(8, block), again);
        same += memcmp(order, again, sizeof order) == 0;
    }
    assert_int_equal(same, 0);
    assert_true(trial_list_expected_seconds(&plan) > 49.9 &&
                trial_list_expected_seconds(&plan) < 50.1);
    assert_int_equal(trial_list_total(&plan), 100);
    plan.trials[3].blocks = 7;
    assert_int_equal(trial_list_blocks(&plan), 7);
    /* What measures the same is there once. */
    assert_int_equal(trial_list_add_once(&plan, &plan.trials[3]), 0);
    assert_int_equal(plan.count, 50);
    struct trial other = plan.trials[3];
    other.warm = true;
    assert_int_equal(trial_list_add_once(&plan, &other), 0);
    assert_int_equal(plan.count, 51);
    trial_list_finish(&plan);
}

/* One foreign arm under load, of a plan of somebody's own. */
static int add_load(struct trial_list *list, const struct setting *setting, struct error *error)
{
    static struct run_options options = {.model = "none"};
    struct run *run = calloc(1, sizeof *run);
    assert_non_null(run);
    run->options = &options;
    run->foreign_count = 1;
    assert_int_equal(arm_init_foreign(&run->foreign[0], "mine=true", error), 0);
    int result = load_trial_add(run, setting, 0, list, error);
    arm_finish(&run->foreign[0]);
    free(run);
    return result;
}

static void test_a_share_is_of_what_the_setting_says(void **state)
{
    (void)state;
    struct trial_list list = {0};
    struct error error = {{0}};
    struct setting setting = {
        .experiment = &experiment_list[EXPERIMENT_LATENCY],
        .scenario = scenario_plain_server(),
        .subjects = true,
        .active = 5,
        .share = 0.4,
        .seconds = 1,
        .blocks = 2,
        .capacity_active = 3,
    };
    assert_int_equal(add_load(&list, &setting, &error), 0);
    assert_int_equal(list.trials[0].load.capacity_active, 3);
    setting.capacity_active = 0;
    assert_int_equal(add_load(&list, &setting, &error), 0);
    assert_int_equal(list.trials[1].load.capacity_active, 5);
    /* The same again: more blocks decide. Another window is another measurement. */
    setting.blocks = 3;
    assert_int_equal(add_load(&list, &setting, &error), 0);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.trials[1].blocks, 3);
    setting.warmup_seconds = 0.5;
    assert_int_equal(add_load(&list, &setting, &error), -EINVAL);
    assert_non_null(
        strstr(error.text, "another setting measures the same (mine, 5 active, 0 idle)"));
    trial_list_finish(&list);
}

/* What decides which arms are offered shares of one rate. */
static void test_work_and_scenario_decide_whose_rate_it_is(void **state)
{
    (void)state;
    struct trial a = {.arm = {.scenario = "echo"}, .load = {.active = 5, .size_bytes = 64}};
    struct trial b = a;
    assert_true(capacity_is_comparable(&a, &b));
    b.arm.parameters.work_heap_bytes = 4096;
    assert_false(capacity_is_comparable(&a, &b));
    b = a;
    snprintf(b.arm.scenario, sizeof b.arm.scenario, "web");
    assert_false(capacity_is_comparable(&a, &b));
}

/* Every trial comes first about equally often: an order that favours some would favour their arms.
 */
static void test_orders_favour_nobody(void **state)
{
    (void)state;
    struct trial_list plan = {0};
    size_t order[5];
    int first[5] = {0};
    plan_fill(&plan, 5);
    for (size_t block = 0; block < 5000; block++) {
        trial_list_order(&plan, trial_list_block_seed(1, block), order);
        first[order[0]]++;
    }
    /* 1,000 are expected; 28 is the standard deviation, and the seeds are fixed. */
    for (size_t i = 0; i < 5; i++)
        assert_in_range(first[i], 850, 1150);
    trial_list_finish(&plan);
}

static void test_block_seeds_fit_a_csv_integer(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 1000; seed++)
        assert_true(trial_list_block_seed(seed * UINT64_C(0x123456789abcdef), 3) <= INT64_MAX);
}

static void test_list_holds_whole_names_only(void **state)
{
    (void)state;
    assert_true(run_list_has(NULL, "loop"));
    assert_true(run_list_has("loop", "loop"));
    assert_true(run_list_has("threads,loop,sockets", "loop"));
    assert_false(run_list_has("loops", "loop"));
    assert_false(run_list_has("threads,loops", "loop"));
    assert_false(run_list_has("aloop", "loop"));
}

static int check(const struct arm *arm, const char *model, int64_t threads)
{
    struct error error;
    struct subject_stats stats = {.runtime_threads = 0};
    snprintf(stats.model, sizeof stats.model, "%s", model);
    return model_check_threads(arm, &stats, threads, 100, &error);
}

static void test_threads_must_match_the_model(void **state)
{
    (void)state;
    struct arm ours = {.scenario = "echo", .parameters = {.loops = 3}};
    struct arm silent = {.scenario = "sleep"};
    struct arm foreign = {.scenario = "echo", .foreign = true};
    assert_int_equal(check(&ours, "threads", 102), 0);
    assert_int_equal(check(&ours, "threads", 101), -EPROTO);
    assert_int_equal(check(&ours, "threads", 103), -EPROTO);
    assert_int_equal(check(&ours, "loop", 2), 0);
    assert_int_equal(check(&ours, "loop", 6), -EPROTO);
    assert_int_equal(check(&ours, "loops", 4), 0);
    /* To which nobody connects, and which has no thread that accepts. */
    assert_int_equal(check(&silent, "threads", 101), 0);
    assert_int_equal(check(&silent, "threads", 102), -EPROTO);
    assert_int_equal(check(&silent, "loop", 2), 0);
    assert_int_equal(check(&foreign, "threads", 150), 0);
    assert_int_equal(check(&foreign, "threads", 99), -EPROTO);
    assert_int_equal(check(&foreign, "asyncio", 1), 0);
}

static void test_folder_is_new_or_empty(void **state)
{
    (void)state;
    char base[] = "/tmp/waitbench-folder-XXXXXX";
    char wanted[128];
    char path[128];
    struct error error = {{0}};
    assert_non_null(mkdtemp(base));
    snprintf(wanted, sizeof wanted, "%s/a/b/", base);
    assert_int_equal(folder_create(wanted, path, sizeof path, &error), 0);
    assert_int_equal(access(path, W_OK), 0);
    assert_int_not_equal(path[strlen(path) - 1], '/');
    /* Empty: may be used again. */
    assert_int_equal(folder_create(wanted, path, sizeof path, &error), 0);
    char file[160];
    snprintf(file, sizeof file, "%s/row", path);
    fclose(fopen(file, "w"));
    assert_int_equal(folder_create(wanted, path, sizeof path, &error), -EEXIST);
    assert_non_null(strstr(error.text, "not empty"));
    /* A file in the way. */
    snprintf(wanted, sizeof wanted, "%s/a/b/row/run", base);
    assert_true(folder_create(wanted, path, sizeof path, &error) < 0);
    unlink(file);
    snprintf(path, sizeof path, "%s/a/b", base);
    rmdir(path);
    snprintf(path, sizeof path, "%s/a", base);
    rmdir(path);
    rmdir(base);
}

/* Each server, and a foreign one like the plainest of ours. */
static void test_what_is_spoken_with_a_server_is_known(void **state)
{
    struct arm arm = {.foreign = true};
    struct error error;
    (void)state;
    for (const struct scenario *scenario = scenarios; scenario->name; scenario++) {
        snprintf(arm.scenario, sizeof arm.scenario, "%s", scenario->name);
        if (scenario->protocol)
            assert_string_equal(arm_protocol(&arm)->name, scenario->protocol);
        else
            assert_null(arm_protocol(&arm));
    }
    assert_int_equal(arm_init_foreign(&arm, "mine=prog", &error), 0);
    assert_string_equal(arm_protocol(&arm)->name, scenario_plain_server()->protocol);
    arm_finish(&arm);
}

/* Of one CPU that a server shares with its database neither has 95 %. */
static void test_a_server_beside_its_database_may_be_the_limit(void **state)
{
    (void)state;
    assert_true(load_trial_is_server_busy(96, 0, 1, 1, 100));
    assert_false(load_trial_is_server_busy(60, 0, 1, 1, 100));
    assert_true(load_trial_is_server_busy(60, 36, 1, 1, 100));
    assert_false(load_trial_is_server_busy(60, 30, 1, 1, 100));
    assert_false(load_trial_is_server_busy(60, -1, 1, 1, 100));
    /* A loop uses one of two CPUs, and leaves the other one to the database. */
    assert_false(load_trial_is_server_busy(60, 90, 1, 2, 100));
    assert_true(load_trial_is_server_busy(96, 50, 1, 2, 100));
    assert_true(load_trial_is_server_busy(94, 97, 1, 2, 100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_server_beside_its_database_may_be_the_limit),
        cmocka_unit_test(test_foreign_command_is_split_as_a_shell_would),
        cmocka_unit_test(test_foreign_command_takes_no_shell),
        cmocka_unit_test(test_arm_passes_what_it_is_given_and_no_more),
        cmocka_unit_test(test_foreign_name_is_told_what_is_wrong_with_it),
        cmocka_unit_test(test_foreign_program_is_looked_for_as_exec_would),
        cmocka_unit_test(test_results_go_where_the_environment_says),
        cmocka_unit_test(test_arm_without_its_program_is_told),
        cmocka_unit_test(test_every_block_is_a_permutation_and_seeded),
        cmocka_unit_test(test_a_share_is_of_what_the_setting_says),
        cmocka_unit_test(test_work_and_scenario_decide_whose_rate_it_is),
        cmocka_unit_test(test_orders_favour_nobody),
        cmocka_unit_test(test_block_seeds_fit_a_csv_integer),
        cmocka_unit_test(test_list_holds_whole_names_only),
        cmocka_unit_test(test_threads_must_match_the_model),
        cmocka_unit_test(test_folder_is_new_or_empty),
        cmocka_unit_test(test_what_is_spoken_with_a_server_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
