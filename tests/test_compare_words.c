/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What machines are called, which of them are one, and what differs between sides. */
#include "compare/again.h"
#include "compare/differences.h"
#include "compare/findings.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "narrow_text.h"
#include "read_run.h"
#include "run_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LONG_LABEL "a-label-that-takes-all-of-the-sixty-three-characters-there-are-"
#define LONG_HOST  "-and-a-host-name-that-goes-on-for-as-long-as-its-label"

/* Runs of a machine.json and a file of trials without a row each. */
struct few_runs {
    struct run_folder folders[4];
    struct comparison_of_runs *comparison;
};

static int set_up(void **state)
{
    struct few_runs *runs = alloc_array(1, sizeof *runs);
    runs->comparison = alloc_array(1, sizeof *runs->comparison);
    for (size_t i = 0; i < 4; i++)
        run_folder_create(&runs->folders[i]);
    *state = runs;
    return 0;
}

static int tear_down(void **state)
{
    struct few_runs *runs = *state;
    compare_finish(runs->comparison);
    for (size_t i = 0; i < 4; i++)
        run_folder_destroy(&runs->folders[i]);
    free(runs->comparison);
    free(runs);
    return 0;
}

/* Reads the runs of these machine.json, up to a NULL. */
static const struct compared_machine *read_machines(struct few_runs *runs,
                                                    const char *const texts[])
{
    const struct recorded_run *read[4];
    struct error error = {""};
    size_t count = 0;
    for (; texts[count]; count++) {
        run_folder_write(&runs->folders[count], "machine.json", texts[count]);
        run_folder_write(&runs->folders[count], "memory.csv", "block,model\n");
        read[count] = read_run(runs->folders[count].path);
    }
    if (compare_read(runs->comparison, read, count, &error) < 0)
        fail_msg("%s", error.text);
    return runs->comparison->machines.machines;
}

static void a_machine_is_called_by_its_label(void **state)
{
    static const char *const texts[] = {
        "{\"hostname\":\"vm\",\"label\":\"a small one\"}",
        "{\"hostname\":\"vm\",\"cpu\":{\"model\":\"EPYC\",\"logical_cpus\":2}}",
        "{\"hostname\":\"vm\",\"label\":\"<b>, \\\"x\\\" \\u001b[2J\"}",
        NULL,
    };
    const struct compared_machine *machines = read_machines(*state, texts);
    assert_string_equal(machines[0].name, "a small one");
    assert_string_equal(machines[1].name, "EPYC, 2 CPUs");
    assert_string_equal(machines[2].name, "<b>, 'x' ?[2J");
}

static void one_label_is_told_apart_by_what_differs(void **state)
{
    static const char *const hosts[] = {
        "{\"hostname\":\"a\",\"label\":\"vm\",\"kernel\":{\"release\":\"6.1\"}}",
        "{\"hostname\":\"b\",\"label\":\"vm\",\"kernel\":{\"release\":\"6.6\"}}",
        "{\"hostname\":\"b\",\"label\":\"other\"}",
        NULL,
    };
    const struct compared_machine *machines = read_machines(*state, hosts);
    assert_string_equal(machines[0].name, "vm (a)");
    assert_string_equal(machines[1].name, "vm (b)");
    assert_string_equal(machines[2].name, "other");
    compare_finish(((struct few_runs *)*state)->comparison);

    /* The kernel is the same for two of them, and so is the day. */
    static const char *const times[] = {
        "{\"hostname\":\"a\",\"label\":\"vm\",\"kernel\":{\"release\":\"6.1\"},"
        "\"started_utc\":\"2026-01-02T03:04:05Z\"}",
        "{\"hostname\":\"a\",\"label\":\"vm\",\"kernel\":{\"release\":\"6.6\"},"
        "\"started_utc\":\"2026-01-02T09:04:05Z\"}",
        "{\"hostname\":\"a\",\"label\":\"vm\",\"kernel\":{\"release\":\"6.6\"},"
        "\"started_utc\":\"2026-01-03T03:04:05Z\"}",
        NULL,
    };
    machines = read_machines(*state, times);
    assert_string_equal(machines[0].name, "vm (2026-01-02 03:04)");
    assert_string_equal(machines[1].name, "vm (2026-01-02 09:04)");
    assert_string_equal(machines[2].name, "vm (2026-01-03 03:04)");
    assert_false(machines[2].is_numbered);
}

static void a_number_is_the_last_resort(void **state)
{
    static const char *const texts[] = {
        "{\"hostname\":\"a\",\"label\":\"vm\",\"seed\":1}",
        "{\"hostname\":\"a\",\"label\":\"vm\",\"seed\":2}",
        "{\"hostname\":\"a\",\"label\":\"vm (1)\"}",
        NULL,
    };
    const struct compared_machine *machines = read_machines(*state, texts);
    assert_string_equal(machines[0].name, "vm (1)");
    assert_string_equal(machines[1].name, "vm (2)");
    assert_true(machines[1].is_numbered);
    /* A label that reads like what another one became is told apart, too. */
    assert_string_not_equal(machines[2].name, "vm (1)");
}

static void names_that_no_gap_tells_apart_stay_whole(void **state)
{
    static const char *const texts[] = {
        "{\"label\":\"" LONG_LABEL "\",\"hostname\":\"1" LONG_HOST "\"}",
        "{\"label\":\"" LONG_LABEL "\",\"hostname\":\"2" LONG_HOST "\"}",
        NULL,
    };
    const struct compared_machine *machines = read_machines(*state, texts);
    assert_string_equal(machines[1].name, LONG_LABEL " (2" LONG_HOST ")");
    assert_string_equal(machines[1].label, machines[1].name);
}

#define MACHINE(host, cpus, memory, time, rest)                                       \
    "{\"label\":\"" time "\",\"hostname\":\"" host "\",\"started_utc\":\"" time "\"," \
    "\"cpu\":{\"model\":\"EPYC\",\"logical_cpus\":" cpus "},"                         \
    "\"memory\":{\"total_bytes\":" memory "}" rest "}"
#define GIGABYTES_8 "8589934592"

static void the_same_hardware_is_one_machine(void **state)
{
    static const char *const texts[] = {
        MACHINE("vm", "2", GIGABYTES_8, "2026-01-05T00:00:00Z", ",\"kernel\":{\"release\":\"6\"}"),
        MACHINE("vm", "2", "8589934000", "2026-01-02T00:00:00Z", ""),
        MACHINE("vm", "2", GIGABYTES_8, "2026-01-04T00:00:00Z", ""),
        MACHINE("vm", "4", GIGABYTES_8, "2026-01-01T00:00:00Z", ""),
        NULL,
    };
    const struct compared_machine *machines = read_machines(*state, texts);
    const struct machines *all = &((struct few_runs *)*state)->comparison->machines;
    assert_true(again_same_machine(&machines[0], &machines[1]));
    assert_false(again_same_machine(&machines[0], &machines[3]));
    assert_int_equal(again_before(all, 0), 2);
    assert_int_equal(again_before(all, 2), 1);
    assert_int_equal(again_before(all, 1), NO_MACHINE);
    assert_int_equal(again_before(all, 3), NO_MACHINE);
}

#define RELABELLED(label, seed)                                                              \
    "{\"label\":\"" label "\",\"hostname\":\"vm\",\"started_utc\":\"2026-01-05T00:00:00Z\"," \
    "\"seed\":" seed "}"

static void a_copy_under_another_label_is_the_same_run(void **state)
{
    static const char *const texts[] = {
        RELABELLED("mine", "1"),
        RELABELLED("theirs", "1"),
        RELABELLED("theirs", "2"),
        NULL,
    };
    const struct compared_machine *machines = read_machines(*state, texts);
    assert_int_equal(machines[1].repeats, 0);
    assert_string_equal(machines[1].name, "mine, again");
    assert_int_equal(machines[2].repeats, 2);
    assert_string_equal(machines[2].name, "theirs");
}

static void what_is_not_recorded_is_not_the_same(void **state)
{
    static const char *const texts[] = {
        "{\"hostname\":\"vm\",\"started_utc\":\"2026-01-02T00:00:00Z\"}",
        "{\"hostname\":\"vm\",\"started_utc\":\"2026-01-03T00:00:00Z\"}",
        MACHINE("vm", "2", GIGABYTES_8, "2026-01-04T00:00:00Z", ""),
        MACHINE("other", "2", GIGABYTES_8, "2026-01-05T00:00:00Z", ""),
        NULL,
    };
    const struct compared_machine *machines = read_machines(*state, texts);
    assert_false(again_same_machine(&machines[0], &machines[1]));
    assert_false(again_same_machine(&machines[0], &machines[2]));
    assert_false(again_same_machine(&machines[2], &machines[3]));
}

#define SIDED(kernel, libuv, files)                                                              \
    "{\"hostname\":\"" kernel libuv files "\",\"kernel\":{\"release\":\"" kernel "\"},"          \
    "\"software\":{\"libuv\":\"" libuv "\"},"                                                    \
    "\"limits\":{\"RLIMIT_NOFILE\":{\"value\":" files "},\"available memory\":{\"value\":" files \
    "}}}"

static void only_what_parts_the_sides_may_explain_them(void **state)
{
    static const char *const texts[] = {
        SIDED("6.1", "1.44", "1024"),
        SIDED("6.1", "1.48", "1024"),
        SIDED("6.6", "1.44", "4096"),
        SIDED("6.6", "1.44", "4096"),
        NULL,
    };
    struct few_runs *runs = *state;
    struct differences *differences = alloc_array(1, sizeof *differences);
    read_machines(runs, texts);
    const int kernels[MACHINES_MAX] = {0, 0, 1, SIDE_NONE};
    differences_of_sides(differences, &runs->comparison->machines, kernels);
    /* libuv differs within a side; free memory is no limit that somebody set. */
    assert_int_equal(differences->count, 2);
    assert_string_equal(differences->list[0].name, "kernel");
    assert_string_equal(differences->list[0].values[0], "6.1");
    assert_string_equal(differences->list[0].values[1], "6.6");
    assert_string_equal(differences->list[1].name, "limit RLIMIT_NOFILE");
    assert_string_equal(differences->list[1].values[1], "4096");

    const int others[MACHINES_MAX] = {0, 1, 0, SIDE_NONE};
    differences_of_sides(differences, &runs->comparison->machines, others);
    assert_int_equal(differences->count, 1);
    assert_string_equal(differences->list[0].name, "libuv");
    free(differences);
}

#define DISTURBED(host, before, during)                                                            \
    "{\"hostname\":\"" host "\",\"disturbances\":{\"before\":[" before "],\"during\":[" during "]" \
    "}"                                                                                            \
    "}"
#define BY(name) "{\"name\":\"" name "\"}"

static void what_disturbed_one_side_may_explain_it(void **state)
{
    static const char *const texts[] = {
        DISTURBED("a", BY("CPUs") "," BY("load"), ""),
        DISTURBED("b", BY("CPUs"), BY("steal")),
        DISTURBED("c", BY("steal"), BY("CPUs")),
        NULL,
    };
    struct few_runs *runs = *state;
    struct differences *differences = alloc_array(1, sizeof *differences);
    read_machines(runs, texts);
    const int sides[MACHINES_MAX] = {0, 1, 1};
    differences_of_sides(differences, &runs->comparison->machines, sides);
    /* Before or during is one; what all have is none. */
    assert_int_equal(differences->count, 2);
    assert_string_equal(differences->list[0].name, DISTURBED_BY "load");
    assert_string_equal(differences->list[0].values[0], "yes");
    assert_string_equal(differences->list[0].values[1], "no");
    assert_string_equal(differences->list[1].name, DISTURBED_BY "steal");
    assert_string_equal(differences->list[1].values[0], "no");
    assert_string_equal(differences->list[1].values[1], "yes");
    free(differences);
}

static void three_sides_have_three_values(void **state)
{
    static const char *const texts[] = {
        SIDED("6.1", "1.44", "1"),
        SIDED("6.6", "1.44", "2"),
        SIDED("6.9", "1.44", "1"),
        NULL,
    };
    struct few_runs *runs = *state;
    struct differences *differences = alloc_array(1, sizeof *differences);
    read_machines(runs, texts);
    const int sides[MACHINES_MAX] = {2, 0, 1};
    differences_of_sides(differences, &runs->comparison->machines, sides);
    assert_int_equal(differences->count, 1);
    assert_string_equal(differences->list[0].values[0], "6.6");
    assert_string_equal(differences->list[0].values[1], "6.9");
    assert_string_equal(differences->list[0].values[2], "6.1");
    free(differences);
}

static void sentences_are_wrapped_between_words(void **state)
{
    (void)state;
    char text[] = "nürnberg and other words that are wrapped";
    char *texts[] = {text};
    const struct findings findings = {texts, 1, 1};
    char *printed = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&printed, &length);
    findings_print(&findings, 12, out);
    fclose(out);
    assert_string_equal(printed, "nürnberg and\nother words\nthat are\nwrapped\n\n");
    assert_int_equal(widest_line(printed), 12);
    free(printed);
}

#define RUNS_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUNS_TEST(a_machine_is_called_by_its_label),
        RUNS_TEST(one_label_is_told_apart_by_what_differs),
        RUNS_TEST(a_number_is_the_last_resort),
        RUNS_TEST(names_that_no_gap_tells_apart_stay_whole),
        RUNS_TEST(the_same_hardware_is_one_machine),
        RUNS_TEST(a_copy_under_another_label_is_the_same_run),
        RUNS_TEST(what_is_not_recorded_is_not_the_same),
        RUNS_TEST(only_what_parts_the_sides_may_explain_them),
        RUNS_TEST(what_disturbed_one_side_may_explain_it),
        RUNS_TEST(three_sides_have_three_values),
        cmocka_unit_test(sentences_are_wrapped_between_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
