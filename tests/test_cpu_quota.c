/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CPU quotas in cgroup trees of files: on the own group, above it, of either version. */
#include "measure/cgroup/cpu_quota.h"
#include "measure/disturbance/disturbance.h"
#include "measure/machine/machine.h"
#include "recorded_cgroup.h"
#include "run/machine_json.h"

#define V1_MOUNT "/sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu"
#define V2_MOUNT "/sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw"

static void make_folder(const char *root, const char *folder)
{
    char command[512];
    snprintf(command, sizeof command, "mkdir -p %s/%s", root, folder);
    assert_int_equal(system(command), 0);
}

/* What the process says of itself: its group, and the part of the hierarchy that is mounted. */
static void put_process(const char *root, const char *group, const char *mount, const char *top)
{
    char text[256];
    make_folder(root, "proc/self");
    write_file(root, "proc/self/cgroup", group);
    snprintf(text, sizeof text, "30 20 0:30 %s %s\n", top, mount);
    write_file(root, "proc/self/mountinfo", text);
}

static void put_v1(const char *root, const char *group, int quota_us, const char *stat)
{
    char folder[128];
    char path[160];
    char text[32];
    snprintf(folder, sizeof folder, "sys/fs/cgroup/cpu%s", group);
    make_folder(root, folder);
    snprintf(text, sizeof text, "%d\n", quota_us);
    snprintf(path, sizeof path, "%s/cpu.cfs_quota_us", folder);
    write_file(root, path, text);
    snprintf(path, sizeof path, "%s/cpu.cfs_period_us", folder);
    write_file(root, path, "100000\n");
    snprintf(path, sizeof path, "%s/cpu.stat", folder);
    write_file(root, path, stat);
}

static void put_v2(const char *root, const char *group, const char *max, const char *stat)
{
    char folder[128];
    char path[160];
    snprintf(folder, sizeof folder, "sys/fs/cgroup%s", group);
    make_folder(root, folder);
    snprintf(path, sizeof path, "%s/cpu.stat", folder);
    write_file(root, path, stat);
    snprintf(path, sizeof path, "%s/cpu.max", folder);
    write_file(root, path, max);
}

static const char quiet_v1[] = "nr_periods 10\nnr_throttled 0\nthrottled_time 0\n";

static void a_quota_on_the_own_group_of_v1(void **state)
{
    const char *root = *state;
    struct cpu_quota quota;
    put_process(root, "5:cpuset:/\n4:cpu,cpuacct:/box\n", V1_MOUNT, "/");
    put_v1(root, "", -1, quiet_v1);
    put_v1(root, "/box", 50000, "nr_periods 368\nnr_throttled 352\nthrottled_time 7500000000\n");
    cpu_quota_read(&quota, root);
    assert_int_equal(quota.version, 1);
    assert_float_equal(quota.cpus, 0.5, 1e-9);
    assert_string_equal(quota.file, "/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us");
    assert_int_equal(quota.periods, 378);
    assert_int_equal(quota.throttled_periods, 352);
    assert_int_equal(quota.throttled_ns, INT64_C(7500000000));
}

static void a_quota_on_an_ancestor_of_v1_counts_where_it_is_tighter(void **state)
{
    const char *root = *state;
    struct cpu_quota quota;
    put_process(root, "4:cpu:/box/inner/own\n", V1_MOUNT, "/");
    put_v1(root, "", -1, quiet_v1);
    put_v1(root, "/box", 150000, "nr_periods 5\nnr_throttled 3\nthrottled_time 40\n");
    put_v1(root, "/box/inner", -1, quiet_v1);
    put_v1(root, "/box/inner/own", 400000, "nr_periods 7\nnr_throttled 2\nthrottled_time 60\n");
    cpu_quota_read(&quota, root);
    assert_float_equal(quota.cpus, 1.5, 1e-9);
    assert_string_equal(quota.file, "/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us");
    assert_int_equal(quota.throttled_periods, 5);
    assert_int_equal(quota.throttled_ns, 100);
}

/* What docker shows a container on v1: its own part of the hierarchy is all that is mounted. */
static void a_container_that_sees_its_own_part_only(void **state)
{
    const char *root = *state;
    struct cpu_quota quota;
    put_process(root, "4:cpu:/docker/12ab\n", V1_MOUNT, "/docker/12ab");
    put_v1(root, "", 250000, quiet_v1);
    cpu_quota_read(&quota, root);
    assert_float_equal(quota.cpus, 2.5, 1e-9);
    assert_string_equal(quota.file, "/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
}

static void quotas_of_v2_own_or_above(void **state)
{
    const char *root = *state;
    struct cpu_quota quota;
    put_process(root, "0::/slice/unit\n", V2_MOUNT, "/");
    make_folder(root, "sys/fs/cgroup");
    write_file(root, "sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids\n");
    put_v2(root, "/slice", "75000 100000\n",
           "usage_usec 9\nnr_periods 20\nnr_throttled 4\nthrottled_usec 1500\n");
    put_v2(root, "/slice/unit", "max 100000\n",
           "usage_usec 9\nnr_periods 0\nnr_throttled 0\nthrottled_usec 0\n");
    cpu_quota_read(&quota, root);
    assert_int_equal(quota.version, 2);
    assert_float_equal(quota.cpus, 0.75, 1e-9);
    assert_string_equal(quota.file, "/sys/fs/cgroup/slice/cpu.max");
    assert_int_equal(quota.throttled_periods, 4);
    assert_int_equal(quota.throttled_ns, 1500000);
    put_v2(root, "/slice/unit", "20000 50000\n",
           "nr_periods 3\nnr_throttled 1\nthrottled_usec 2\n");
    cpu_quota_read(&quota, root);
    assert_float_equal(quota.cpus, 0.4, 1e-9);
    assert_string_equal(quota.file, "/sys/fs/cgroup/slice/unit/cpu.max");
    assert_int_equal(quota.throttled_ns, 1502000);
}

static void no_quota_is_not_the_same_as_not_seen(void **state)
{
    const char *root = *state;
    struct cpu_quota quota;
    cpu_quota_read(&quota, root);
    assert_int_equal(quota.version, 0);
    put_process(root, "4:cpu:/\n", V1_MOUNT, "/");
    put_v1(root, "", -1, quiet_v1);
    cpu_quota_read(&quota, root);
    assert_int_equal(quota.version, 1);
    assert_true(quota.cpus <= 0);
    assert_int_equal(quota.throttled_periods, 0);
}

/* ---- What is made of it. ---- */

static bool tells(const struct disturbance_list *list, const char *name, const char *text)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->entries[i].name, name) == 0 && strstr(list->entries[i].text, text))
            return true;
    return false;
}

static void a_quota_disturbs_where_it_can_be_used_up(void **state)
{
    struct disturbance_snapshot before = {.cpus = 2, .quota = {.version = 1, .cpus = 0.5}};
    struct disturbance_snapshot after = before;
    struct disturbance_list list = {.count = 0};
    (void)state;
    snprintf(before.quota.file, sizeof before.quota.file,
             "/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us");
    disturbance_judge_state(&before, &list);
    assert_true(tells(&list, "CPU quota", "0.50 of 2 CPUs"));
    assert_true(tells(&list, "CPU quota", "/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us"));
    after.quota.periods = 100;
    after.quota.throttled_periods = 90;
    after.quota.throttled_ns = INT64_C(7200000000);
    disturbance_judge_change(&before, &after, NULL, &list);
    assert_true(tells(&list, "throttling", "in 90 of 100 periods"));
    assert_true(tells(&list, "throttling", "7.2 s"));
    /* One that allows all CPUs is never used up, and none is none. */
    list.count = 0;
    before.quota.cpus = 2;
    disturbance_judge_state(&before, &list);
    before.quota.cpus = 0;
    disturbance_judge_state(&before, &list);
    disturbance_judge_change(&before, &before, NULL, &list);
    assert_false(tells(&list, "CPU quota", ""));
    assert_false(tells(&list, "throttling", ""));
}

static const char *described_quota(struct machine *machine)
{
    return machine_find_text(machine_json(machine), "cgroup.cpu_quota");
}

static void the_machine_is_described_with_it(void **state)
{
    const char *root = *state;
    struct machine *machine;
    put_process(root, "4:cpu:/box\n", V1_MOUNT, "/");
    put_v1(root, "", -1, quiet_v1);
    put_v1(root, "/box", 50000, quiet_v1);
    assert_int_equal(machine_create(&machine, root, NULL, NULL), 0);
    assert_string_equal(described_quota(machine), "0.50 CPUs");
    machine_destroy(machine);
    put_v1(root, "/box", -1, quiet_v1);
    assert_int_equal(machine_create(&machine, root, NULL, NULL), 0);
    assert_string_equal(described_quota(machine), "none");
    machine_destroy(machine);
}

#define IN_A_TREE(test) cmocka_unit_test_setup_teardown(test, make_cgroup, remove_cgroup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_TREE(a_quota_on_the_own_group_of_v1),
        IN_A_TREE(a_quota_on_an_ancestor_of_v1_counts_where_it_is_tighter),
        IN_A_TREE(a_container_that_sees_its_own_part_only),
        IN_A_TREE(quotas_of_v2_own_or_above),
        IN_A_TREE(no_quota_is_not_the_same_as_not_seen),
        cmocka_unit_test(a_quota_disturbs_where_it_can_be_used_up),
        IN_A_TREE(the_machine_is_described_with_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
