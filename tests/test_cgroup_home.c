/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where cgroups can be made, and which of them a sweep may take: on recorded and made-up machines.
 */
#include "measure/cgroup/cgroup.h"
#include "measure/cgroup/file.h"
#include "measure/cgroup/place.h"
#include "measure/process/proc_stat.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static void finds_unified_hierarchy_as_recorded(void **state)
{
    (void)state;
    struct cgroup_place place;
    assert_int_equal(cgroup_place_find(&place, FIXTURES "/cgroup/v2", NULL), 0);
    assert_int_equal(place.version, CGROUP_V2);
    assert_string_equal(place.mount, FIXTURES "/cgroup/v2/sys/fs/cgroup");
    assert_string_equal(place.own, FIXTURES "/cgroup/v2/sys/fs/cgroup/app.slice/session.scope");
}

static void finds_memory_on_v1_beside_cgroup2_as_recorded(void **state)
{
    (void)state;
    struct cgroup_place place;
    assert_int_equal(cgroup_place_find(&place, FIXTURES "/cgroup/v1", NULL), 0);
    assert_int_equal(place.version, CGROUP_V1);
    assert_string_equal(place.mount, FIXTURES "/cgroup/v1/sys/fs/cgroup/memory");
    assert_string_equal(place.own,
                        FIXTURES "/cgroup/v1/sys/fs/cgroup/memory/user.slice/session.scope");
}

/* A machine of a few files in a temporary folder. */
struct machine {
    char root[64];
};

static void write_file(const char *root, const char *path, const char *text)
{
    char full[CGROUP_PATH_SIZE];
    snprintf(full, sizeof full, "%s/%s", root, path);
    FILE *file = fopen(full, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void make_directory(const char *root, const char *path)
{
    char full[CGROUP_PATH_SIZE];
    snprintf(full, sizeof full, "%s/%s", root, path);
    assert_int_equal(mkdir(full, 0755), 0);
}

static int make_machine(void **state)
{
    struct machine *machine = calloc(1, sizeof *machine);
    assert_non_null(machine);
    strcpy(machine->root, "/tmp/waitbench-test-XXXXXX");
    assert_non_null(mkdtemp(machine->root));
    make_directory(machine->root, "proc");
    make_directory(machine->root, "proc/self");
    make_directory(machine->root, "cg");
    *state = machine;
    return 0;
}

static int remove_machine(void **state)
{
    struct machine *machine = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", machine->root);
    int result = system(command);
    free(machine);
    return result;
}

static void describe(const struct machine *machine, const char *membership, const char *mounts)
{
    write_file(machine->root, "proc/self/cgroup", membership);
    write_file(machine->root, "proc/self/mountinfo", mounts);
}

static void maps_a_container_that_mounts_only_its_own_part(void **state)
{
    const struct machine *machine = *state;
    char expected[128];
    struct cgroup_place place;
    describe(
        machine, "4:cpu,memory:/docker/abc\n0::/\n",
        "30 29 0:26 /docker /elsewhere rw - tmpfs tmpfs rw\n"
        "31 29 0:27 /docker/ab /other rw - cgroup cgroup rw,memory\n"
        "32 29 0:28 /docker/abc /cg/my\\040memory rw shared:9 - cgroup cgroup rw,cpu,memory\n");
    assert_int_equal(cgroup_place_find(&place, machine->root, NULL), 0);
    snprintf(expected, sizeof expected, "%s/cg/my memory", machine->root);
    assert_int_equal(place.version, CGROUP_V1);
    assert_string_equal(place.mount, expected);
    assert_string_equal(place.own, expected);
}

static void refuses_a_cgroup_outside_of_its_namespace(void **state)
{
    const struct machine *machine = *state;
    struct cgroup_place place;
    struct error error;
    describe(machine, "0::/../outside\n", "32 29 0:28 / /cg rw - cgroup2 cgroup2 rw\n");
    assert_int_equal(cgroup_place_find(&place, machine->root, &error), -ENOENT);
    assert_non_null(strstr(error.text, "/../outside"));
}

static void tells_a_kernel_without_memory_controller(void **state)
{
    const struct machine *machine = *state;
    struct cgroup_home home;
    describe(machine, "0::/\n", "32 29 0:28 / /cg rw - cgroup2 cgroup2 rw\n");
    write_file(machine->root, "cg/cgroup.controllers", "cpu io memoryish pids\n");
    cgroup_home_find(&home, machine->root);
    assert_int_equal(home.version, CGROUP_NONE);
    assert_string_equal(home.directory, "");
    assert_non_null(strstr(home.reason, "memory"));
    assert_non_null(strstr(home.remedy, "cgroup_enable=memory"));
}

static void says_what_helps_where_nobody_hands_memory_down(void **state)
{
    const struct machine *machine = *state;
    struct cgroup_home home;
    describe(machine, "0::/user/session\n", "32 29 0:28 / /cg rw - cgroup2 cgroup2 rw\n");
    make_directory(machine->root, "cg/user");
    make_directory(machine->root, "cg/user/session");
    write_file(machine->root, "cg/cgroup.controllers", "cpu memory\n");
    write_file(machine->root, "cg/cgroup.subtree_control", "cpu\n");
    write_file(machine->root, "cg/user/cgroup.subtree_control", "\n");
    write_file(machine->root, "cg/user/session/cgroup.subtree_control", "\n");
    write_file(machine->root, "cg/user/session/cgroup.type", "domain\n");
    cgroup_home_find(&home, machine->root);
    assert_int_equal(home.version, CGROUP_NONE);
    assert_non_null(strstr(home.reason, "/cg/user/session"));
    assert_non_null(strstr(home.remedy, "systemd-run"));
    assert_non_null(strstr(home.remedy, "Delegate=yes"));

    /* Ours cannot hand it down while we are in it: not even tried. */
    char path[CGROUP_PATH_SIZE];
    snprintf(path, sizeof path, "%s/cg/user/session", machine->root);
    assert_false(cgroup_file_lists(path, "cgroup.subtree_control", "+memory"));
}

static bool exists(const char *root, const char *path)
{
    char full[CGROUP_PATH_SIZE];
    snprintf(full, sizeof full, "%s/%s", root, path);
    return access(full, F_OK) == 0;
}

static void sweeps_only_what_dead_runs_left(void **state)
{
    const struct machine *machine = *state;
    struct cgroup_home home = {.version = CGROUP_V1};
    struct proc_stat self;
    char living[64];
    char reused[64];
    snprintf(home.directory, sizeof home.directory, "%s/cg", machine->root);
    assert_int_equal(proc_stat_read("", getpid(), &self), 0);
    snprintf(living, sizeof living, "cg/waitbench-%d-%" PRId64 "-7", getpid(), self.start_ticks);
    snprintf(reused, sizeof reused, "cg/waitbench-%d-%" PRId64 "-7", getpid(),
             self.start_ticks - 1);
    make_directory(machine->root, living);
    make_directory(machine->root, reused);
    /* No pid is as large as this one: pid_max ends at 4,194,304. */
    make_directory(machine->root, "cg/waitbench-99999999-5-1");
    make_directory(machine->root, "cg/waitbench-99999999-5");
    make_directory(machine->root, "cg/waitbench-99999999-5-1.scope");
    make_directory(machine->root, "cg/other");

    assert_int_equal(cgroup_home_sweep(&home, NULL), 2);
    assert_true(exists(machine->root, living));
    assert_false(exists(machine->root, reused));
    assert_false(exists(machine->root, "cg/waitbench-99999999-5-1"));
    assert_true(exists(machine->root, "cg/waitbench-99999999-5"));
    assert_true(exists(machine->root, "cg/waitbench-99999999-5-1.scope"));
    assert_true(exists(machine->root, "cg/other"));
}

/* Makes it, so many seconds old. */
static void make_old_directory(const char *root, const char *path, time_t age)
{
    char full[CGROUP_PATH_SIZE];
    const struct timespec then = {.tv_sec = time(NULL) - age};
    const struct timespec times[] = {then, then};
    make_directory(root, path);
    snprintf(full, sizeof full, "%s/%s", root, path);
    assert_int_equal(utimensat(AT_FDCWD, full, times, 0), 0);
}

static void sweeps_only_what_is_empty_in_the_homes_of_others(void **state)
{
    const struct machine *machine = *state;
    struct cgroup_home home = {.version = CGROUP_V1};
    struct proc_stat self;
    char living[64];
    snprintf(home.mount, sizeof home.mount, "%s/cg", machine->root);
    snprintf(home.directory, sizeof home.directory, "%s/cg/ours", machine->root);
    assert_int_equal(proc_stat_read("", getpid(), &self), 0);
    snprintf(living, sizeof living, "cg/a/b/waitbench-%d-%" PRId64 "-7", getpid(),
             self.start_ticks);
    make_directory(machine->root, "cg/ours");
    make_directory(machine->root, "cg/a");
    make_directory(machine->root, "cg/a/b");
    make_old_directory(machine->root, living, 60);
    make_old_directory(machine->root, "cg/waitbench-99999999-5-1", 60);
    make_old_directory(machine->root, "cg/a/b/waitbench-99999999-5-2", 60);
    make_old_directory(machine->root, "cg/a/b/other", 60);
    /* Its run may be one of another pid namespace, about to start its subject. */
    make_directory(machine->root, "cg/a/b/waitbench-99999999-5-3");

    assert_int_equal(cgroup_home_sweep(&home, NULL), 2);
    assert_true(exists(machine->root, living));
    assert_false(exists(machine->root, "cg/waitbench-99999999-5-1"));
    assert_false(exists(machine->root, "cg/a/b/waitbench-99999999-5-2"));
    assert_true(exists(machine->root, "cg/a/b/waitbench-99999999-5-3"));
    assert_true(exists(machine->root, "cg/a/b/other"));
}

static void sweeps_nothing_where_there_is_no_home(void **state)
{
    (void)state;
    struct cgroup_home home = {.version = CGROUP_NONE};
    assert_int_equal(cgroup_home_sweep(&home, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_unified_hierarchy_as_recorded),
        cmocka_unit_test(finds_memory_on_v1_beside_cgroup2_as_recorded),
        cmocka_unit_test_setup_teardown(maps_a_container_that_mounts_only_its_own_part,
                                        make_machine, remove_machine),
        cmocka_unit_test_setup_teardown(refuses_a_cgroup_outside_of_its_namespace, make_machine,
                                        remove_machine),
        cmocka_unit_test_setup_teardown(tells_a_kernel_without_memory_controller, make_machine,
                                        remove_machine),
        cmocka_unit_test_setup_teardown(says_what_helps_where_nobody_hands_memory_down,
                                        make_machine, remove_machine),
        cmocka_unit_test_setup_teardown(sweeps_only_what_dead_runs_left, make_machine,
                                        remove_machine),
        cmocka_unit_test_setup_teardown(sweeps_only_what_is_empty_in_the_homes_of_others,
                                        make_machine, remove_machine),
        cmocka_unit_test(sweeps_nothing_where_there_is_no_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
