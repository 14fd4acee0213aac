/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of cgroups that differ from the recorded ones. */
#include "measure/memory/charge.h"

#include "recorded_cgroup.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Before Linux 5.18 memory.stat had no `kernel` line. */
static void sums_the_parts_where_v2_names_no_whole(void **state)
{
    const char *directory = *state;
    const struct cgroup cgroup = recorded_cgroup(CGROUP_V2, directory);
    struct memory_charge charge;
    write_file(directory, "memory.current", "9000000\n");
    write_file(directory, "memory.stat",
               "anon 1000\nfile 200\nkernel_stack 16384\npagetables 8192\npercpu 50\nsock 4096\n"
               "slab_reclaimable 100\nslab_unreclaimable 600\nslab 700\n");
    assert_int_equal(memory_charge_read(&charge, &cgroup, NULL), 0);
    assert_int_equal(charge.all_bytes, 9000000);
    assert_int_equal(charge.kernel_bytes, 16384 + 8192 + 50 + 700 + 4096);
    assert_int_equal(charge.kernel_stack_bytes, 16384);
    assert_int_equal(charge.anonymous_bytes, 1000);
    assert_int_equal(charge.file_bytes, 200);
}

static void adds_socket_buffers_that_v1_counts_apart(void **state)
{
    const char *directory = *state;
    const struct cgroup cgroup = recorded_cgroup(CGROUP_V1, directory);
    struct memory_charge charge;
    write_file(directory, "memory.usage_in_bytes", "9000000\n");
    write_file(directory, "memory.kmem.usage_in_bytes", "400000\n");
    write_file(directory, "memory.kmem.tcp.usage_in_bytes", "8192\n");
    write_file(directory, "memory.stat", "cache 4096\nrss 5000\nrss_huge 0\n");
    assert_int_equal(memory_charge_read(&charge, &cgroup, NULL), 0);
    assert_int_equal(charge.all_bytes, 9008192);
    assert_int_equal(charge.kernel_bytes, 408192);
    assert_int_equal(charge.kernel_stack_bytes, -1);
    assert_int_equal(charge.anonymous_bytes, 5000);
    assert_int_equal(charge.file_bytes, 4096);
}

static void a_cgroup_that_is_gone_is_an_error(void **state)
{
    const char *directory = *state;
    const struct cgroup v1 = recorded_cgroup(CGROUP_V1, directory);
    const struct cgroup v2 = recorded_cgroup(CGROUP_V2, directory);
    struct memory_charge charge;
    struct error error;
    assert_int_equal(memory_charge_read(&charge, &v1, &error), -ENOENT);
    assert_non_null(strstr(error.text, "memory.usage_in_bytes"));
    assert_int_equal(memory_charge_read(&charge, &v2, &error), -ENOENT);
    assert_non_null(strstr(error.text, "memory.current"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sums_the_parts_where_v2_names_no_whole, make_cgroup,
                                        remove_cgroup),
        cmocka_unit_test_setup_teardown(adds_socket_buffers_that_v1_counts_apart, make_cgroup,
                                        remove_cgroup),
        cmocka_unit_test_setup_teardown(a_cgroup_that_is_gone_is_an_error, make_cgroup,
                                        remove_cgroup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
