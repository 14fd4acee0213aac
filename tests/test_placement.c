/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Placement on machines that hwloc makes up, so that the expected sets are known by hand. */
#include "measure/placement/placement.h"
#include "measure/placement/store_placement.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

static hwloc_topology_t synthetic(const char *description)
{
    hwloc_topology_t topology;
    assert_int_equal(hwloc_topology_init(&topology), 0);
    assert_int_equal(hwloc_topology_set_synthetic(topology, description), 0);
    assert_int_equal(hwloc_topology_load(topology), 0);
    return topology;
}

static void assert_list(hwloc_const_bitmap_t cpus, const char *expected)
{
    char text[PLACEMENT_LIST_MAX];
    assert_int_equal(placement_format(cpus, text, sizeof text), 0);
    assert_string_equal(text, expected);
}

/* Places on `description` with only the CPUs of `allowed` (NULL: all) and compares both sides. */
static void assert_placed(const char *description, const char *allowed, const char *server,
                          const char *client, bool shared)
{
    hwloc_topology_t topology = synthetic(description);
    hwloc_bitmap_t mask = NULL;
    if (allowed) {
        mask = hwloc_bitmap_alloc();
        assert_int_equal(hwloc_bitmap_list_sscanf(mask, allowed), 0);
    }
    struct placement placement;
    assert_int_equal(placement_compute(&placement, topology, mask), 0);
    assert_list(placement.server_cpus, server);
    assert_list(placement.client_cpus, client);
    assert_int_equal(placement.shared, shared);
    placement_finish(&placement);
    hwloc_bitmap_free(mask);
    hwloc_topology_destroy(topology);
}

static void one_core_is_shared(void **state)
{
    (void)state;
    assert_placed("pack:1 core:1 pu:1", NULL, "0", "0", true);
    assert_placed("pack:1 core:1 pu:2", NULL, "0-1", "0-1", true);
    assert_placed("pack:1 core:4 pu:2", "2-3", "2-3", "2-3", true);
}

static void cores_are_halved(void **state)
{
    (void)state;
    assert_placed("pack:1 core:2 pu:1", NULL, "0", "1", false);
    assert_placed("pack:1 core:4 pu:1", NULL, "0-1", "2-3", false);
    assert_placed("pack:2 core:1 pu:1", NULL, "0", "1", false);
}

static void an_odd_core_goes_to_the_clients(void **state)
{
    (void)state;
    assert_placed("pack:1 core:3 pu:1", NULL, "0", "1-2", false);
}

static void siblings_stay_together(void **state)
{
    (void)state;
    assert_placed("pack:1 core:2 pu:2", NULL, "0-1", "2-3", false);
    /* Siblings numbered far apart, as on most servers: core 0 is PUs 0 and 4. */
    assert_placed("pack:1 core:4 pu:2(indexes=0,4,1,5,2,6,3,7)", NULL, "0-1,4-5", "2-3,6-7", false);
}

static void one_package_takes_both_when_it_is_large(void **state)
{
    (void)state;
    assert_placed("pack:2 core:32 pu:2", NULL, "0-31", "32-63", false);
    assert_placed("pack:2 numa:1 core:8 pu:1", NULL, "0-3", "4-7", false);
    assert_placed("pack:2 core:3 pu:1", NULL, "0-2", "3-5", false);
}

static void small_nodes_fall_back_to_the_package(void **state)
{
    (void)state;
    assert_placed("pack:2 numa:2 core:4 pu:1", NULL, "0-3", "4-7", false);
}

static void the_roomier_package_is_taken(void **state)
{
    (void)state;
    assert_placed("pack:2 core:16 pu:1", "8-31", "16-23", "24-31", false);
}

static void only_allowed_cpus_are_used(void **state)
{
    (void)state;
    assert_placed("pack:1 core:8 pu:2", "1,3,5,7", "1,3", "5,7", false);
    assert_placed("pack:1 core:128 pu:1", "100-127", "100-113", "114-127", false);
}

static void no_allowed_cpu_is_an_error(void **state)
{
    (void)state;
    hwloc_topology_t topology = synthetic("pack:1 core:2 pu:1");
    hwloc_bitmap_t none = hwloc_bitmap_alloc();
    struct placement placement = {0};
    assert_int_equal(placement_compute(&placement, topology, none), -EINVAL);
    assert_null(placement.server_cpus);
    placement_finish(&placement);
    hwloc_bitmap_free(none);
    hwloc_topology_destroy(topology);
}

static void a_list_that_does_not_fit_is_an_error(void **state)
{
    (void)state;
    hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
    hwloc_bitmap_list_sscanf(cpus, "0-3,8");
    char text[8];
    assert_int_equal(placement_format(cpus, text, 6), 0);
    assert_string_equal(text, "0-3,8");
    assert_int_equal(placement_format(cpus, text, 5), -EFBIG);
    hwloc_bitmap_free(cpus);
}

static void binding_is_read_back(void **state)
{
    (void)state;
    hwloc_bitmap_t before = hwloc_bitmap_alloc();
    hwloc_bitmap_t after = hwloc_bitmap_alloc();
    assert_int_equal(placement_read_back(getpid(), before), 0);
    hwloc_bitmap_t one = hwloc_bitmap_dup(before);
    hwloc_bitmap_singlify(one);
    assert_int_equal(placement_bind(one), 0);
    assert_int_equal(placement_read_back(0, after), 0);
    assert_true(hwloc_bitmap_isequal(after, one));
    assert_int_equal(placement_bind(before), 0);
    hwloc_bitmap_free(one);
    hwloc_bitmap_free(after);
    hwloc_bitmap_free(before);
}

static void this_machine_is_placed_within_its_affinity(void **state)
{
    (void)state;
    struct placement placement;
    struct error error = {""};
    assert_int_equal(placement_detect(&placement, &error), 0);
    hwloc_bitmap_t allowed = hwloc_bitmap_alloc();
    assert_int_equal(placement_read_back(0, allowed), 0);
    assert_false(hwloc_bitmap_iszero(placement.server_cpus));
    assert_true(hwloc_bitmap_isincluded(placement.server_cpus, allowed));
    assert_true(hwloc_bitmap_isincluded(placement.client_cpus, allowed));
    assert_int_equal(hwloc_bitmap_intersects(placement.server_cpus, placement.client_cpus),
                     placement.shared);
    hwloc_bitmap_free(allowed);
    placement_finish(&placement);
}

/* A database beside a server and clients on `description`. */
static void assert_store(const char *description, const char *store, const char *server,
                         const char *client)
{
    hwloc_topology_t topology = synthetic(description);
    struct placement placement;
    struct store_placement made;
    assert_int_equal(placement_compute(&placement, topology, NULL), 0);
    assert_int_equal(store_placement_compute(&made, topology, &placement), 0);
    assert_list(made.cpus, store);
    assert_list(made.sides.server_cpus, server);
    assert_list(made.sides.client_cpus, client);
    assert_true(hwloc_bitmap_isequal(made.sides.server_cpus, placement.server_cpus));
    assert_int_equal(made.own, !hwloc_bitmap_intersects(made.cpus, made.sides.server_cpus));
    assert_int_equal(made.sides.shared, placement.shared);
    store_placement_finish(&made);
    placement_finish(&placement);
    hwloc_topology_destroy(topology);
}

static void a_store_takes_cores_of_the_clients_where_they_can_spare_them(void **state)
{
    (void)state;
    assert_store("pack:1 core:1 pu:1", "0", "0", "0");
    assert_store("pack:1 core:1 pu:2", "0-1", "0-1", "0-1");
    assert_store("pack:1 core:2 pu:1", "0", "0", "1");
    assert_store("pack:1 core:2 pu:2", "0-1", "0-1", "2-3");
    assert_store("pack:1 core:3 pu:1", "2", "0", "1");
    assert_store("pack:1 core:4 pu:1", "3", "0-1", "2");
    assert_store("pack:1 core:4 pu:2", "6-7", "0-3", "4-5");
    assert_store("pack:1 core:8 pu:1", "6-7", "0-3", "4-5");
    assert_store("pu:4", "3", "0-1", "2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_core_is_shared),
        cmocka_unit_test(cores_are_halved),
        cmocka_unit_test(an_odd_core_goes_to_the_clients),
        cmocka_unit_test(siblings_stay_together),
        cmocka_unit_test(one_package_takes_both_when_it_is_large),
        cmocka_unit_test(small_nodes_fall_back_to_the_package),
        cmocka_unit_test(the_roomier_package_is_taken),
        cmocka_unit_test(only_allowed_cpus_are_used),
        cmocka_unit_test(no_allowed_cpu_is_an_error),
        cmocka_unit_test(a_list_that_does_not_fit_is_an_error),
        cmocka_unit_test(binding_is_read_back),
        cmocka_unit_test(this_machine_is_placed_within_its_affinity),
        cmocka_unit_test(a_store_takes_cores_of_the_clients_where_they_can_spare_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
