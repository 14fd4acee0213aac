/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/aa.h"
#include "experiment/aa.h"
#include "simulated_run.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define METRICS 400

/* An arm and itself in METRICS metrics; `factor` is what the second takes of the first. */
static void write_flow(struct simulated_run *run, double factor, int blocks)
{
    static const char *const names[] = {"counter-loop", "counter-loop" AA_SUFFIX};
    simulated_run_begin(run, "flow.csv", FLOW_HEADER);
    for (int block = 0; block < blocks; block++)
        for (int metric = 0; metric < METRICS; metric++)
            for (int i = 0; i < 2; i++)
                fprintf(run->file, "%d,%d,1,counter,loop,libc,%s,1,1,,metric%d,ns,%g,4\n", block, i,
                        names[i], metric, simulated(run, i == 0 ? 1000 : 1000 * factor));
    simulated_run_end(run);
}

static struct aa read_simulated(double factor, int blocks, double noise)
{
    struct simulated_run run;
    struct error error = {""};
    struct aa aa;
    simulated_run_create(&run);
    run.noise = noise;
    write_flow(&run, factor, blocks);
    assert_int_equal(aa_read(&aa, run.folder.path, 1, &error), 1);
    assert_int_equal(aa.summary.count, METRICS);
    simulated_run_destroy(&run);
    return aa;
}

static void an_arm_is_seldom_called_different_from_itself(void **state)
{
    (void)state;
    struct aa aa = read_simulated(1, 10, 0.05);
    assert_int_equal(aa.judged, METRICS);
    assert_in_range(aa.different, 1, METRICS * 8 / 100);
    assert_int_equal(aa_by_chance(aa.judged), 29); /* of the binomial distribution of 400 and 5 % */
    aa_finish(&aa);
}

static void a_second_half_that_differs_is_found(void **state)
{
    (void)state;
    struct aa aa = read_simulated(1.1, 10, 0.02);
    assert_in_range(aa.different, METRICS * 90 / 100, METRICS);
    aa_finish(&aa);
}

static void tails_are_counted_apart(void **state)
{
    (void)state;
    static const char *const metrics[] = {"stop_p50", "stop_p99", "stop_max", "stop"};
    struct simulated_run run;
    struct error error = {""};
    struct aa aa;
    simulated_run_create(&run);
    simulated_run_begin(&run, "flow.csv", FLOW_HEADER);
    for (int block = 0; block < 10; block++)
        for (int i = 0; i < 8; i++)
            /* Of the medians each is itself; the tails differ by half, each time. */
            fprintf(run.file, "%d,%d,1,counter,loop,libc,%s,1,1,,%s,ns,%g,4\n", block, i,
                    i % 2 == 0 ? "counter-loop" : "counter-loop" AA_SUFFIX, metrics[i / 2],
                    i == 3 || i == 5 ? 1500.0 : 1000.0);
    simulated_run_end(&run);
    assert_int_equal(aa_read(&aa, run.folder.path, 1, &error), 1);
    const struct aa_part *parts = aa.parts[EXPERIMENT_FLOW];
    assert_int_equal(parts[AA_STEADY].judged, 2);
    assert_int_equal(parts[AA_STEADY].different, 0);
    assert_int_equal(parts[AA_EXTREME].judged, 2);
    assert_int_equal(parts[AA_EXTREME].different, 2);
    assert_int_equal(aa_of_kind(&aa, AA_EXTREME).different, 2);
    assert_int_equal(aa_of_kind(&aa, AA_STEADY).judged, 2);
    assert_true(parts[AA_STEADY].half_width < 1e-9);
    assert_true(isnan(aa.parts[EXPERIMENT_MEMORY][AA_STEADY].half_width));
    aa_finish(&aa);
    simulated_run_destroy(&run);
}

static void a_run_of_different_arms_is_no_aa_run(void **state)
{
    (void)state;
    struct simulated_run run;
    struct error error = {""};
    struct aa aa;
    simulated_run_create(&run);
    simulated_run_begin(&run, "flow.csv", FLOW_HEADER);
    for (int i = 0; i < 2; i++)
        fprintf(run.file, "0,%d,1,counter,%s,libc,counter-%s,1,1,,m,ns,1,4\n", i,
                i == 0 ? "loop" : "threads", i == 0 ? "loop" : "threads");
    simulated_run_end(&run);
    assert_int_equal(aa_read(&aa, run.folder.path, 1, &error), 0);
    simulated_run_destroy(&run);
}

static void few_blocks_are_not_judged(void **state)
{
    (void)state;
    struct aa aa = read_simulated(1, 3, 0.05);
    char *text = NULL;
    size_t length = 0;
    assert_int_equal(aa.judged, 0);
    FILE *out = open_memstream(&text, &length);
    aa_print(&aa, out);
    fclose(out);
    assert_non_null(strstr(text, "that takes 6 blocks"));
    free(text);
    aa_finish(&aa);
}

static void add(struct plan *plan, const char *scenario, const char *subject, const char *model,
                int64_t waiters)
{
    char *command[] = {(char *)"program", NULL};
    struct trial trial = {.waiters = waiters, .arm = {.command = command}};
    snprintf(trial.arm.scenario, ARM_NAME_MAX, "%s", scenario);
    snprintf(trial.arm.subject, ARM_NAME_MAX, "%s", subject);
    snprintf(trial.arm.model, ARM_NAME_MAX, "%s", model);
    assert_int_equal(plan_add(plan, &trial), 0);
}

static void the_loop_of_each_scenario_is_kept_twice(void **state)
{
    (void)state;
    struct plan plan = {0};
    struct error error = {""};
    char kept[128];
    add(&plan, "echo", "echo-threads", "threads", 100);
    add(&plan, "echo", "echo-loop", "loop", 100);
    add(&plan, "echo", "echo-loop", "loop", 200);
    add(&plan, "echo", "echo-loop", "loops", 100);
    add(&plan, "counter", "counter-threads", "threads", 0);
    add(&plan, "echo", "mine", "", 100);
    plan.trials[5].arm.foreign = true;
    assert_int_equal(aa_plan(&plan, kept, sizeof kept, &error), 0);
    assert_string_equal(kept, "echo-loop, counter-threads, mine");
    assert_int_equal(plan.count, 8);
    assert_string_equal(plan.trials[0].arm.subject, "echo-loop");
    assert_string_equal(plan.trials[1].arm.subject, "echo-loop-again");
    assert_int_equal(plan.trials[3].waiters, 200);
    assert_string_equal(plan.trials[5].arm.subject, "counter-threads-again");
    assert_string_equal(plan.trials[7].arm.subject, "mine-again");
    plan_finish(&plan);
}

static void a_name_without_room_is_refused(void **state)
{
    (void)state;
    struct plan plan = {0};
    struct error error = {""};
    char kept[128];
    add(&plan, "", "a-foreign-subject-whose-name-fills-all-of-the-room-there-is", "", 100);
    assert_int_equal(aa_plan(&plan, kept, sizeof kept, &error), -EINVAL);
    assert_int_equal(plan.count, 1);
    plan_finish(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arm_is_seldom_called_different_from_itself),
        cmocka_unit_test(a_second_half_that_differs_is_found),
        cmocka_unit_test(tails_are_counted_apart),
        cmocka_unit_test(a_run_of_different_arms_is_no_aa_run),
        cmocka_unit_test(few_blocks_are_not_judged),
        cmocka_unit_test(the_loop_of_each_scenario_is_kept_twice),
        cmocka_unit_test(a_name_without_room_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
