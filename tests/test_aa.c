/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/summary/aa.h"
#include "experiment/aa.h"
#include "read_run.h"
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
    assert_int_equal(aa_read(&aa, read_run(run.folder.path), 1, &error), 1);
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
    assert_int_equal(aa_read(&aa, read_run(run.folder.path), 1, &error), 1);
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
    assert_int_equal(aa_read(&aa, read_run(run.folder.path), 1, &error), 0);
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

static void add(struct trial_list *plan, const char *scenario, const char *subject,
                const char *model, int64_t waiters)
{
    char *command[] = {(char *)"program", NULL};
    struct trial trial = {.waiters = waiters, .arm = {.command = command}};
    snprintf(trial.arm.scenario, ARM_NAME_MAX, "%s", scenario);
    snprintf(trial.arm.subject, ARM_NAME_MAX, "%s", subject);
    snprintf(trial.arm.model, ARM_NAME_MAX, "%s", model);
    assert_int_equal(trial_list_add(plan, &trial), 0);
}

static void assert_twice(const struct trial_list *plan, size_t number, const char *subject,
                         const char *again, int64_t waiters)
{
    assert_string_equal(plan->trials[number].arm.subject, subject);
    assert_string_equal(plan->trials[number + 1].arm.subject, again);
    assert_int_equal(plan->trials[number].waiters, waiters);
    assert_int_equal(plan->trials[number + 1].waiters, waiters);
}

static void threads_and_loop_of_each_scenario_are_kept_twice(void **state)
{
    (void)state;
    struct trial_list plan = {0};
    struct error error = {""};
    char kept[128];
    add(&plan, "echo", "echo-threads", "threads", 900);
    add(&plan, "echo", "echo-threads-libc", "threads", 900);
    add(&plan, "echo", "echo-loop", "loop", 900);
    add(&plan, "echo", "echo-loop", "loops", 900);
    add(&plan, "counter", "counter-sockets", "sockets", 0);
    add(&plan, "echo", "mine", "", 900);
    plan.trials[5].arm.foreign = true;
    assert_int_equal(aa_plan(&plan, kept, sizeof kept, &error), 0);
    assert_string_equal(kept, "echo-threads, echo-loop, counter-sockets, mine");
    assert_int_equal(plan.count, 8);
    assert_twice(&plan, 0, "echo-threads", "echo-threads-again", 900);
    assert_twice(&plan, 2, "echo-loop", "echo-loop-again", 900);
    assert_twice(&plan, 4, "counter-sockets", "counter-sockets-again", 0);
    assert_twice(&plan, 6, "mine", "mine-again", 900);
    trial_list_finish(&plan);
}

/* Of the numbers 100, 2,000 and 10,000, in whatever order, 2,000 is the nearest to 1,000. */
static void one_setting_of_each_kind_is_kept(void **state)
{
    (void)state;
    struct trial_list plan = {0};
    struct error error = {""};
    char kept[128];
    add(&plan, "echo", "echo-loop", "loop", 10000);
    add(&plan, "echo", "echo-loop", "loop", 2000);
    add(&plan, "echo", "echo-loop", "loop", 100);
    add(&plan, "echo", "echo-loop", "loop", 100);
    plan.trials[3].warm = true;
    assert_int_equal(aa_plan(&plan, kept, sizeof kept, &error), 0);
    assert_int_equal(plan.count, 4);
    assert_twice(&plan, 0, "echo-loop", "echo-loop-again", 2000);
    assert_twice(&plan, 2, "echo-loop", "echo-loop-again", 100);
    trial_list_finish(&plan);
}

static void add_load(struct trial_list *plan, int64_t active, int64_t idle, double share,
                     int64_t work_us)
{
    add(plan, "echo", "echo-threads", "threads", 0);
    struct trial *trial = &plan->trials[plan->count - 1];
    trial->load.connections = active + idle;
    trial->load.active = active;
    trial->load.capacity_share = share;
    trial->arm.parameters.work_cpu_us = work_us;
}

static void assert_load(const struct trial_list *plan, size_t number, int64_t active, int64_t idle,
                        double share, int64_t work_us)
{
    const struct trial *trial = &plan->trials[2 * number];
    assert_int_equal(trial->load.active, active);
    assert_int_equal(trial->load.connections - trial->load.active, idle);
    assert_float_equal(trial->load.capacity_share, share, 0);
    assert_int_equal(trial->arm.parameters.work_cpu_us, work_us);
}

static void work_and_sleepers_are_kinds_of_load_of_their_own(void **state)
{
    (void)state;
    static const double shares[] = {0.1, 0.5, 0.75, 0.9};
    struct trial_list plan = {0};
    struct error error = {""};
    char kept[128];
    for (int i = 0; i < 4; i++)
        add_load(&plan, 100, 0, shares[i], 0);
    add_load(&plan, 10000, 0, 0.5, 0);
    add_load(&plan, 100, 0, 0.75, 20);
    add_load(&plan, 100, 1000, 0.5, 0);
    add_load(&plan, 100, 10000, 0.5, 0);
    assert_int_equal(aa_plan(&plan, kept, sizeof kept, &error), 0);
    assert_int_equal(plan.count, 6);
    assert_load(&plan, 0, 100, 0, 0.5, 0);
    assert_load(&plan, 1, 100, 0, 0.75, 20);
    assert_load(&plan, 2, 100, 10000, 0.5, 0);
    trial_list_finish(&plan);
}

/* Both arms' comparisons are counted, each with its own model. */
static void both_models_are_counted(void **state)
{
    (void)state;
    static const char *const names[] = {"counter-threads", "counter-threads" AA_SUFFIX,
                                        "counter-loop", "counter-loop" AA_SUFFIX};
    struct simulated_run run;
    struct error error = {""};
    struct aa aa;
    simulated_run_create(&run);
    simulated_run_begin(&run, "flow.csv", FLOW_HEADER);
    for (int block = 0; block < 6; block++)
        for (int i = 0; i < 4; i++)
            fprintf(run.file, "%d,%d,1,counter,%s,libc,%s,1,1,,step,ns,%g,4\n", block, i,
                    i < 2 ? "threads" : "loop", names[i], i == 1 ? 2000.0 : 1000.0);
    simulated_run_end(&run);
    assert_int_equal(aa_read(&aa, read_run(run.folder.path), 1, &error), 1);
    assert_int_equal(aa.judged, 2);
    assert_int_equal(aa.models[AA_THREADS][AA_STEADY].judged, 1);
    assert_int_equal(aa.models[AA_THREADS][AA_STEADY].different, 1);
    assert_int_equal(aa.models[AA_LOOP][AA_STEADY].judged, 1);
    assert_int_equal(aa.models[AA_LOOP][AA_STEADY].different, 0);
    assert_int_equal(aa.models[AA_OTHERS][AA_STEADY].judged, 0);
    aa_finish(&aa);
    simulated_run_destroy(&run);
}

static void a_name_without_room_is_refused(void **state)
{
    (void)state;
    struct trial_list plan = {0};
    struct error error = {""};
    char kept[128];
    add(&plan, "", "a-foreign-subject-whose-name-fills-all-of-the-room-there-is", "", 100);
    assert_int_equal(aa_plan(&plan, kept, sizeof kept, &error), -EINVAL);
    assert_int_equal(plan.count, 1);
    trial_list_finish(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arm_is_seldom_called_different_from_itself),
        cmocka_unit_test(a_second_half_that_differs_is_found),
        cmocka_unit_test(tails_are_counted_apart),
        cmocka_unit_test(a_run_of_different_arms_is_no_aa_run),
        cmocka_unit_test(few_blocks_are_not_judged),
        cmocka_unit_test(both_models_are_counted),
        cmocka_unit_test(threads_and_loop_of_each_scenario_are_kept_twice),
        cmocka_unit_test(one_setting_of_each_kind_is_kept),
        cmocka_unit_test(work_and_sleepers_are_kinds_of_load_of_their_own),
        cmocka_unit_test(a_name_without_room_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
