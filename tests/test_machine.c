/* SPDX-License-Identifier: GPL-3.0-or-later */
/* machine.json against trees of recorded files, and its reader against what is no machine.json. */
#include "measure/machine/machine.h"
#include "run/machine_json.h"
#include "run/measurement_version.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct machine *describe(const char *tree)
{
    char root[1024];
    snprintf(root, sizeof root, "%s/machine/%s", FIXTURES, tree);
    hwloc_topology_t topology;
    assert_int_equal(hwloc_topology_init(&topology), 0);
    assert_int_equal(
        hwloc_topology_set_synthetic(topology, "pack:2 l3:1(size=1048576) core:4 pu:2"), 0);
    assert_int_equal(hwloc_topology_load(topology), 0);
    struct machine *machine;
    struct error error;
    assert_int_equal(machine_create(&machine, root, topology, &error), 0);
    hwloc_topology_destroy(topology);
    return machine;
}

static void assert_text(const struct machine *machine, const char *path, const char *expected)
{
    const char *text = machine_find_text(machine_json(machine), path);
    assert_non_null(text);
    assert_string_equal(text, expected);
}

static void assert_integer(const struct machine *machine, const char *path, int64_t expected)
{
    const json_t *value = machine_find(machine_json(machine), path);
    assert_true(json_is_integer(value));
    assert_int_equal(json_integer_value(value), expected);
}

/* The reason noted for a field, or NULL when it is not listed. */
static const char *reason_for(const struct machine *machine, const char *field)
{
    const json_t *not_seen = machine_find(machine_json(machine), "not_seen");
    size_t index;
    json_t *entry;
    json_array_foreach(not_seen, index, entry)
    {
        if (strcmp(machine_find_text(entry, "field"), field) == 0)
            return machine_find_text(entry, "reason");
    }
    return NULL;
}

static void hardware_is_described(void **state)
{
    (void)state;
    struct machine *machine = describe("desktop");
    assert_text(machine, "cpu.model", "Example CPU @ 3.00GHz");
    assert_integer(machine, "cpu.packages", 2);
    assert_integer(machine, "cpu.cores", 8);
    assert_integer(machine, "cpu.logical_cpus", 16);
    assert_text(machine, "cpu.allowed_cpus", "0-15");
    assert_text(machine, "cpu.isolated_cpus", "2-3");
    const json_t *cache = json_array_get(machine_find(machine_json(machine), "cpu.caches"), 0);
    assert_string_equal(machine_find_text(cache, "name"), "L3Cache");
    assert_int_equal(json_integer_value(json_object_get(cache, "size_bytes")), 1048576);
    assert_integer(machine, "memory.total_bytes", INT64_C(16384000) * 1024);
    assert_integer(machine, "memory.swap_free_bytes", INT64_C(1024000) * 1024);
    machine_destroy(machine);
}

static void settings_are_described(void **state)
{
    (void)state;
    struct machine *machine = describe("desktop");
    assert_text(machine, "frequency.governor", "mixed");
    assert_text(machine, "frequency.driver", "intel_pstate");
    assert_integer(machine, "frequency.boost", 1);
    assert_text(machine, "kernel.clock_source", "tsc");
    assert_integer(machine, "kernel.autogroup", 1);
    assert_text(machine, "kernel.huge_pages", "always");
    assert_text(machine, "kernel.huge_pages_defrag", "madvise");
    assert_text(machine, "mitigations.meltdown", "Mitigation: PTI");
    assert_text(machine, "mitigations.command_line", "auto,nosmt");
    assert_text(machine, "virtualisation.hypervisor", "none");
    assert_text(machine, "virtualisation.container", "none");
    assert_text(machine, "cgroup.version", "2");
    machine_destroy(machine);
}

/* desktop has /proc/config.gz; guest has interrupts in /proc/stat; a third has neither. */
static void time_of_interrupts_is_accounted_apart_or_not(void **state)
{
    (void)state;
    struct machine *desktop = describe("desktop");
    struct machine *guest = describe("guest");
    struct machine *neither = describe("no-such-tree");
    assert_true(json_is_false(machine_find(machine_json(desktop), "kernel.irq_time_accounting")));
    assert_text(desktop, "kernel.irq_time_accounting_source", "/proc/config.gz");
    assert_true(json_is_true(machine_find(machine_json(guest), "kernel.irq_time_accounting")));
    assert_text(guest, "kernel.irq_time_accounting_source", "/proc/stat");
    assert_null(machine_find(machine_json(neither), "kernel.irq_time_accounting"));
    assert_non_null(reason_for(neither, "kernel.irq_time_accounting"));
    machine_destroy(desktop);
    machine_destroy(guest);
    machine_destroy(neither);
}

/* Whatever this machine says, it says one of the words, or why not. */
static void io_uring_is_tried_on_this_machine_only(void **state)
{
    (void)state;
    struct machine *recorded = describe("desktop");
    struct machine *here;
    struct error error;
    assert_integer(recorded, "io_uring.disabled", 2);
    assert_null(machine_find(machine_json(recorded), "io_uring.setup"));
    assert_non_null(reason_for(recorded, "io_uring.setup"));
    assert_int_equal(machine_create(&here, "", NULL, &error), 0);
    const char *setup = machine_find_text(machine_json(here), "io_uring.setup");
    if (!setup)
        assert_non_null(reason_for(here, "io_uring.setup"));
    else if (strcmp(setup, "denied") != 0 && strcmp(setup, "not built") != 0)
        assert_string_equal(setup, "available");
    assert_true(json_is_boolean(machine_find(machine_json(here), "io_uring.libuv_can_use")));
    machine_destroy(recorded);
    machine_destroy(here);
}

static void the_cpu_pair_is_added(void **state)
{
    (void)state;
    struct machine *machine = describe("guest");
    struct cpu_pair before = {.ratio = 0.62, .least = 0.6, .most = 0.7, .rounds = 11};
    struct cpu_pair after = {.ratio = 0.95, .rounds = 11};
    machine_set_cpu_pair(machine, "before", &before);
    machine_set_cpu_pair(machine, "after", &after);
    assert_text(machine, "cpu_pair.verdict", "slow each other");
    assert_float_equal(json_real_value(machine_find(machine_json(machine), "cpu_pair.after.ratio")),
                       0.95, 0);
    machine_destroy(machine);
    machine = describe("guest");
    machine_set_no_cpu_pair(machine, "one core");
    assert_string_equal(reason_for(machine, "cpu_pair.verdict"), "one core");
    machine_destroy(machine);
}

static void a_guest_is_recognised(void **state)
{
    (void)state;
    struct machine *machine = describe("guest");
    assert_text(machine, "virtualisation.hypervisor", "amazon");
    assert_text(machine, "virtualisation.container", "docker");
    assert_text(machine, "cgroup.version", "1");
    machine_destroy(machine);
}

static void what_is_not_seen_is_null_with_a_reason(void **state)
{
    (void)state;
    struct machine *machine = describe("guest");
    assert_true(json_is_null(
        json_object_get(machine_find(machine_json(machine), "frequency"), "governor")));
    assert_non_null(reason_for(machine, "frequency.governor"));
    assert_string_equal(
        reason_for(machine, "frequency.driver"),
        "/sys/devices/system/cpu/cpu0/cpufreq/scaling_driver: No such file or directory");
    assert_non_null(reason_for(machine, "memory.total_bytes"));
    assert_non_null(reason_for(machine, "mitigations.all"));
    assert_null(reason_for(machine, "cpu.model"));
    machine_destroy(machine);
}

static void software_and_identity_are_always_there(void **state)
{
    (void)state;
    static const char *const fields[] = {"hostname",      "waitbench_version", "started_utc",
                                         "software.libc", "software.libuv",    "software.compiler",
                                         "kernel.release"};
    struct machine *machine = describe("no-such-tree");
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        assert_non_null(machine_find_text(machine_json(machine), fields[i]));
    assert_null(machine_find(machine_json(machine), "ended_utc"));
    machine_set_ended(machine);
    assert_int_equal(strlen(machine_find_text(machine_json(machine), "ended_utc")),
                     strlen("2026-01-01T00:00:00Z"));
    machine_destroy(machine);
}

static void only_variables_that_matter_are_kept(void **state)
{
    (void)state;
    setenv("MALLOC_CONF", "tcache:false", 1);
    setenv("WAITBENCH_TEST_SECRET", "hidden", 1);
    struct machine *machine = describe("guest");
    unsetenv("MALLOC_CONF");
    assert_text(machine, "environment.MALLOC_CONF", "tcache:false");
    assert_null(machine_find(machine_json(machine), "environment.WAITBENCH_TEST_SECRET"));
    machine_destroy(machine);
}

static void what_the_caller_knows_is_added(void **state)
{
    (void)state;
    struct machine *machine = describe("guest");
    char command[] = "run";
    char option[] = "--output=caf\xe9";
    char *const arguments[] = {command, option};
    machine_set_run(machine, 2, arguments, "quick", 42);
    machine_set_jemalloc(machine, "5.3.0-0-g54eaed1d");
    machine_set_trial_cgroup(machine, false, "read-only");
    const json_t *words = machine_find(machine_json(machine), "command_line");
    assert_string_equal(json_string_value(json_array_get(words, 1)), "--output=caf?");
    assert_text(machine, "profile", "quick");
    assert_integer(machine, "seed", 42);
    assert_text(machine, "software.jemalloc", "5.3.0-0-g54eaed1d");
    assert_true(json_is_false(machine_find(machine_json(machine), "cgroup.trial_cgroup")));
    assert_text(machine, "cgroup.trial_cgroup_note", "read-only");
    machine_destroy(machine);
}

static void limits_and_placement_are_added(void **state)
{
    (void)state;
    struct machine *machine = describe("guest");
    struct limits limits;
    struct limits_options options = {0};
    limits_read(&limits, FIXTURES "/limits/container", &options);
    machine_set_limits(machine, &limits);
    const json_t *all = machine_find(machine_json(machine), "limits");
    const json_t *files = json_object_get(all, "RLIMIT_NOFILE");
    assert_int_equal(json_integer_value(json_object_get(files, "value")), 1048576);
    assert_int_equal(json_integer_value(machine_find(files, "largest_waiters.loop")), 1048476);
    assert_non_null(reason_for(machine, "limits.kernel.pid_max"));
    struct placement placement;
    struct error error;
    assert_int_equal(placement_detect(&placement, &error), 0);
    machine_set_placement(machine, &placement);
    placement_finish(&placement);
    assert_non_null(machine_find_text(machine_json(machine), "placement.server_cpus"));
    machine_destroy(machine);
}

static void calibration_is_added(void **state)
{
    (void)state;
    struct machine *machine = describe("guest");
    struct calibration calibration = {.round_trip_p50_ns = 12000, .clock_read_ns = 23.5};
    machine_set_calibration(machine, &calibration);
    assert_integer(machine, "calibration.round_trip_p50_ns", 12000);
    assert_true(json_is_real(machine_find(machine_json(machine), "calibration.clock_read_ns")));
    machine_destroy(machine);
}

/* ---- The file ---- */

/* A folder of its own for each test, in *state. */
static int make_folder(void **state)
{
    char pattern[] = "/tmp/waitbench-test-XXXXXX";
    if (!mkdtemp(pattern))
        return -1;
    *state = strdup(pattern);
    return *state ? 0 : -1;
}

static int remove_folder(void **state)
{
    char path[256];
    snprintf(path, sizeof path, "%s/machine.json", (char *)*state);
    unlink(path);
    int result = rmdir(*state);
    free(*state);
    return result;
}

static void written_is_read_back(void **state)
{
    char path[256];
    snprintf(path, sizeof path, "%s/machine.json", (char *)*state);
    struct machine *machine = describe("desktop");
    struct error error = {""};
    assert_int_equal(machine_write(machine, path, &error), 0);
    machine_set_ended(machine);
    assert_int_equal(machine_write(machine, path, &error), 0);
    json_t *read;
    assert_int_equal(machine_read(&read, path, &error), 0);
    assert_true(json_equal(read, machine_json(machine)));
    json_decref(read);
    machine_destroy(machine);
}

static void an_unwritable_place_is_named(void **state)
{
    (void)state;
    struct machine *machine = describe("guest");
    struct error error = {""};
    assert_true(machine_write(machine, "/no-such-folder/machine.json", &error) < 0);
    assert_non_null(strstr(error.text, "/no-such-folder/machine.json"));
    machine_destroy(machine);
}

/* Writes `content`, and expects -EBADMSG with `message` behind the file's name. */
static void assert_refused(const char *folder, const char *content, size_t length,
                           const char *message)
{
    char path[256];
    snprintf(path, sizeof path, "%s/machine.json", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    json_t *read = NULL;
    struct error error = {""};
    assert_int_equal(machine_read(&read, path, &error), -EBADMSG);
    assert_null(read);
    assert_true(strncmp(error.text, path, strlen(path)) == 0);
    assert_non_null(strstr(error.text, message));
}

static void malformed_files_are_refused_with_their_line(void **state)
{
    static const char with_nul[] = "{\"hostname\": \"a\0b\"}";
    assert_refused(*state, "", 0, ":1: ");
    assert_refused(*state, "{\n\"hostname\": \"a\",\n!}", 21, ":3: ");
    assert_refused(*state, "{\"hostname\": \"a\"", 16, ":1: ");
    assert_refused(*state, "[1, 2]", 6, ":1: not a JSON object");
    assert_refused(*state, "{\"host\": 1}", 11, "no host name");
    assert_refused(*state, "{\"hostname\": 1}", 15, "no host name");
    assert_refused(*state, "{\"a\": 1, \"a\": 2}", 16, "duplicate");
    assert_refused(*state, with_nul, sizeof with_nul - 1, ":1: ");
}

static void what_is_no_file_is_refused(void **state)
{
    json_t *read;
    struct error error = {""};
    assert_int_equal(machine_read(&read, *state, &error), -EBADMSG);
    assert_non_null(strstr(error.text, "is not a file"));
    assert_int_equal(machine_read(&read, "/no-such-folder/machine.json", &error), -ENOENT);
    assert_non_null(strstr(error.text, "No such file"));
}

static void finding_survives_wrong_shapes(void **state)
{
    (void)state;
    json_t *json = json_pack("{s:{s:i, s:n}, s:s}", "cpu", "cores", 4, "model", "name", "x");
    assert_int_equal(json_integer_value(machine_find(json, "cpu.cores")), 4);
    assert_null(machine_find(json, "cpu.model"));
    assert_null(machine_find(json, "cpu.cores.deeper"));
    assert_null(machine_find(json, "gpu.cores"));
    assert_null(machine_find_text(json, "cpu.cores"));
    assert_null(machine_find(NULL, "cpu"));
    json_decref(json);
}

static void the_version_of_the_measurement_is_read(void **state)
{
    (void)state;
    struct machine *machine = describe("guest");
    assert_int_equal(machine_measurement_version(machine_json(machine)), MEASUREMENT_VERSION);
    machine_destroy(machine);
    json_t *older = json_pack("{s:s}", "hostname", "a");
    json_t *odd = json_pack("{s:s}", "measurement_version", "2");
    assert_int_equal(machine_measurement_version(older), 1);
    assert_int_equal(machine_measurement_version(odd), 1);
    assert_int_equal(machine_measurement_version(NULL), 1);
    json_decref(older);
    json_decref(odd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hardware_is_described),
        cmocka_unit_test(settings_are_described),
        cmocka_unit_test(time_of_interrupts_is_accounted_apart_or_not),
        cmocka_unit_test(io_uring_is_tried_on_this_machine_only),
        cmocka_unit_test(the_cpu_pair_is_added),
        cmocka_unit_test(a_guest_is_recognised),
        cmocka_unit_test(what_is_not_seen_is_null_with_a_reason),
        cmocka_unit_test(software_and_identity_are_always_there),
        cmocka_unit_test(only_variables_that_matter_are_kept),
        cmocka_unit_test(what_the_caller_knows_is_added),
        cmocka_unit_test(limits_and_placement_are_added),
        cmocka_unit_test(calibration_is_added),
        cmocka_unit_test_setup_teardown(written_is_read_back, make_folder, remove_folder),
        cmocka_unit_test(an_unwritable_place_is_named),
        cmocka_unit_test_setup_teardown(malformed_files_are_refused_with_their_line, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(what_is_no_file_is_refused, make_folder, remove_folder),
        cmocka_unit_test(finding_survives_wrong_shapes),
        cmocka_unit_test(the_version_of_the_measurement_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
