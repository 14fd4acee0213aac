/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bill against recorded kernels: what the files say, added up by hand. */
#include "measure/memory/memory.h"

#include "base/clock.h"

#include "recorded_cgroup.h"

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define KIB      INT64_C(1024)
#define V1       FIXTURES "/cgroup/v1"
#define V2       FIXTURES "/cgroup/v2"
#define V1_TRIAL V1 "/sys/fs/cgroup/memory/user.slice/session.scope/waitbench-300-1000-1"
#define V2_TRIAL V2 "/sys/fs/cgroup/app.slice/waitbench-300-1000-1"

/* The main processes of the recordings; each has a child beside it in the cgroup. */
enum {
    V1_PID = 112,
    V2_PID = 107,
};

static struct memory_baseline read_baseline(const char *before, const char *root)
{
    struct memory_baseline baseline;
    assert_int_equal(memory_baseline_read(&baseline, before, NULL), 0);
    baseline.root = root;
    return baseline;
}

static int bill_of(const struct memory_baseline *baseline, const struct cgroup *cgroup, pid_t pid,
                   struct memory_bill *bill, struct error *error)
{
    struct subject subject = SUBJECT_NONE;
    const struct shards shards = {.items = &subject, .count = 1};
    subject.pid = pid;
    return memory_bill_measure(baseline, cgroup, &shards, bill, error);
}

static void assert_adds_up(const struct memory_bill *bill)
{
    assert_int_equal(bill->total_bytes, bill->user_bytes + bill->kernel_stack_bytes +
                                            bill->page_table_bytes + bill->kernel_other_bytes);
}

static void baseline_knows_the_size_of_a_stack(void **state)
{
    (void)state;
    const struct memory_baseline baseline = read_baseline(V2 "/before", V2);
    assert_int_equal(baseline.system.kernel_stack_bytes, 880 * KIB);
    assert_int_equal(baseline.system.tasks, 54);
    assert_int_equal(baseline.system.kernel_other_bytes, (6828 + 536) * KIB);
    assert_int_equal(baseline.stack_size_bytes, 16 * KIB);
}

static void bill_from_v2(void **state)
{
    (void)state;
    const struct memory_baseline baseline = read_baseline(V2 "/before", V2);
    const struct cgroup cgroup = recorded_cgroup(CGROUP_V2, V2_TRIAL);
    struct memory_bill bill;
    assert_int_equal(bill_of(&baseline, &cgroup, V2_PID, &bill, NULL), 0);
    assert_int_equal(bill.user_bytes, (5089 + 952) * KIB);
    assert_int_equal(bill.rss_bytes, (5360 + 1220) * KIB);
    assert_int_equal(bill.huge_page_bytes, 2048 * KIB);
    assert_int_equal(bill.kernel_stack_bytes, 12304384);
    assert_int_equal(bill.page_table_bytes, (2448 + 636) * KIB);
    assert_int_equal(bill.kernel_other_bytes, 22290432 - 12304384 - (2448 + 636) * KIB);
    assert_int_equal(bill.charged_bytes, 27746304);
    assert_int_equal(bill.threads, 601 + 151);
    assert_string_equal(bill.kernel_source, "cgroup-v2");
    /* 2.6 % apart: the program's file pages belong to whoever loaded it first. */
    assert_string_equal(bill.note, "");
    assert_adds_up(&bill);
}

static void bill_from_v1(void **state)
{
    (void)state;
    const struct memory_baseline baseline = read_baseline(V1 "/before", V1);
    const struct cgroup cgroup = recorded_cgroup(CGROUP_V1, V1_TRIAL);
    struct memory_bill bill;
    assert_int_equal(bill_of(&baseline, &cgroup, V1_PID, &bill, NULL), 0);
    assert_int_equal(bill.user_bytes, (5095 + 958) * KIB);
    assert_int_equal(bill.kernel_stack_bytes, (12928 - 896) * KIB);
    assert_int_equal(bill.kernel_stack_bytes, (601 + 151) * 16 * KIB);
    assert_int_equal(bill.page_table_bytes, (2452 + 640) * KIB);
    assert_int_equal(bill.kernel_other_bytes, 22298624 - (12928 - 896 + 2452 + 640) * KIB);
    assert_int_equal(bill.charged_bytes, 27766784);
    assert_string_equal(bill.kernel_source, "cgroup-v1");
    assert_string_equal(bill.note, "");
    assert_adds_up(&bill);
}

static void bill_from_the_whole_machine(void **state)
{
    (void)state;
    const struct memory_baseline baseline = read_baseline(V2 "/before", V2);
    struct memory_bill bill;
    assert_int_equal(bill_of(&baseline, NULL, V2_PID, &bill, NULL), 0);
    /* The child is found as a descendant; process 1, the parent, is not part of the subject. */
    assert_int_equal(bill.threads, 601 + 151);
    assert_int_equal(bill.user_bytes, (5089 + 952) * KIB);
    assert_int_equal(bill.kernel_stack_bytes, (12912 - 880) * KIB);
    assert_int_equal(bill.kernel_other_bytes, (15584 + 536 - 6828 - 536) * KIB);
    assert_int_equal(bill.charged_bytes, MEMORY_NOT_MEASURED);
    assert_string_equal(bill.kernel_source, "meminfo");
    assert_non_null(strstr(bill.note, "whole machine"));
    assert_adds_up(&bill);
}

static void takes_off_the_stacks_of_others(void **state)
{
    (void)state;
    struct memory_baseline baseline = read_baseline(V1 "/before", V1);
    const struct cgroup cgroup = recorded_cgroup(CGROUP_V1, V1_TRIAL);
    struct memory_bill bill;
    /* As if 20 tasks of others had ended since. */
    baseline.system.tasks += 20;
    baseline.system.kernel_stack_bytes += 20 * 16 * KIB;
    assert_int_equal(bill_of(&baseline, &cgroup, V1_PID, &bill, NULL), 0);
    assert_int_equal(bill.kernel_stack_bytes, 752 * 16 * KIB);
    assert_string_equal(bill.note, "");

    /* Growth that no task explains: the threads are counted instead. */
    baseline.system.kernel_stack_bytes -= 40 * 16 * KIB;
    assert_int_equal(bill_of(&baseline, &cgroup, V1_PID, &bill, NULL), 0);
    assert_int_equal(bill.kernel_stack_bytes, 752 * 16 * KIB);
    assert_string_equal(bill.note,
                        "kernel stacks were read +655360 bytes off the 12320768 of 752 threads");

    /* A little of it, as rounding on many CPUs leaves. */
    baseline.system.kernel_stack_bytes += 38 * 16 * KIB + 4 * KIB;
    assert_int_equal(bill_of(&baseline, &cgroup, V1_PID, &bill, NULL), 0);
    assert_int_equal(bill.kernel_stack_bytes, (752 + 2) * 16 * KIB - 4 * KIB);
    assert_string_equal(bill.note, "");
}

static int settle(const struct memory_baseline *baseline, const struct cgroup *cgroup, pid_t pid,
                  struct error *error)
{
    struct subject subject = SUBJECT_NONE;
    const struct shards shards = {.items = &subject, .count = 1};
    subject.pid = pid;
    return memory_settle(baseline, cgroup, &shards, error);
}

static void what_stands_still_has_settled(void **state)
{
    (void)state;
    const struct memory_baseline baseline = read_baseline(V2 "/before", V2);
    const struct cgroup cgroup = recorded_cgroup(CGROUP_V2, V2_TRIAL);
    struct error error = {{0}};
    int64_t begin_ns = clock_now_ns();
    assert_int_equal(settle(&baseline, &cgroup, V2_PID, &error), 0);
    assert_true(clock_now_ns() - begin_ns >= 200 * NS_PER_MS);
    assert_int_equal(settle(&baseline, &cgroup, 1, &error), -ESRCH);
    assert_non_null(strstr(error.text, "subject 1 "));
}

static void a_subject_outside_of_its_cgroup_is_gone(void **state)
{
    (void)state;
    const struct memory_baseline baseline = read_baseline(V2 "/before", V2);
    const struct cgroup cgroup = recorded_cgroup(CGROUP_V2, V2_TRIAL);
    struct memory_bill bill;
    struct error error;
    assert_int_equal(bill_of(&baseline, &cgroup, 1, &bill, &error), -ESRCH);
    assert_non_null(strstr(error.text, "subject 1 "));
    assert_int_equal(bill_of(&baseline, NULL, 9999, &bill, &error), -ESRCH);
}

/* ---- Cgroups that differ from the recorded ones ---- */

static void falls_back_where_kernel_memory_is_not_counted(void **state)
{
    const char *directory = *state;
    const struct memory_baseline baseline = read_baseline(V1 "/before", V1);
    const struct cgroup cgroup = recorded_cgroup(CGROUP_V1, directory);
    struct memory_bill bill;
    write_file(directory, "cgroup.procs", "114\n112\n");
    write_file(directory, "memory.usage_in_bytes", "5505024\n");
    write_file(directory, "memory.stat", "cache 0\nrss 5468160\n");
    assert_int_equal(bill_of(&baseline, &cgroup, V1_PID, &bill, NULL), 0);
    assert_string_equal(bill.kernel_source, "meminfo");
    assert_int_equal(bill.threads, 752);
    assert_int_equal(bill.charged_bytes, 5505024);
    assert_adds_up(&bill);
}

static void says_why_sum_and_charge_differ(void **state)
{
    const char *directory = *state;
    const struct memory_baseline baseline = read_baseline(V2 "/before", V2);
    const struct cgroup cgroup = recorded_cgroup(CGROUP_V2, directory);
    struct memory_bill bill;
    write_file(directory, "cgroup.procs", "107\n109\n");
    /* Kernel as recorded; 8 MB of page cache that nobody maps, and 1 MB charged ahead. */
    const int64_t anonymous = 5328 * KIB;
    write_file(directory, "memory.stat",
               "anon 5455872\nfile 8000000\nkernel 22290432\nkernel_stack 12304384\n");
    char current[32];
    snprintf(current, sizeof current, "%" PRId64 "\n", anonymous + 8000000 + 22290432 + 1000000);
    write_file(directory, "memory.current", current);
    assert_int_equal(bill_of(&baseline, &cgroup, V2_PID, &bill, NULL), 0);
    assert_non_null(strstr(bill.note, "off total"));
    char file[64];
    snprintf(file, sizeof file, "%+" PRId64 " bytes of file pages", 8000000 - 713 * KIB);
    assert_non_null(strstr(bill.note, file));
    assert_non_null(strstr(bill.note, "+1000000 charged ahead"));
}

/* A pipe by name that hands out a larger number at each reading. It rests before it opens again,
 * for the reader to see the end and close; one that were late would read two numbers, and take one,
 * or close before the second is written, which then is lost: both are no fault of anybody's.
 */
static pid_t start_growing(const char *path)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    signal(SIGPIPE, SIG_IGN);
    for (int64_t bytes = 1 << 24;; bytes += 1 << 20) {
        FILE *pipe = fopen(path, "w");
        if (!pipe)
            _exit(1);
        fprintf(pipe, "%" PRId64 "\n", bytes);
        fclose(pipe);
        usleep(100000);
    }
}

static void says_so_when_it_never_settles(void **state)
{
    const char *directory = *state;
    const struct memory_baseline baseline = read_baseline(V2 "/before", V2);
    const struct cgroup cgroup = recorded_cgroup(CGROUP_V2, directory);
    struct memory_bill bill;
    char path[256];
    write_file(directory, "cgroup.procs", "107\n109\n");
    write_file(directory, "memory.stat", "anon 5455872\nkernel 22290432\nkernel_stack 12304384\n");
    snprintf(path, sizeof path, "%s/memory.current", directory);
    assert_int_equal(mkfifo(path, 0600), 0);
    pid_t growing = start_growing(path);
    assert_true(growing > 0);
    int result = bill_of(&baseline, &cgroup, V2_PID, &bill, NULL);
    kill(growing, SIGKILL);
    assert_int_equal(waitpid(growing, NULL, 0), growing);
    assert_int_equal(result, 0);
    assert_non_null(strstr(bill.note, "did not settle"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(baseline_knows_the_size_of_a_stack),
        cmocka_unit_test(bill_from_v2),
        cmocka_unit_test(bill_from_v1),
        cmocka_unit_test(bill_from_the_whole_machine),
        cmocka_unit_test(takes_off_the_stacks_of_others),
        cmocka_unit_test(what_stands_still_has_settled),
        cmocka_unit_test(a_subject_outside_of_its_cgroup_is_gone),
        cmocka_unit_test_setup_teardown(falls_back_where_kernel_memory_is_not_counted, make_cgroup,
                                        remove_cgroup),
        cmocka_unit_test_setup_teardown(says_why_sum_and_charge_differ, make_cgroup, remove_cgroup),
        cmocka_unit_test_setup_teardown(says_so_when_it_never_settles, make_cgroup, remove_cgroup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
