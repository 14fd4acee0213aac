/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans: what they may say, what a command line changes, and what is written back. */
#include "run/plan/plan.h"
#include "subject/work.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/waitbench-plan-XXXXXX";

static const char *path_of(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static const char *write_file(const char *name, const char *text)
{
    FILE *file = fopen(path_of(name), "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    return path_of(name);
}

#define MEMORY "{ experiment = \"memory\"; scenario = \"echo\"; models = [\"threads\"]; "
#define LATENCY                                                                           \
    "{ experiment = \"latency\"; scenario = \"echo\"; models = [\"threads\", \"loop\"]; " \
    "active = 100; seconds = 1; "
#define WEB  "{ experiment = \"throughput\"; scenario = \"web\"; active = 100; seconds = 1; "
#define FLOW "{ experiment = \"flow\"; scenario = \"counter\"; models = [\"loop\"]; "

static void read_text(struct plan *plan, const char *text)
{
    struct error error = {{0}};
    int result = plan_read(plan, write_file("plan.cfg", text), &error);
    if (result < 0)
        fail_msg("%s", error.text);
}

static void lists_become_a_setting_for_each_combination(void **state)
{
    (void)state;
    struct plan plan;
    read_text(&plan, "name = \"mine\";\n"
                     "work = { light = { payload_bytes = 64; }; slow = { cpu_us = 5; }; };\n"
                     "settings = (\n" LATENCY
                     "work = (\"light\", \"slow\"); idle = (0, \"largest\"); share = (0.4, 0.6, 1);"
                     " blocks = 20; } );\n");
    assert_string_equal(plan.name, "mine");
    assert_int_equal(plan.count, 2 * 2 * 3);
    assert_int_equal(plan.settings[0].blocks, 20);
    assert_int_equal(plan.settings[0].line, 4);
    assert_int_equal(plan.settings[3].idle, PLAN_LARGEST);
    assert_true(plan.settings[0].subjects);
    assert_false(plan.settings[11].subjects); /* it takes options of ours */
    assert_int_equal(plan.settings[11].work.cpu_us, 5);
    assert_true(plan.settings[2].share > 0.99);
    plan_finish(&plan);
}

/* What is not warmed up so has no more to say than before there was such a thing. */
static void warming_up_until_steady_is_part_of_how_times_are_measured(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "warmup_until_steady = false;",
                                        "warmup_until_steady = true;",
                                        "warmup_until_steady = true; warmup_longest_seconds = 2;"};
    static const double longest[] = {0, 0, PLAN_STEADY_LONGEST_SECONDS, 2};
    char digests[4][PLAN_DIGEST_BYTES];
    for (size_t i = 0; i < 4; i++) {
        struct plan plan;
        char text[256];
        snprintf(text, sizeof text, "settings = ( " LATENCY "share = 0.5; %s } );", texts[i]);
        read_text(&plan, text);
        assert_true(fabs(plan.settings[0].steady_longest_seconds - longest[i]) < 1e-9);
        plan_digest(&plan, digests[i]);
        plan_finish(&plan);
    }
    assert_string_equal(digests[0], digests[1]);
    assert_string_not_equal(digests[1], digests[2]);
    assert_string_not_equal(digests[2], digests[3]);
}

static const struct refusal {
    const char *text;
    const char *says; /* behind file and line */
} refusals[] = {
    {"settings = (", ":1: syntax error"},
    {"settings = ();", "a plan needs settings"},
    {"", "a plan needs settings"},
    {"nmae = \"x\";", "a plan has no key 'nmae'"},
    {"name = \"\"; settings = ( " FLOW "} );", "name takes 1 to"},
    {"omits = \"\";", "omits takes 1 to"},
    {"beyond_limits = \"maybe\";", "beyond_limits takes"},
    {"capacity_steps = 0;", "capacity_steps takes a whole number from 1 to 20"},
    {"calibration_seconds = -1;", "calibration_seconds takes a number from 0.001 to 60"},
    {"work = { w = { cpu = 1; }; };", "work has no key 'cpu'; it has label, cpu_us"},
    {"work = { w = { slow_us = 1; }; };", "slow_us and slow_every come together"},
    {"work = { w = { payload_bytes = 4; }; };", "payload_bytes takes a whole number from 8"},
    {"settings = ( 5 );", "a setting is a group"},
    {"settings = ( { scenario = \"echo\"; } );", "a setting needs an experiment"},
    {"settings = ( { experiment = \"sleep\"; } );", "there is no experiment 'sleep'"},
    {"settings = ( { experiment = \"memory\"; scenario = \"ehco\"; } );",
     "there is no scenario 'ehco'"},
    {"settings = ( { experiment = \"memory\"; waiters = 5; } );", "a setting needs a scenario"},
    {"settings = ( " MEMORY "} );", "a setting of memory needs waiters"},
    {"settings = ( " MEMORY "waiters = 0; } );", "waiters takes a whole number from 1"},
    {"settings = ( " MEMORY "waiters = (5, \"many\"); } );", "waiters takes a whole number"},
    {"settings = ( " MEMORY "waiters = 5; active = 3; } );",
     "a setting of memory has no key 'active'; it has experiment, scenario, models"},
    {"settings = ( " MEMORY "waiters = 5; warm = 1; } );", "warm takes true, false"},
    {"settings = ( " MEMORY "waiters = 5; work = \"w\"; } );", "the plan's work has no 'w'"},
    {"work = { w = { cpu_us = 5; }; }; settings = ( " MEMORY "waiters = 5; work = \"w\"; } );",
     "that of memory is stack_bytes"},
    {"settings = ( " MEMORY "waiters = 5; allocators = [\"tcmalloc\"]; } );",
     "allocators: there is no 'tcmalloc'"},
    {"settings = ( " MEMORY "waiters = 5; blocks = 10001; } );", "blocks takes a whole number"},
    {"settings = ( " MEMORY "waiters = 5; stack_bytes = 10; } );", "stack_bytes takes a whole"},
    {"settings = ( " MEMORY "waiters = 5; stack_bytes = 65536; subjects = true; } );",
     "subjects take no options of ours"},
    {"settings = ( " LATENCY "share = 0.5; warmup_seconds = 0.0001; } );",
     "warmup_seconds takes a number from 0.001"},
    {"settings = ( " LATENCY "share = 0.5; warmup_longest_seconds = 3; } );",
     "warmup_longest_seconds goes with warmup_until_steady = true"},
    {"settings = ( " LATENCY "share = 0.5; warmup_until_steady = 1; } );",
     "warmup_until_steady takes true or false"},
    {"settings = ( " LATENCY "} );", "a setting of latency needs share, or rate"},
    {"settings = ( " LATENCY "share = 0.5; rate = (100, 200); } );",
     "a setting of latency has either share or rate"},
    {"settings = ( " LATENCY "rate = 0; } );", "rate takes a number from 0.001"},
    {"settings = ( " LATENCY "rate = 100;\nbasis = \"utilisation\"; } );",
     "wrong.cfg:2: basis goes with share, and this setting has rate"},
    {"settings = ( " LATENCY "capacity_active = 10;\nrate = 100; } );",
     "wrong.cfg:1: capacity_active goes with share"},
    {"settings = ( " LATENCY "rate = (100,\n0.5); } );",
     "wrong.cfg:2: rate 0.5: less than one request is due in a window of 1 s"},
    {"settings = ( " LATENCY "share = 1.5; } );", "share takes a number from 0.001 to 1"},
    {"settings = ( " LATENCY "share = 0.5; fit = \"p95\"; } );", "fit takes none, p99 or p999"},
    {"settings = ( { experiment = \"throughput\"; scenario = \"echo\"; models = [\"loop\"]; active "
     "= 1; } );",
     "a setting of throughput needs seconds"},
    {"settings = ( { experiment = \"flow\"; scenario = \"echo\"; } );",
     "scenario echo is a server, and flow measures programs"},
    {"settings = ( { experiment = \"memory\"; scenario = \"cancel\"; waiters = 5; } );",
     "scenario cancel is a program"},
    {"settings = ( { experiment = \"flow\"; scenario = \"counter\"; models = [\"sockets\"]; } );",
     "scenario counter is not written in the model sockets"},
    {"settings = ( " FLOW "options = { wrokers = 4; }; } );",
     "scenario counter has no option 'wrokers'; it has workers, increments"},
    {"settings = ( { experiment = \"flow\"; scenario = \"counter\"; } );",
     "a setting needs models"},
    {"settings = ( " FLOW "options = { workers = \"four\"; }; } );",
     "workers takes a whole number"},
    {"settings = ( " WEB "} );", "a setting needs models"},
    {"settings = ( " WEB "models = [\"sockets\"]; } );", "is not written in the model sockets"},
    {"settings = ( " WEB "models = [\"loop\"]; options = { stor = \"sqlite\"; }; } );",
     "scenario web has no option 'stor'; it has store, store_connections, store_delay_us"},
    {"settings = ( " WEB "models = [\"loop\"]; options = { store = \"oracle\"; }; } );",
     "store is one of \"memory\", \"sqlite\", \"postgres\""},
    {"settings = ( " WEB "models = [\"loop\"]; options = { store = 2; }; } );", "store is one of"},
    {"settings = ( " WEB "models = [\"loop\"]; options = { store_connections = 16; }; } );",
     "store_connections = 16 goes with store = \"postgres\" only"},
    {"settings = ( " WEB "models = [\"loop\"];\noptions = { store = (\"postgres\", \"sqlite\"); "
     "store_delay_us = (0, 100); }; } );",
     "wrong.cfg:2: store_delay_us = 0 goes with store = \"postgres\" only"},
    {"settings = ( " WEB "models = [\"loop\"]; options = { store_call = \"pool\"; }; } );",
     "store_call tells arms apart: it stands in variants"},
    {"settings = ( " WEB "variants = ( { model = \"loop\"; store = \"sqlite\"; } ); } );",
     "store is the same for all arms of a setting: it stands in options"},
    {"settings = ( " WEB "variants = ( \"loop\" ); } );", "a variant is a group with a model"},
    {"settings = ( " WEB "variants = { model = \"loop\"; }; } );", "variants is a list of groups"},
    {"settings = ( " WEB "variants = ( { model = \"loopy\"; } ); } );",
     "there is no model 'loopy'"},
    {"settings = ( " WEB "variants = ( { model = \"sockets\"; } ); } );",
     "scenario web is not written in the model sockets"},
    {"settings = ( " WEB "variants = ( { model = \"threads\"; pool_size = 4; } ); } );",
     "scenario web has no option 'pool_size' of such an arm; it has none"},
    {"settings = ( " WEB "variants = (\n{ model = \"pool\"; },\n"
     "{ model = \"loop\"; store_call = \"async\"; } ); options = { store = \"sqlite\"; }; } );",
     "wrong.cfg:3: store_call = \"async\" goes with store = \"postgres\" only"},
    {"settings = ( " WEB "variants = ( { model = \"loop\"; pool_size = 4; } ); } );",
     "pool_size = 4 goes with store_call = \"pool\" only"},
    {"settings = ( " WEB "variants = ( { model = \"pool\"; pool_size = 0; } ); } );",
     "pool_size takes a whole number from 1 to 1024"},
    {"settings = ( { experiment = \"memory\"; scenario = \"web\"; models = [\"loop\"]; waiters = "
     "5; "
     "options = { store = \"postgres\"; store_delay_us = 0; }; } );",
     "a setting of memory has no store_delay_us"},
    {"settings = ( " MEMORY "waiters = 5; options = { store = \"sqlite\"; }; } );",
     "scenario echo has no option 'store'; it has none"},
    {"settings = ( { experiment = \"latency\"; scenario = \"blocking\"; active = 1; seconds = 1; "
     "share = 1; models = [\"loop\"]; options = { block_us = 5; }; } );",
     "block_us and block_every come together"},
    {"work = { w = { slow_us = 5; slow_every = 5; }; }; settings = ( { experiment = \"latency\"; "
     "scenario = \"blocking\"; active = 1; seconds = 1; share = 1; models = [\"loop\"]; "
     "options = { block_us = 5; block_every = 5; }; work = \"w\"; } );",
     "work w: its slow requests, and block_every; a setting has one"},
};

static void what_is_wrong_is_refused_with_file_and_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        struct plan plan = {.count = 77};
        struct error error = {{0}};
        int result = plan_read(&plan, write_file("wrong.cfg", refusals[i].text), &error);
        if (result != -EINVAL || !strstr(error.text, refusals[i].says) ||
            !strstr(error.text, "/wrong.cfg:"))
            fail_msg("%s: %d, '%s'", refusals[i].text, result, error.text);
        assert_int_equal(plan.count, 77);
    }
}

/* The number that an option of the arm has, or -1; of a choice its place. */
static int64_t number_of(const struct plan_arm *arm, const char *name)
{
    const struct scenario_option *options = scenario_find("web")->options;
    const struct scenario_option *option = option_find_of(options, name, arm->model);
    size_t place = (size_t)(option - options);
    return option && (arm->options.set & 1u << place) ? arm->options.at[place] : -1;
}

static void options_of_a_server_are_conditions_and_variants(void **state)
{
    (void)state;
    struct plan plan;
    struct plan_arm usual;
    read_text(&plan, "settings = ( { variants = ( { model = \"loop\"; store_call = \"pool\"; "
                     "pool_size = (2, 8); }, { model = \"pool\"; } ); models = [\"loop\"]; "
                     "options = { store = \"sqlite\"; }; experiment = \"throughput\"; "
                     "scenario = \"web\"; active = 1; seconds = 1; },\n" WEB
                     "models = [\"loop\", \"threads\"]; options = { store = \"postgres\"; "
                     "store_delay_us = (0, 100, 1000); store_connections = (4, 16); }; } );");
    assert_int_equal(plan.count, 1 + 3 * 2);
    const struct setting *sqlite = &plan.settings[0];
    assert_string_equal(plan_store(sqlite), "sqlite");
    assert_true(sqlite->subjects); /* runtimes that the catalogue gives that scenario */
    assert_int_equal(sqlite->variant_count, 3);
    assert_int_equal(number_of(&sqlite->variants[0], "store"), 1);
    assert_int_equal(number_of(&sqlite->variants[0], "pool_size"), 2);
    assert_int_equal(number_of(&sqlite->variants[1], "pool_size"), 8);
    assert_int_equal(number_of(&sqlite->variants[1], "store_call"), 1);
    assert_int_equal(sqlite->variants[2].model, MODEL_POOL);
    assert_int_equal(number_of(&sqlite->variants[2], "pool_size"), 32);
    plan_usual_arm(sqlite, MODEL_LOOP, &usual);
    assert_int_equal(number_of(&usual, "store_call"), 0);
    assert_int_equal(number_of(&usual, "pool_size"), -1);
    plan_usual_arm(&plan.settings[3], MODEL_LOOP, &usual);
    assert_int_equal(number_of(&usual, "store_delay_us"), 1000);
    assert_int_equal(number_of(&usual, "store_connections"), 4);
    assert_int_equal(number_of(&usual, "store_call"), 2);
    plan_usual_arm(&plan.settings[3], MODEL_THREADS, &usual);
    assert_int_equal(number_of(&usual, "store_call"), -1);
    plan_finish(&plan);
}

static void a_file_that_is_not_there_is_told(void **state)
{
    (void)state;
    struct plan plan;
    struct error error = {{0}};
    assert_int_equal(plan_read(&plan, path_of("none.cfg"), &error), -ENOENT);
    assert_non_null(strstr(error.text, "none.cfg"));
    assert_int_equal(plan_read(&plan, folder, &error), -EINVAL);
    assert_non_null(strstr(error.text, "is a folder"));
    assert_int_equal(mkfifo(path_of("pipe.cfg"), 0600), 0);
    assert_int_equal(plan_read(&plan, path_of("pipe.cfg"), &error), -EINVAL);
    assert_non_null(strstr(error.text, "is not a file"));
    write_file("includes.cfg", "@include \"nothing.cfg\"\n");
    assert_int_equal(plan_read(&plan, path_of("includes.cfg"), &error), -EINVAL);
    assert_non_null(strstr(error.text, "it is looked for in the plan's own folder"));
}

/* Its line and file are the included one's. */
static void a_mistake_in_an_included_file_is_told_there(void **state)
{
    (void)state;
    struct plan plan;
    struct error error = {{0}};
    write_file("part.cfg", "\n\nwork = { w = { cup_us = 5; }; };\n");
    write_file("whole.cfg", "@include \"part.cfg\"\nsettings = ( " FLOW "} );\n");
    assert_int_equal(plan_read(&plan, path_of("whole.cfg"), &error), -EINVAL);
    assert_non_null(strstr(error.text, "part.cfg:3: work has no key 'cup_us'"));
}

static const char *const whole =
    "name = \"whole \\\\ \\\"one\\\"\"; subject_seconds = 7.5;\n"
    "work = { light = { payload_bytes = 64; }; slow = { label = \"a \\\"slow\\\" one\"; cpu_us = "
    "5; "
    "slow_us = 20; slow_every = 3; requests_per_connection = 2; }; };\n"
    "settings = ( " MEMORY "waiters = (10, 3000000, \"largest\"); warm = [false, true]; "
    "stack_bytes = 65536; on_request = [\"loops\"]; allocators = [\"libc\", \"jemalloc\"]; "
    "},\n" LATENCY "share = 0.1; fit = \"p999\"; longest_seconds = 12; basis = \"utilisation\"; "
    "work = (\"light\", \"slow\"); warmup_seconds = 0.3; capacity_active = 10; },\n" LATENCY
    "rate = (500, 2500.5); fit = \"p99\"; },\n" FLOW
    "options = { workers = 4; increments = 500000; }; seconds = 0.25; },\n" WEB
    "options = { store = \"postgres\"; store_delay_us = 100; }; models = [\"threads\"]; variants = "
    "( { model = \"loop\"; store_call = \"pipeline\"; }, { model = \"pool\"; pool_size = 7; } ); "
    "},\n"
    "{ experiment = \"memory\"; scenario = \"web\"; waiters = 5; options = { store = \"postgres\"; "
    "store_connections = 3; }; variants = ( { model = \"pool\"; } ); } );\n";

static void what_is_written_reads_as_the_same(void **state)
{
    (void)state;
    struct plan plan;
    struct plan again;
    struct error error = {{0}};
    char first[PLAN_DIGEST_BYTES];
    char second[PLAN_DIGEST_BYTES];
    read_text(&plan, whole);
    unlink(path_of("again.cfg"));
    assert_int_equal(plan_write(&plan, path_of("again.cfg"), &error), 0);
    assert_int_equal(plan_read(&again, path_of("again.cfg"), &error), 0);
    assert_int_equal(again.count, plan.count);
    assert_string_equal(again.name, "whole \\ \"one\"");
    for (size_t i = 0; i < plan.count; i++) {
        struct setting setting = again.settings[i];
        setting.line = plan.settings[i].line;
        memcpy(setting.work.name, plan.settings[i].work.name, sizeof setting.work.name);
        assert_memory_equal(&setting, &plan.settings[i], sizeof setting);
    }
    assert_string_equal(again.settings[3].work.label, "a \"slow\" one");
    plan_digest(&plan, first);
    plan_digest(&again, second);
    assert_string_equal(first, second);
    assert_int_equal(plan_write(&plan, path_of("again.cfg"), &error), -EEXIST);
    plan_finish(&plan);
    plan_finish(&again);
}

static void digest_of(const char *text, const struct plan_changes *changes,
                      char digest[PLAN_DIGEST_BYTES])
{
    struct plan plan;
    struct error error = {{0}};
    read_text(&plan, text);
    if (changes)
        assert_int_equal(plan_change(&plan, changes, &error), 0);
    plan_digest(&plan, digest);
    plan_finish(&plan);
}

/* It is told by what decides times, not by what only decides how sure they are. */
static void the_digest_is_of_how_times_are_measured(void **state)
{
    (void)state;
    static const char *const plain = "settings = ( " LATENCY "share = 0.4; } );";
    static const char *const same[] = {
        "# said otherwise\nname = \"x\"; settings = ( " LATENCY "share = 0.4; blocks = 20; } );",
        "settings = ( " MEMORY "waiters = 5; }, " LATENCY "share = 0.40; } );",
        "settings = ( " LATENCY "share = 0.4; on_request = [\"loops\"]; longest_seconds = 9; } );",
        "settings = ( " LATENCY "share = 0.4; capacity_active = 100; }, " LATENCY
        "share = 0.4; } );",
    };
    static const char *const other[] = {
        "settings = ( " LATENCY "share = 0.5; } );",
        "settings = ( " LATENCY "share = 0.4; warmup_seconds = 0.1; } );",
        "capacity_steps = 5; settings = ( " LATENCY "share = 0.4; } );",
        "work = { w = { cpu_us = 1; }; }; settings = ( " LATENCY "share = 0.4; work = \"w\"; } );",
        "settings = ( " LATENCY "share = 0.4; }, " WEB "models = [\"loop\"]; } );",
    };
    static const char *const web = "settings = ( " WEB "models = [\"loop\"]; } );";
    static const char *const same_web =
        "settings = ( " WEB "models = [\"threads\"]; variants = ( { model = \"pool\"; } ); "
        "options = { store = \"memory\"; }; } );";
    static const char *const other_web =
        "settings = ( " WEB "models = [\"loop\"]; options = { store = \"sqlite\"; }; } );";
    char digest[PLAN_DIGEST_BYTES];
    char against[PLAN_DIGEST_BYTES];
    digest_of(plain, NULL, digest);
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        digest_of(same[i], NULL, against);
        assert_string_equal(against, digest);
    }
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        digest_of(other[i], NULL, against);
        assert_string_not_equal(against, digest);
    }
    digest_of(web, NULL, digest);
    digest_of(same_web, NULL, against);
    assert_string_equal(against, digest);
    digest_of(other_web, NULL, against);
    assert_string_not_equal(against, digest);
}

static void changed_settings_that_are_the_same_become_one(void **state)
{
    (void)state;
    struct plan plan;
    struct plan_changes changes;
    struct error error = {{0}};
    plan_changes_init(&changes);
    changes.blocks = 2;
    changes.waiters[0] = 7;
    changes.waiters_count = 1;
    changes.active[0] = 3;
    changes.active[1] = 5;
    changes.active_count = 2;
    changes.idle_count = 1;
    changes.changes_work = true;
    changes.work.cpu_us = 9;
    read_text(&plan, "work = { a = { cpu_us = 1; }; b = { cpu_us = 2; }; };\nsettings = ( " MEMORY
                     "waiters = (10, 20); }, " LATENCY
                     "share = 0.5; idle = (0, 50); work = (\"a\", \"b\"); }, " FLOW "} );");
    assert_int_equal(plan.count, 6);
    assert_int_equal(plan_change(&plan, &changes, &error), 0);
    assert_int_equal(plan.count, 4);
    assert_int_equal(plan.settings[0].waiters_count, 1);
    assert_int_equal(plan.settings[0].waiters[0], 7);
    assert_int_equal(plan.settings[0].work.cpu_us, 0); /* memory has no such thing */
    assert_int_equal(plan.settings[1].active, 3);
    assert_int_equal(plan.settings[2].active, 5);
    assert_int_equal(plan.settings[2].idle, 0);
    assert_int_equal(plan.settings[2].work.cpu_us, 9);
    assert_false(plan.settings[2].subjects);
    assert_int_equal(plan.settings[3].blocks, 2);
    changes.work.slow_us = 5;
    assert_int_equal(plan_change(&plan, &changes, &error), -EINVAL);
    assert_non_null(strstr(error.text, "--work-slow-every"));
    plan_finish(&plan);
}

/* Which requests block is the slowness that such a setting is about. */
static void requests_that_block_are_not_made_slow_as_well(void **state)
{
    (void)state;
    struct plan plan;
    struct plan_changes changes;
    struct error error = {{0}};
    plan_changes_init(&changes);
    changes.changes_work = true;
    changes.work.cpu_us = 9;
    changes.work.slow_us = 50;
    changes.work.slow_every = 10;
    read_text(&plan,
              "settings = ( { experiment = \"throughput\"; scenario = \"blocking\"; models = "
              "[\"loop\"]; active = 1; seconds = 1; options = { block_us = 1000; "
              "block_every = 100; }; },\n" WEB "models = [\"loop\"]; } );");
    assert_int_equal(plan_change(&plan, &changes, &error), 0);
    assert_int_equal(plan.settings[0].work.cpu_us, 9);
    assert_int_equal(plan.settings[0].work.slow_every, 0);
    assert_int_equal(plan.settings[1].work.slow_every, 10);
    plan_finish(&plan);
}

static void settings_that_a_command_line_leaves_alone_stay(void **state)
{
    (void)state;
    struct plan plan;
    struct plan_changes changes;
    struct error error = {{0}};
    plan_changes_init(&changes);
    changes.blocks = 2;
    read_text(&plan, "settings = ( " MEMORY "waiters = (10, 20); }, " MEMORY
                     "waiters = (30, 40); }, " LATENCY "share = 0.5; }, " LATENCY
                     "share = 0.5; warmup_seconds = 0.2; } );");
    assert_int_equal(plan_change(&plan, &changes, &error), 0);
    assert_int_equal(plan.count, 4);
    plan_finish(&plan);
}

/* The window that was made for so many connections is theirs. */
static void a_number_that_the_plan_has_keeps_its_window(void **state)
{
    (void)state;
    struct plan plan;
    struct plan_changes changes;
    struct error error = {{0}};
    plan_changes_init(&changes);
    changes.active[0] = 10000;
    changes.active_count = 1;
    read_text(&plan, "settings = ( { experiment = \"throughput\"; scenario = \"echo\"; "
                     "models = [\"loop\"]; active = (1, 10); seconds = 0.6; }, "
                     "{ experiment = \"throughput\"; scenario = \"echo\"; models = [\"loop\"]; "
                     "active = 10000; seconds = 1.5; } );");
    assert_int_equal(plan_change(&plan, &changes, &error), 0);
    assert_int_equal(plan.count, 1);
    assert_true(plan.settings[0].seconds > 1.4);
    plan_finish(&plan);
}

static void too_many_settings_are_refused(void **state)
{
    (void)state;
    struct plan plan;
    struct plan_changes changes;
    struct error error = {{0}};
    plan_changes_init(&changes);
    for (changes.active_count = 0; changes.active_count < 32; changes.active_count++)
        changes.idle[changes.active_count] = changes.active[changes.active_count] =
            (int64_t)changes.active_count + 1;
    changes.idle_count = 32;
    read_text(&plan, "settings = ( " LATENCY "share = 0.5; } );");
    assert_int_equal(plan_change(&plan, &changes, &error), -EINVAL);
    assert_non_null(strstr(error.text, "--idle makes 1024 settings"));
    plan_finish(&plan);
}

static void numbered_names_are_nobodys(void **state)
{
    (void)state;
    struct plan plan;
    struct plan again;
    struct error error = {{0}};
    read_text(&plan,
              "work = { work2 = { label = \"x\"; payload_bytes = 128; }; };\nsettings = ( " LATENCY
              "share = 0.5; work = \"work2\"; }, " LATENCY "share = 0.5; } );");
    unlink(path_of("again.cfg"));
    assert_int_equal(plan_write(&plan, path_of("again.cfg"), &error), 0);
    assert_int_equal(plan_read(&again, path_of("again.cfg"), &error), 0);
    assert_int_equal(again.settings[0].work.payload_bytes, 128);
    assert_int_equal(again.settings[1].work.payload_bytes, 64);
    plan_finish(&plan);
    plan_finish(&again);
}

/* What a plan may ask of a program is what the program takes. */
static void ranges_are_those_of_the_programs(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        int64_t high;
    } keys[] = {{"cpu_us", WORK_CPU_US_MAX},           {"slow_us", WORK_CPU_US_MAX},
                {"stack_bytes", WORK_STACK_BYTES_MAX}, {"heap_bytes", WORK_HEAP_BYTES_MAX},
                {"cache_bytes", WORK_HEAP_BYTES_MAX},  {"hold_bytes", WORK_HEAP_BYTES_MAX}};
    struct plan_changes changes;
    plan_changes_init(&changes);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        int64_t low, high;
        assert_non_null(plan_changes_work(&changes, keys[i].key, &low, &high));
        assert_int_equal(low, 0);
        assert_int_equal(high, keys[i].high);
    }
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"plan.cfg",  "wrong.cfg", "includes.cfg", "part.cfg",
                                        "whole.cfg", "again.cfg", "pipe.cfg"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(path_of(names[i]));
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_become_a_setting_for_each_combination),
        cmocka_unit_test(warming_up_until_steady_is_part_of_how_times_are_measured),
        cmocka_unit_test(what_is_wrong_is_refused_with_file_and_line),
        cmocka_unit_test(options_of_a_server_are_conditions_and_variants),
        cmocka_unit_test(a_file_that_is_not_there_is_told),
        cmocka_unit_test(a_mistake_in_an_included_file_is_told_there),
        cmocka_unit_test(what_is_written_reads_as_the_same),
        cmocka_unit_test(the_digest_is_of_how_times_are_measured),
        cmocka_unit_test(changed_settings_that_are_the_same_become_one),
        cmocka_unit_test(requests_that_block_are_not_made_slow_as_well),
        cmocka_unit_test(settings_that_a_command_line_leaves_alone_stay),
        cmocka_unit_test(a_number_that_the_plan_has_keeps_its_window),
        cmocka_unit_test(too_many_settings_are_refused),
        cmocka_unit_test(numbered_names_are_nobodys),
        cmocka_unit_test(ranges_are_those_of_the_programs),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
