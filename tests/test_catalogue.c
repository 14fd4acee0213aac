/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalogue of runtimes: what it takes and refuses, who is chosen from it, what their arms are
 * started with, and when they are warm. */
#include "experiment/chosen_runtimes.h"
#include "experiment/run.h"
#include "experiment/warm_up.h"
#include "run/scenario.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/test_catalogue-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command) == 0 ? 0 : -1;
}

/* FOLDER/NAME/runtimes.cfg; NULL takes it away. */
static void put(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    mkdir(path, 0777);
    snprintf(path, sizeof path, "%s/%s/runtimes.cfg", folder, name);
    if (!text) {
        unlink(path);
        return;
    }
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

#define ENTRY(name, group, more)                                                     \
    "{ name = \"" name "\"; group = \"" group "\"; about = \"it waits\"; command = " \
    "[\"run\", \"{source}/x {built}/y\"]; packages = [\"a\", \"b | c\"]; probe = "   \
    "[\"true\"]; " more " }"
#define LOOP    "model = \"loop\";"
#define THREADS "model = \"threads\";"

static void entries_are_read_folder_by_folder(void **state)
{
    (void)state;
    struct runtimes runtimes;
    struct error error = {{0}};
    put("b", "runtimes = ( " ENTRY("last", "b", LOOP) " );");
    put("a", "# no entry\nruntimes = (\n" ENTRY("one", "a", THREADS) ",\n" ENTRY(
                 "two", "a", LOOP "scenarios = [\"echo\", \"blocking\"]; pair = \"x\";") ");");
    put("nothing", NULL);
    assert_int_equal(runtimes_read(&runtimes, folder, "/built", &error), 0);
    assert_int_equal(runtimes.count, 3);
    const struct runtime *two = &runtimes.list[1];
    assert_string_equal(runtimes.list[0].name, "one");
    assert_string_equal(runtimes.list[2].name, "last");
    assert_string_equal(two->group, "a");
    assert_string_equal(two->model, "loop");
    assert_string_equal(two->pair, "x");
    assert_string_equal(two->packages[1], "b | c");
    assert_null(two->packages[2]);
    assert_int_equal(two->line, 4);
    char placed[128];
    snprintf(placed, sizeof placed, "%s/x /built/y", folder);
    assert_string_equal(two->command[1], placed);
    assert_true(runtime_has_scenario(two, "blocking"));
    assert_true(runtime_has_scenario(&runtimes.list[0], "echo"));
    assert_false(runtime_has_scenario(&runtimes.list[0], "blocking"));
    runtimes_finish(&runtimes);
    put("b", NULL);
}

static const struct refusal {
    const char *text;
    const char *says;
} refusals[] = {
    {"runtimes = (", "/a/runtimes.cfg:1: syntax error"},
    {"\nruntime = ();", "/a/runtimes.cfg:2: there is no key 'runtime' here"},
    {"", "runtimes is a list"},
    {"runtimes = 5;", "runtimes is a list"},
    {"runtimes = ( 5 );", "a runtime is a group"},
    {"runtimes = (\n { name = \"x\"; nmae = 1; } );",
     "/a/runtimes.cfg:2: a runtime has no key 'nmae'"},
    {"runtimes = ( " ENTRY("x", "y", LOOP "options = [\"z\"];") " );", "has no key 'options'"},
    {"runtimes = ( " ENTRY("x", "y", "") " );", "a runtime needs model"},
    {"runtimes = ( { name = \"x\"; } );", "a runtime needs group"},
    {"runtimes = ( " ENTRY("x y", "y", LOOP) " );", "name takes a text of letters"},
    {"runtimes = ( " ENTRY("x,y", "y", LOOP) " );", "name takes a text of letters"},
    {"runtimes = ( " ENTRY("", "y", LOOP) " );", "name takes a text of letters"},
    {"runtimes = ( " ENTRY("a123456789b123456789c123456789d123456789e1234567", "y", LOOP) " );",
     "of up to 47 bytes"},
    {"runtimes = ( " ENTRY("x", "y/z", LOOP) " );", "group takes a text of letters"},
    {"runtimes = ( " ENTRY("all", "y", LOOP) " );", "'all' stands for every runtime"},
    {"runtimes = ( " ENTRY("echo-loop", "y", LOOP) " );", "one of our own programs"},
    {"runtimes = ( " ENTRY("x", "y", LOOP "scenarios = \"echo\";") " );",
     "scenarios takes a list of 1 to"},
    {"runtimes = ( " ENTRY("x", "y", LOOP "scenarios = [];") " );", "scenarios takes a list of 1"},
    {"runtimes = ( " ENTRY("x", "y", LOOP "scenarios = [5];") " );", "a list of texts in quotes"},
    {"runtimes = (\n" ENTRY("x", "y", LOOP) ",\n" ENTRY("x", "z", THREADS) " );",
     "/a/runtimes.cfg:2 has a runtime 'x', too"},
    {"runtimes = ( " ENTRY("x", "y", LOOP "pair = \"p\";") ", " ENTRY("z", "y",
                                                                      LOOP "pair = \"p\";") " );",
     "z is the loop of the pair p, and so is x"},
};

static void what_is_wrong_is_refused_with_file_and_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        struct runtimes runtimes = {.count = 77};
        struct error error = {{0}};
        put("a", refusals[i].text);
        int result = runtimes_read(&runtimes, folder, "/built", &error);
        if (result != -EINVAL || !strstr(error.text, refusals[i].says) ||
            !strstr(error.text, "/a/runtimes.cfg:"))
            fail_msg("%s: %d, '%s'", refusals[i].text, result, error.text);
        assert_int_equal(runtimes.count, 77);
    }
}

static void a_folder_that_is_not_there_is_told(void **state)
{
    (void)state;
    struct runtimes runtimes;
    struct error error = {{0}};
    assert_int_equal(runtimes_read(&runtimes, "/nobody/has/this", "/built", &error), -ENOENT);
    assert_non_null(strstr(error.text, "/nobody/has/this"));
}

static void names_groups_and_all_are_chosen(void **state)
{
    (void)state;
    struct runtimes runtimes;
    struct error error = {{0}};
    bool chosen[RUNTIMES_MAX];
    put("a", "runtimes = ( " ENTRY("one", "g", LOOP) ", " ENTRY("two", "g", LOOP) ", " ENTRY(
                 "h", "h", LOOP) " );");
    assert_int_equal(runtimes_read(&runtimes, folder, "/built", &error), 0);
    assert_int_equal(runtimes_choose(&runtimes, "two", chosen, &error), 0);
    assert_true(!chosen[0] && chosen[1] && !chosen[2]);
    assert_int_equal(runtimes_choose(&runtimes, "h,one", chosen, &error), 0);
    assert_true(chosen[0] && !chosen[1] && chosen[2]);
    assert_int_equal(runtimes_choose(&runtimes, "g", chosen, &error), 0);
    assert_true(chosen[0] && chosen[1] && !chosen[2]);
    assert_int_equal(runtimes_choose(&runtimes, "all", chosen, &error), 0);
    assert_true(chosen[0] && chosen[1] && chosen[2]);
    static const char *const wrong[] = {"on", "one,", "", "al", "onetwo"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(runtimes_choose(&runtimes, wrong[i], chosen, &error), -EINVAL);
    assert_non_null(strstr(error.text, "no 'onetwo'"));
    assert_non_null(strstr(error.text, "groups g, h, the runtimes one, two, h, and all"));
    runtimes_finish(&runtimes);
}

/* What the arms of a setting are started with, each between < and >. */
struct started {
    char text[512];
};

static int keep(void *data, struct arm *arm, const struct plan_arm *wanted, struct error *error)
{
    struct started *started = data;
    (void)error;
    arm->parameters.options = wanted->options;
    arm->parameters.seed = 7;
    char **argv = arm_argv(arm);
    strcat(started->text, "<");
    for (size_t i = 0; argv[i]; i++)
        strcat(strcat(started->text, i > 0 ? " " : ""), argv[i]);
    strcat(started->text, ">");
    arm_argv_free(argv);
    return 0;
}

static char word_run[] = "run";
static char *command[] = {word_run, NULL};
static char word_echo[] = "echo";
static char word_blocking[] = "blocking";
static char *echo_and_blocking[] = {word_echo, word_blocking, NULL};

/* In a setting of that scenario with blocking's options, threads, and two variants of the loop. */
static void start(const char *model, const char *scenario, bool subjects, struct started *started)
{
    struct runtime runtime = {.scenarios = echo_and_blocking, .command = command};
    struct run_options options = {.profile = "quick"};
    struct run run = {.options = &options,
                      .runtimes = {.list = {{.runtime = &runtime}}, .count = 1}};
    struct setting setting = {.scenario = scenario_find(scenario), .subjects = subjects};
    struct error error = {{0}};
    const struct scenario_option *of_blocking = scenario_find("blocking")->options;
    snprintf(runtime.model, sizeof runtime.model, "%s", model);
    if (setting.scenario->options == of_blocking) {
        setting.models = 1u << MODEL_THREADS;
        setting.variant_count = 2;
        option_set(of_blocking, option_find(of_blocking, "block-us"), &setting.options, 5);
        option_set(of_blocking, option_find(of_blocking, "block-every"), &setting.options, 9);
        for (int64_t call = 0; call < 2; call++) {
            struct plan_arm *variant = &setting.variants[call];
            *variant = (struct plan_arm){MODEL_LOOP, setting.options};
            option_set(of_blocking, option_find_of(of_blocking, "block-call", MODEL_LOOP),
                       &variant->options, call);
            assert_int_equal(
                option_complete(of_blocking, OPTION_OF_ARM, MODEL_LOOP, &variant->options, NULL),
                0);
        }
    }
    started->text[0] = '\0';
    assert_int_equal(chosen_runtimes_of(&run, &setting, keep, started, &error), 0);
}

static void arms_take_what_ours_of_their_model_take(void **state)
{
    (void)state;
    struct started started;
    start("threads", "echo", true, &started);
    assert_string_equal(started.text, "<run>");
    start("threads", "blocking", true, &started);
    assert_string_equal(started.text, "<run --seed 7 --block-us 5 --block-every 9>");
    start("loop", "blocking", true, &started);
    assert_string_equal(started.text,
                        "<run --seed 7 --block-us 5 --block-every 9 --block-call inline>"
                        "<run --seed 7 --block-us 5 --block-every 9 --block-call pool "
                        "--pool-size 4>");
    start("goroutines", "blocking", true, &started);
    assert_string_equal(started.text, "<run --seed 7 --block-us 5 --block-every 9>");
    start("loop", "web", true, &started);
    assert_string_equal(started.text, "");
    start("loop", "echo", false, &started);
    assert_string_equal(started.text, "");
}

/* Runs a probe of these words. */
static int probe(const char *script, char version[RUNTIME_VERSION_SIZE], struct error *error)
{
    char shell[] = "sh";
    char option[] = "-c";
    char package[] = "some-package | other";
    char *words[] = {shell, option, (char *)script, NULL};
    char *packages[] = {package, NULL};
    struct runtime runtime = {.probe = words, .packages = packages, .command = command};
    char built[] = "/built";
    struct runtimes catalogue = {.folder = folder, .built = built};
    return chosen_runtimes_probe(&catalogue, &runtime, version, error);
}

static void a_probe_tells_the_version_or_what_to_install(void **state)
{
    (void)state;
    char version[RUNTIME_VERSION_SIZE];
    struct error error = {{0}};
    assert_int_equal(probe("echo; echo toy 1.2; echo more", version, &error), 0);
    assert_string_equal(version, "toy 1.2");
    assert_int_equal(probe("echo toy 3 >&2", version, &error), 0);
    assert_string_equal(version, "toy 3");
    assert_int_equal(probe("exit 0", version, &error), 0);
    assert_string_equal(version, "");
    assert_int_equal(probe("echo no such module >&2; exit 3", version, &error), -ENOENT);
    assert_non_null(strstr(error.text, "status 3: no such module"));
    assert_non_null(strstr(error.text, "Debian has it in some-package | other"));
}

static void what_was_not_built_is_not_probed(void **state)
{
    (void)state;
    char built[] = "/nobody/built/this";
    char program[] = "/nobody/built/this/toy";
    char *words[] = {program, NULL};
    char *packages[] = {word_run, NULL};
    char never[] = "/bin/true";
    char *probe_words[] = {never, NULL};
    struct runtime runtime = {.probe = probe_words, .packages = packages, .command = words};
    struct runtimes catalogue = {.folder = folder, .built = built};
    char version[RUNTIME_VERSION_SIZE];
    struct error error = {{0}};
    assert_int_equal(chosen_runtimes_probe(&catalogue, &runtime, version, &error), -ENOENT);
    assert_non_null(strstr(error.text, "/nobody/built/this/toy was not built"));
}

static bool steady(double a, double b, double c)
{
    const double cost[WARM_UP_SLICES] = {a, b, c};
    return warm_up_is_steady(cost);
}

static void steady_is_within_a_tenth_of_the_one_in_the_middle(void **state)
{
    (void)state;
    assert_true(steady(100, 100, 100));
    assert_true(steady(109, 100, 91));
    assert_true(steady(91, 109, 100));
    assert_false(steady(111, 100, 100));
    assert_false(steady(100, 100, 89));
    assert_false(steady(1000, 100, 100));
    assert_false(steady(NAN, 100, 100));
    assert_false(steady(100, 100, NAN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_read_folder_by_folder),
        cmocka_unit_test(what_is_wrong_is_refused_with_file_and_line),
        cmocka_unit_test(a_folder_that_is_not_there_is_told),
        cmocka_unit_test(names_groups_and_all_are_chosen),
        cmocka_unit_test(arms_take_what_ours_of_their_model_take),
        cmocka_unit_test(a_probe_tells_the_version_or_what_to_install),
        cmocka_unit_test(what_was_not_built_is_not_probed),
        cmocka_unit_test(steady_is_within_a_tenth_of_the_one_in_the_middle),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
