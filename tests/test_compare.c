/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/compare.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "measure/machine/machine.h"
#include "narrow_text.h"
#include "read_run.h"
#include "simulated_run.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char machine_text[] =
    "{\"label\":\"%s\",\"hostname\":\"%s\",\"started_utc\":\"2026-01-02T03:04:05Z\","
    "\"ended_utc\":\"2026-01-02T03:05:05Z\",\"waitbench_version\":\"1\","
    "\"cpu\":{\"model\":\"%s\",\"logical_cpus\":2},\"kernel\":{\"release\":\"%s\"},"
    "\"software\":{\"libuv\":\"%s\"},\"placement\":{\"server_cpus\":\"%s\",\"shared\":false},"
    "\"calibration\":{\"round_trip_p50_ns\":17000}}\n";

static json_t *machine_of(const char *cpu, const char *kernel, const char *libuv,
                          const char *server_cpus)
{
    char text[1024];
    snprintf(text, sizeof text, machine_text, "vm", "vm", cpu, kernel, libuv, server_cpus);
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    return json;
}

/* Judges against ("Xeon", "6.1", "1.44", "0"). */
static struct guard judge(const char *cpu, const char *kernel, const char *libuv,
                          const char *server_cpus)
{
    struct guard guard;
    json_t *first = machine_of("Xeon", "6.1", "1.44", "0");
    json_t *other = machine_of(cpu, kernel, libuv, server_cpus);
    guard_judge(&guard, first, other);
    json_decref(first);
    json_decref(other);
    return guard;
}

static void assert_guard(struct guard guard, size_t count, enum guard_level memory,
                         enum guard_level time)
{
    assert_int_equal(guard.count, count);
    assert_int_equal(guard.memory, memory);
    assert_int_equal(guard.time, time);
}

static void each_difference_takes_its_part(void **state)
{
    (void)state;
    assert_guard(judge("Xeon", "6.1", "1.44", "0"), 0, GUARD_COMPARABLE, GUARD_COMPARABLE);
    assert_guard(judge("EPYC", "6.1", "1.44", "0"), 1, GUARD_COMPARABLE, GUARD_RATIOS_ONLY);
    assert_guard(judge("Xeon", "6.2", "1.44", "0"), 1, GUARD_RATIOS_ONLY, GUARD_RATIOS_ONLY);
    assert_guard(judge("Xeon", "6.1", "1.48", "0"), 1, GUARD_NOT_COMPARABLE, GUARD_NOT_COMPARABLE);
    assert_guard(judge("EPYC", "6.2", "1.48", "0"), 3, GUARD_NOT_COMPARABLE, GUARD_NOT_COMPARABLE);
}

static void cpus_are_counted_not_named(void **state)
{
    (void)state;
    assert_guard(judge("Xeon", "6.1", "1.44", "3"), 0, GUARD_COMPARABLE, GUARD_COMPARABLE);
    assert_guard(judge("Xeon", "6.1", "1.44", "0-1"), 1, GUARD_COMPARABLE, GUARD_RATIOS_ONLY);
}

static void what_one_did_not_record_is_a_difference(void **state)
{
    (void)state;
    struct guard guard;
    json_t *first = machine_of("Xeon", "6.1", "1.44", "0");
    json_t *other = machine_of("Xeon", "6.1", "1.44", "0");
    json_object_del(json_object_get(other, "kernel"), "release");
    guard_judge(&guard, first, other);
    assert_guard(guard, 1, GUARD_RATIOS_ONLY, GUARD_RATIOS_ONLY);
    assert_string_equal(guard.findings[0].other, "not recorded");
    assert_false(guard.findings[0].in_both);
    /* Of what older runs did not look at it takes absolute figures only. */
    json_object_set_new(json_object_get(other, "kernel"), "release", json_string("6.1"));
    json_object_set_new(other, "cgroup", json_pack("{s:s}", "cpu_quota", "none"));
    guard_judge(&guard, first, other);
    assert_guard(guard, 1, GUARD_COMPARABLE, GUARD_RATIOS_ONLY);
    json_object_set_new(first, "cgroup", json_pack("{s:s}", "cpu_quota", "0.50 CPUs"));
    guard_judge(&guard, first, other);
    assert_guard(guard, 1, GUARD_COMPARABLE, GUARD_NOT_COMPARABLE);
    json_object_del(json_object_get(other, "kernel"), "release");
    json_object_set_new(other, "cgroup", json_pack("{s:s}", "cpu_quota", "0.50 CPUs"));
    /* What neither recorded takes nothing. */
    guard_judge(&guard, other, other);
    assert_guard(guard, 0, GUARD_COMPARABLE, GUARD_COMPARABLE);
    guard_judge(&guard, first, NULL);
    assert_guard(guard, 1, GUARD_NOT_COMPARABLE, GUARD_NOT_COMPARABLE);
    json_decref(first);
    json_decref(other);
}

static void plan(json_t *machine, const char *profile, const char *digest)
{
    json_object_set_new(machine, "profile", json_string(profile));
    if (digest)
        json_object_set_new(machine, "plan", json_pack("{s:s}", "digest", digest));
}

static void way(json_t *machine, int64_t ns)
{
    json_object_set_new(
        machine, "clients",
        json_pack("{s:i,s:I}", "count", 1, "longest_round_trip_ns", (json_int_t)ns));
}

/* What a busy machine adds to a short way is none. */
static void clients_further_away_take_times(void **state)
{
    (void)state;
    struct guard guard;
    json_t *first = machine_of("Xeon", "6.1", "1.44", "0");
    json_t *other = machine_of("Xeon", "6.1", "1.44", "0");
    way(first, 20000);
    way(other, 90000);
    guard_judge(&guard, first, other);
    assert_guard(guard, 0, GUARD_COMPARABLE, GUARD_COMPARABLE);
    way(first, 1000000);
    way(other, 1900000);
    guard_judge(&guard, first, other);
    assert_guard(guard, 0, GUARD_COMPARABLE, GUARD_COMPARABLE);
    way(other, 2100000);
    guard_judge(&guard, first, other);
    assert_guard(guard, 1, GUARD_COMPARABLE, GUARD_NOT_COMPARABLE);
    assert_string_equal(guard.findings[0].first, "1 ms");
    assert_string_equal(guard.findings[0].other, "2.1 ms");
    json_decref(first);
    json_decref(other);
}

/* Where both runs have it: else the names have to do. */
static void a_plan_is_compared_by_its_digest(void **state)
{
    (void)state;
    struct guard guard;
    json_t *first = machine_of("Xeon", "6.1", "1.44", "0");
    json_t *other = machine_of("Xeon", "6.1", "1.44", "0");
    plan(first, "quick", "00ff");
    plan(other, "mine", "00ff");
    guard_judge(&guard, first, other);
    assert_guard(guard, 0, GUARD_COMPARABLE, GUARD_COMPARABLE);
    plan(other, "quick", "00fe");
    guard_judge(&guard, first, other);
    assert_guard(guard, 1, GUARD_COMPARABLE, GUARD_RATIOS_ONLY);
    assert_string_equal(guard.findings[0].field->name, "plan");
    json_object_del(other, "plan");
    guard_judge(&guard, first, other);
    assert_guard(guard, 0, GUARD_COMPARABLE, GUARD_COMPARABLE);
    /* What is called quick need not be. */
    json_object_set_new(json_object_get(first, "plan"), "as_it_comes", json_false());
    guard_judge(&guard, first, other);
    assert_guard(guard, 1, GUARD_COMPARABLE, GUARD_RATIOS_ONLY);
    assert_string_equal(guard.findings[0].field->name, "plan");
    json_object_set_new(json_object_get(first, "plan"), "as_it_comes", json_true());
    plan(other, "default", NULL);
    guard_judge(&guard, first, other);
    assert_guard(guard, 1, GUARD_COMPARABLE, GUARD_RATIOS_ONLY);
    assert_string_equal(guard.findings[0].field->name, "profile");
    json_decref(first);
    json_decref(other);
}

/* A run that does not say its version is of the first. */
static void times_of_two_versions_of_the_measurement_are_not_compared(void **state)
{
    (void)state;
    struct guard guard;
    json_t *first = machine_of("Xeon", "6.1", "1.44", "0");
    json_t *other = machine_of("Xeon", "6.1", "1.44", "0");
    json_object_set_new(first, "measurement_version", json_integer(1));
    guard_judge(&guard, first, other);
    assert_guard(guard, 0, GUARD_COMPARABLE, GUARD_COMPARABLE);
    json_object_set_new(other, "measurement_version", json_integer(2));
    guard_judge(&guard, first, other);
    assert_guard(guard, 1, GUARD_COMPARABLE, GUARD_NOT_COMPARABLE);
    assert_string_equal(guard.findings[0].first, "1");
    assert_string_equal(guard.findings[0].other, "2");
    assert_string_equal(guard_takes(guard.findings[0].field), "all times");
    json_decref(first);
    json_decref(other);
}

static struct guard judge_mitigations(const char *first_text, const char *other_text)
{
    struct guard guard;
    json_t *first = machine_of("Xeon", "6.1", "1.44", "0");
    json_t *other = machine_of("Xeon", "6.1", "1.44", "0");
    json_object_set_new(first, "mitigations", json_loads(first_text, 0, NULL));
    json_object_set_new(other, "mitigations", json_loads(other_text, 0, NULL));
    guard_judge(&guard, first, other);
    json_decref(first);
    json_decref(other);
    return guard;
}

static void mitigations_are_one_difference(void **state)
{
    (void)state;
    /* An older kernel does not name what does not affect the CPU. */
    assert_guard(judge_mitigations("{\"mds\":\"Mitigation: X\"}",
                                   "{\"mds\":\"Mitigation: X\",\"tsa\":\"Not affected\"}"),
                 0, GUARD_COMPARABLE, GUARD_COMPARABLE);
    struct guard guard = judge_mitigations("{\"mds\":\"Mitigation: X\",\"l1tf\":\"Mitigation: Y\"}",
                                           "{\"mds\":\"Vulnerable\",\"tsa\":\"Mitigation: Z\"}");
    assert_guard(guard, 1, GUARD_COMPARABLE, GUARD_RATIOS_ONLY);
    assert_string_equal(guard.findings[0].first, "mds: Mitigation: X, and more");
    assert_string_equal(guard.findings[0].other, "mds: Vulnerable, and more");
}

static void what_the_machine_hides_takes_its_part(void **state)
{
    (void)state;
    struct guard guard;
    json_t *first = machine_of("Xeon", "6.1", "1.44", "0");
    json_t *other = machine_of("Xeon", "6.1", "1.44", "0");
    json_object_set_new(first, "cpu_pair", json_pack("{s:s}", "verdict", "independent"));
    json_object_set_new(other, "cpu_pair", json_pack("{s:s}", "verdict", "slow each other"));
    guard_judge(&guard, first, other);
    assert_guard(guard, 1, GUARD_COMPARABLE, GUARD_RATIOS_ONLY);
    json_object_set_new(first, "io_uring", json_pack("{s:b}", "libuv_can_use", 0));
    json_object_set_new(other, "io_uring", json_pack("{s:b}", "libuv_can_use", 1));
    guard_judge(&guard, first, other);
    assert_guard(guard, 2, GUARD_COMPARABLE, GUARD_NOT_COMPARABLE);
    json_decref(first);
    json_decref(other);
}

/* A machine.json of that one field, at its path. */
static json_t *machine_with(const char *path, json_t *value)
{
    char text[128];
    json_t *json = json_pack("{s:s}", "hostname", "vm");
    json_t *at = json;
    snprintf(text, sizeof text, "%s", path);
    char *rest = text;
    char *name = strsep(&rest, ".");
    for (; rest; name = strsep(&rest, ".")) {
        json_object_set_new(at, name, json_object());
        at = json_object_get(at, name);
    }
    json_object_set_new(at, name, value);
    return json;
}

/* Two values of it that differ. */
static json_t *value_of(const struct guard_field *field, int which)
{
    json_t *value;
    switch (field->look) {
    case GUARD_CPUS:
        return json_string(which ? "0-7" : "2");
    case GUARD_BYTES:
        return json_integer(which ? 0 : INT64_C(25276514304));
    case GUARD_CACHES:
        value = json_array();
        json_array_append_new(
            value, json_pack("{s:s,s:i}", "name", "L1Cache", "size_bytes", which ? 32768 : 49152));
        return value;
    case GUARD_VERSION:
        return json_integer(which ? 1000 : 1001);
    case GUARD_MITIGATIONS:
    case GUARD_VARIABLES:
        return json_pack("{s:s}", "mds", which ? "Vulnerable" : "Mitigation: X");
    default:
        return json_string(which ? "one" : "another");
    }
}

static void every_recorded_field_takes_its_part_or_is_named(void **state)
{
    (void)state;
    size_t compared = 0;
    for (const struct guard_field *field = guard_fields; field->name; field++) {
        struct guard guard;
        json_t *first = machine_with(field->path, value_of(field, 0));
        json_t *other = machine_with(field->path, value_of(field, 1));
        bool is_compared = field->look != GUARD_NOT_COMPARED;
        char unknown[64];
        guard_judge(&guard, first, other);
        assert_guard(guard, is_compared, is_compared ? field->memory : GUARD_COMPARABLE,
                     is_compared ? field->time : GUARD_COMPARABLE);
        guard_judge(&guard, first, first);
        assert_int_equal(guard.count, 0);
        assert_int_equal(guard_unknown(first, unknown, sizeof unknown), 0);
        assert_true(strlen(field->reason) > 0);
        /* As it is printed: "  NAME          takes WHAT: REASON". */
        assert_in_range(strlen(field->name), 1, 15);
        assert_in_range(24 + strlen(guard_takes(field)), 0, 80);
        assert_in_range(16 + strlen(field->reason), 0, 80);
        compared += is_compared;
        json_decref(first);
        json_decref(other);
    }
    assert_in_range(compared, 50, GUARD_FINDINGS_MAX);
}

static void the_fields_that_were_passed_over_are_compared(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "mitigations.mds",           "cpu.microcode",     "memory.total_bytes",
        "memory.swap_total_bytes",   "kernel.preemption", "frequency.boost",
        "cpu.isolated_cpus",         "cpu.caches",        "kernel.numa_balancing",
        "environment.MALLOC_ARENAS", "kernel.version",    "frequency.maximum_khz",
        "kernel.autogroup",
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const struct guard_field *field = guard_field_of(paths[i]);
        assert_non_null(field);
        assert_int_not_equal(field->look, GUARD_NOT_COMPARED);
        assert_int_not_equal(field->time, GUARD_COMPARABLE);
    }
    assert_int_equal(guard_field_of("limits.RLIMIT_NOFILE.value")->look, GUARD_NOT_COMPARED);
    assert_null(guard_field_of("cpu"));
    assert_null(guard_field_of("cpu.modelling"));
    assert_null(guard_field_of("cpu.model.x"));
}

static void a_little_less_memory_is_no_other_machine(void **state)
{
    (void)state;
    struct guard guard;
    json_t *first = machine_with("memory.total_bytes", json_integer(INT64_C(25276514304)));
    json_t *other = machine_with("memory.total_bytes", json_integer(INT64_C(25276510208)));
    guard_judge(&guard, first, other);
    assert_guard(guard, 0, GUARD_COMPARABLE, GUARD_COMPARABLE);
    json_decref(other);
    other = machine_with("memory.total_bytes", json_integer(INT64_C(12638257152)));
    guard_judge(&guard, first, other);
    assert_guard(guard, 1, GUARD_COMPARABLE, GUARD_RATIOS_ONLY);
    assert_string_equal(guard.findings[0].first, "23.5 GiB");
    assert_string_equal(guard.findings[0].other, "11.8 GiB");
    json_decref(first);
    json_decref(other);
}

/* What this version describes, on this machine: a field that is new there has its line in the
 * table. (compare.bats does so with all that a run adds.) */
static void no_field_of_ours_is_unknown(void **state)
{
    (void)state;
    struct error error;
    struct machine *machine;
    char unknown[512];
    assert_int_equal(machine_create(&machine, "", NULL, &error), 0);
    if (guard_unknown(machine_json(machine), unknown, sizeof unknown) > 0)
        fail_msg("src/compare/guard_fields.c has no line for %s", unknown);
    json_t *json = json_deep_copy(machine_json(machine));
    json_object_set_new(json_object_get(json, "kernel"), "colour", json_string("blue"));
    json_object_set_new(json, "weather", json_pack("{s:{s:i}}", "rain", "mm", 3));
    assert_int_equal(guard_unknown(json, unknown, sizeof unknown), 2);
    assert_non_null(strstr(unknown, "kernel.colour"));
    assert_non_null(strstr(unknown, "weather.rain.mm"));
    assert_int_equal(guard_unknown(json, unknown, 16), 2);
    assert_true(strlen(unknown) < 16);
    assert_int_equal(guard_unknown(NULL, unknown, sizeof unknown), 0);
    json_decref(json);
    machine_destroy(machine);
}

static bool holds(const struct estimate *ratio, double truth)
{
    return ratio->interval.low <= truth && truth <= ratio->interval.high;
}

static void write_machine(struct simulated_run *run, const char *host)
{
    char text[1024];
    snprintf(text, sizeof text, machine_text, host, host, "Xeon", "6.1", "1.44", "0");
    run_folder_write(&run->folder, "machine.json", text);
}

/* A machine on which everything takes `factor` times as much memory. */
static void write_run(struct simulated_run *run, const char *host, double factor, int blocks)
{
    static const int waiters[] = {100, 500, 1000, 2000};
    write_machine(run, host);
    simulated_run_begin(run, "memory.csv", MEMORY_HEADER);
    for (int block = 0; block < blocks; block++)
        for (size_t i = 0; i < 4; i++) {
            struct memory_trial trial = {.block = block,
                                         .model = "threads",
                                         .waiters = waiters[i],
                                         .user_bytes = 8000 * factor,
                                         .kernel_bytes = 24000 * factor,
                                         .spawn_seconds = 1};
            memory_trial_write(run, &trial);
            trial.model = "loop";
            trial.user_bytes = 300 * factor;
            trial.kernel_bytes = 3700 * factor;
            memory_trial_write(run, &trial);
        }
    simulated_run_end(run);
}

struct two_runs {
    struct simulated_run first;
    struct simulated_run second;
    struct comparison_of_runs *comparison;
};

static int set_up(void **state)
{
    struct two_runs *runs = alloc_array(1, sizeof *runs);
    simulated_run_create(&runs->first);
    simulated_run_create(&runs->second);
    gsl_rng_set(runs->second.random, 12);
    runs->comparison = alloc_array(1, sizeof *runs->comparison);
    *state = runs;
    return 0;
}

static int tear_down(void **state)
{
    struct two_runs *runs = *state;
    compare_finish(runs->comparison);
    simulated_run_destroy(&runs->first);
    simulated_run_destroy(&runs->second);
    free(runs->comparison);
    free(runs);
    return 0;
}

static int read_runs(struct two_runs *runs, struct error *error)
{
    const struct recorded_run *const read[] = {
        read_run(runs->first.folder.path),
        read_run(runs->second.folder.path),
    };
    return compare_read(runs->comparison, read, 2, error);
}

static const struct compared_row *find_row(const struct two_runs *runs, const char *metric,
                                           const char *arm, const char *against)
{
    for (size_t i = 0; i < runs->comparison->count; i++) {
        const struct entry *entry = runs->comparison->rows[i].entry;
        if (strcmp(entry->metric, metric) == 0 && strcmp(entry->arm, arm) == 0 &&
            strcmp(entry->against ? entry->against : "", against) == 0)
            return &runs->comparison->rows[i];
    }
    fail_msg("no row %s %s %s", metric, arm, against);
    return NULL;
}

static void a_tenth_more_is_found_and_the_ratio_stays(void **state)
{
    struct two_runs *runs = *state;
    struct error error = {""};
    write_run(&runs->first, "a", 1, 8);
    write_run(&runs->second, "b", 1.1, 8);
    assert_int_equal(read_runs(runs, &error), 0);
    assert_int_equal(compare_overall(runs->comparison), GUARD_COMPARABLE);
    const struct compared *total = &find_row(runs, "total", "echo-threads", "")->machines[1];
    assert_int_equal(total->verdict, VERDICT_HIGHER);
    assert_true(holds(&total->ratio, 1.1));
    const struct compared *pair =
        &find_row(runs, "total", "echo-threads", "echo-loop")->machines[1];
    assert_int_equal(pair->verdict, VERDICT_NO_DIFFERENCE);
    assert_true(holds(&pair->ratio, 1));
    assert_true(fabs(pair->entry->figure.estimate.value - 8) < 0.4);
}

/* Loads of a run; `shares` may be NULL, as older versions wrote it, and 0 where a rate was named.
 */
static void write_loads(struct simulated_run *run, const double *rates, const double *shares,
                        size_t count)
{
#define OLDER_HEADER "block,scenario,model,allocator,subject,valid,offered_per_second,p99_ns"
    simulated_run_begin(run, "latency.csv",
                        shares ? OLDER_HEADER ",shards,capacity_share" : OLDER_HEADER);
    for (int block = 0; block < 6; block++)
        for (size_t i = 0; i < count; i++) {
            fprintf(run->file, "%d,echo,loop,jemalloc,echo-loop,1,%g,%g", block, rates[i],
                    1000 * rates[i]);
            if (shares && shares[i] > 0)
                fprintf(run->file, ",1,%g", shares[i]);
            else if (shares)
                fputs(",1,", run->file);
            fputc('\n', run->file);
        }
    simulated_run_end(run);
}

static void assert_load(const struct two_runs *runs, size_t number, const char *parameters,
                        double first, double second)
{
    const struct compared_row *row = &runs->comparison->rows[number];
    const double values[] = {first, second};
    assert_string_equal(row->entry->parameters, parameters);
    for (int i = 0; i < 2; i++) {
        const struct entry *entry = row->machines[i].entry;
        assert_int_equal(entry != NULL, !isnan(values[i]));
        if (entry)
            assert_true(fabs(entry->figure.estimate.value - values[i]) < 1);
    }
}

static void loads_are_matched_by_their_share_of_the_capacity(void **state)
{
    struct two_runs *runs = *state;
    struct error error = {""};
    const double rates[] = {10, 50, 75, 90};
    const double shares[] = {0.1, 0.5, 0.75, 0.9};
    const double quick_rates[] = {20, 100, 180};
    const double quick_shares[] = {0.1, 0.5, 0.9};
    write_machine(&runs->first, "a");
    write_machine(&runs->second, "b");
    write_loads(&runs->first, rates, shares, 4);
    write_loads(&runs->second, quick_rates, quick_shares, 3);
    assert_int_equal(read_runs(runs, &error), 0);
    assert_int_equal(runs->comparison->count, 4);
    assert_load(runs, 0, "load=10%", 10000, 20000);
    assert_load(runs, 1, "load=50%", 50000, 100000);
    assert_load(runs, 2, "load=75%", 75000, NAN);
    assert_load(runs, 3, "load=90%", 90000, 180000);
}

static void loads_that_were_named_are_matched_by_their_rate(void **state)
{
    struct two_runs *runs = *state;
    struct error error = {""};
    const double rates[] = {200, 3000, 9000};
    const double shares[] = {0, 0, 0.5};
    const double other_rates[] = {200, 2500, 3000, 8000};
    const double other_shares[] = {0, 0.5, 0, 0};
    write_machine(&runs->first, "a");
    write_machine(&runs->second, "b");
    write_loads(&runs->first, rates, shares, 3);
    write_loads(&runs->second, other_rates, other_shares, 4);
    assert_int_equal(read_runs(runs, &error), 0);
    assert_int_equal(runs->comparison->count, 4);
    assert_load(runs, 0, "load=200/s", 200000, 200000);
    assert_load(runs, 1, "load=3000/s", 3000000, 3000000);
    assert_load(runs, 2, "load=50%", 9000000, 2500000);
    assert_load(runs, 3, "load=8000/s", NAN, 8000000);
    assert_non_null(strstr(runs->comparison->rows[0].entry->label, " load 200/s"));
    assert_non_null(strstr(runs->comparison->rows[1].entry->label, " load 3.00 k/s"));
}

static void loads_without_a_share_are_matched_by_rank(void **state)
{
    struct two_runs *runs = *state;
    struct error error = {""};
    const double rates[] = {10, 50, 90};
    const double shares[] = {0.1, 0.5, 0.9};
    const double older_rates[] = {20, 100, 180};
    write_machine(&runs->first, "a");
    write_machine(&runs->second, "b");
    write_loads(&runs->first, rates, shares, 3);
    write_loads(&runs->second, older_rates, NULL, 3);
    assert_int_equal(read_runs(runs, &error), 0);
    assert_int_equal(runs->comparison->count, 3);
    assert_load(runs, 0, "load=1/3", 10000, 20000);
    assert_load(runs, 2, "load=3/3", 90000, 180000);
}

/* Prints the comparison and returns it, to be freed; no line is wider than 80 columns. */
static char *print_checked(const struct two_runs *runs)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    compare_print(runs->comparison, out);
    fclose(out);
    assert_in_range(widest_line(text), 1, 80);
    return text;
}

/* Few blocks have figures of their own; between machines they have nothing to show. */
static void too_few_blocks_have_no_ratio_and_say_so(void **state)
{
    struct two_runs *runs = *state;
    struct error error = {""};
    char word[COMPARE_WORD_SIZE];
    write_run(&runs->first, "a", 1, 8);
    write_run(&runs->second, "b", 1.1, 3);
    assert_int_equal(read_runs(runs, &error), 0);
    const struct compared *pair =
        &find_row(runs, "total", "echo-threads", "echo-loop")->machines[1];
    assert_false(compare_has_ratio(pair));
    assert_string_equal(compare_word(pair, word), "too few blocks");
    char *text = print_checked(runs);
    const char *line = strstr(text, "\n  cold");
    assert_non_null(line);
    line += 1 + strcspn(line + 1, "\n") - strlen("too few blocks");
    assert_int_equal(strncmp(line, "too few blocks\n", 15), 0);
    free(text);
}

/* Loads of two arms; `noise` is of the tails, of which the median over blocks keeps some. */
#define NEWER_HEADER                                                                          \
    "block,scenario,model,allocator,subject,valid,offered_per_second,p50_ns,p99_ns,capacity_" \
    "share,"                                                                                  \
    "rate_basis,work_slow_us,work_slow_every,overloaded,active,protocol"

static void write_newer_load(struct simulated_run *run, const char *model, int block, double rate,
                             const char *basis, int slow_every, bool overloaded, double noise)
{
    double p50 = simulated(run, 20000);
    double p99 = 100000 * exp(gsl_ran_gaussian(run->random, noise));
    fprintf(run->file, "%d,echo,%s,jemalloc,echo-%s,1,%g,%g,%g,0.5,%s,%d,%d,%d,100,echo\n", block,
            model, model, rate, p50, p99, basis, slow_every > 0 ? 20000 : 0, slow_every,
            overloaded);
}

static void write_newer_run(struct simulated_run *run, const char *host, double noise,
                            bool overloaded)
{
    write_machine(run, host);
    simulated_run_begin(run, "latency.csv", NEWER_HEADER);
    for (int block = 0; block < 8; block++)
        for (int i = 0; i < 2; i++) {
            const char *model = i == 0 ? "threads" : "loop";
            double own = i == 0 ? 70000 : 90000;
            write_newer_load(run, model, block, 50000, "equal_rate", 0, false, noise);
            write_newer_load(run, model, block, own, "equal_utilisation", 0, false, noise);
            write_newer_load(run, model, block, 10000, "equal_rate", 1000,
                             overloaded && block == 0 && i == 0, noise);
        }
    simulated_run_end(run);
}

static const struct compared *find_labelled(const struct two_runs *runs, const char *metric,
                                            const char *label)
{
    for (size_t i = 0; i < runs->comparison->count; i++) {
        const struct entry *entry = runs->comparison->rows[i].entry;
        if (strcmp(entry->metric, metric) == 0 && strcmp(entry->label, label) == 0)
            return &runs->comparison->rows[i].machines[1];
    }
    fail_msg("no row %s %s", metric, label);
    return NULL;
}

static void a_tail_says_what_it_cannot_tell(void **state)
{
    struct two_runs *runs = *state;
    struct error error = {""};
    char word[COMPARE_WORD_SIZE];
    write_newer_run(&runs->first, "a", 2, false);
    write_newer_run(&runs->second, "b", 2, false);
    assert_int_equal(read_runs(runs, &error), 0);
    const struct compared *tail = find_labelled(runs, "p99", "threads/loop 100 active load 50%");
    const struct compared *median = find_labelled(runs, "p50", "threads/loop 100 active load 50%");
    assert_true(tail->factor > COMPARE_FACTOR_MAX);
    assert_string_equal(compare_word(tail, word), "cannot tell");
    assert_int_equal(median->telling, TELLS_WITHIN);
    assert_true(median->factor > 1 && median->factor < 1.2);
    compare_word(median, word);
    assert_int_equal(strncmp(word, "within 1.", 9), 0);
    assert_true(strtod(word + 7, NULL) >= median->factor);
}

/* Shares of each arm's own rate are one setting at two rates, and another than equal rates. */
static void equal_rates_and_equal_utilisation_stand_apart(void **state)
{
    struct two_runs *runs = *state;
    struct error error = {""};
    write_newer_run(&runs->first, "a", 0.05, false);
    write_newer_run(&runs->second, "b", 0.05, false);
    assert_int_equal(read_runs(runs, &error), 0);
    const struct compared *own = find_labelled(runs, "p99", "threads/loop 100 active own load 50%");
    assert_string_equal(own->entry->against, "echo-loop");
    assert_non_null(strstr(own->entry->parameters, "rate_basis=equal_utilisation"));
    const struct compared *equal = find_labelled(runs, "p99", "threads/loop 100 active load 50%");
    assert_null(strstr(equal->entry->parameters, "rate_basis"));
    assert_null(strstr(equal->entry->parameters, "protocol"));
    find_labelled(runs, "p99", "threads/loop 100 active slow 1/1k load 50%");
}

static void overloaded_percentiles_are_compared_with_nothing(void **state)
{
    struct two_runs *runs = *state;
    struct error error = {""};
    char word[COMPARE_WORD_SIZE];
    write_newer_run(&runs->first, "a", 0.05, false);
    write_newer_run(&runs->second, "b", 0.05, true);
    assert_int_equal(read_runs(runs, &error), 0);
    const struct compared *slow =
        find_labelled(runs, "p99", "threads/loop 100 active slow 1/1k load 50%");
    assert_int_equal(slow->entry->overloaded, 1);
    assert_int_equal(slow->verdict, VERDICT_NONE);
    assert_false(compare_has_ratio(slow));
    assert_string_equal(compare_word(slow, word), "overloaded");
    const struct compared *loop =
        find_labelled(runs, "p99", "echo-loop 100 active slow 1/1k load 50%");
    assert_true(compare_has_ratio(loop));
}

static void the_guard_withholds_the_verdict_and_not_the_figure(void **state)
{
    struct two_runs *runs = *state;
    struct error error = {""};
    char text[1024];
    write_run(&runs->first, "a", 1, 8);
    write_run(&runs->second, "b", 1.1, 8);
    snprintf(text, sizeof text, machine_text, "b", "b", "Xeon", "6.2", "1.44", "0");
    run_folder_write(&runs->second.folder, "machine.json", text);
    assert_int_equal(read_runs(runs, &error), 0);
    assert_int_equal(compare_overall(runs->comparison), GUARD_RATIOS_ONLY);
    const struct compared *total = &find_row(runs, "total", "echo-threads", "")->machines[1];
    assert_int_equal(total->verdict, VERDICT_NONE);
    assert_true(holds(&total->ratio, 1.1));
    const struct compared *pair =
        &find_row(runs, "total", "echo-threads", "echo-loop")->machines[1];
    assert_int_equal(pair->verdict, VERDICT_NO_DIFFERENCE);
}

/* As many latencies as it takes, all offered that rate, of which each arm says how busy it was. */
static void write_busy_run(struct simulated_run *run, const char *host, double rate,
                           double of_threads, double of_loop)
{
    write_machine(run, host);
    simulated_run_begin(run, "latency.csv",
                        "block,scenario,model,allocator,subject,valid,offered_per_second,p99_ns,"
                        "capacity_share,rate_basis,utilisation,active");
    for (int block = 0; block < 8; block++)
        for (int loop = 0; loop < 2; loop++) {
            const char *model = loop ? "loop" : "threads";
            fprintf(run->file, "%d,echo,%s,jemalloc,echo-%s,1,%g,%g,0.5,equal_rate,", block, model,
                    model, rate, simulated(run, 50000));
            if (of_loop > 0)
                fprintf(run->file, "%g", loop ? of_loop : of_threads);
            fputs(",100\n", run->file);
        }
    simulated_run_end(run);
}

static void assert_tells(const struct two_runs *runs, const char *arm, const char *against,
                         enum telling telling, enum guard_level guard)
{
    const struct compared *compared = &find_row(runs, "p99", arm, against)->machines[1];
    assert_int_equal(compared->telling, telling);
    assert_int_equal(compared->guard, guard);
    assert_int_equal(compared->verdict == VERDICT_NONE, telling == TELLS_OTHER_LOAD);
}

/* "load 50 %" may be 31,000/s in one run and 200/s in the other. */
static void the_rate_is_a_condition(void **state)
{
    struct two_runs *runs = *state;
    struct error error = {""};
    char word[COMPARE_WORD_SIZE];
    write_busy_run(&runs->first, "a", 31000, 0.5, 0.4);
    write_busy_run(&runs->second, "b", 200, 0.0032, 0.0026);
    assert_int_equal(read_runs(runs, &error), 0);
    assert_tells(runs, "echo-loop", "", TELLS_OTHER_LOAD, GUARD_RATIOS_ONLY);
    assert_tells(runs, "echo-threads", "echo-loop", TELLS_OTHER_LOAD, GUARD_NOT_COMPARABLE);
    const struct compared *compared = &find_row(runs, "p99", "echo-loop", "")->machines[1];
    assert_string_equal(compare_word(compared, word), "other load");
    char *text = print_checked(runs);
    assert_non_null(strstr(text, "31.0 k/s | 200/s"));
    assert_non_null(strstr(text, "    offered: 31.0 k/s, to the second 200/s\n"));
    assert_non_null(strstr(text, "Other load: "));
    free(text);
}

/* A faster machine serves more at the same share: its ratio of two programs is of the same
 * question, and its times are not. */
static void a_ratio_travels_to_a_faster_machine(void **state)
{
    struct two_runs *runs = *state;
    struct error error = {""};
    write_busy_run(&runs->first, "a", 31000, 0.5, 0.4);
    write_busy_run(&runs->second, "b", 93000, 0.5, 0.35);
    assert_int_equal(read_runs(runs, &error), 0);
    assert_tells(runs, "echo-loop", "", TELLS_OTHER_LOAD, GUARD_RATIOS_ONLY);
    assert_tells(runs, "echo-threads", "echo-loop", TELLS_WITHIN, GUARD_COMPARABLE);
    char *text = print_checked(runs);
    assert_non_null(strstr(text, "    offered: 31.0 k/s, to the second 93.0 k/s\n"));
    free(text);
    compare_finish(runs->comparison);

    /* Where nothing says how busy they were, the rates have to do. */
    write_busy_run(&runs->first, "a", 31000, 0, 0);
    write_busy_run(&runs->second, "b", 93000, 0, 0);
    assert_int_equal(read_runs(runs, &error), 0);
    assert_tells(runs, "echo-threads", "echo-loop", TELLS_OTHER_LOAD, GUARD_NOT_COMPARABLE);
    compare_finish(runs->comparison);
    write_busy_run(&runs->second, "b", 32000, 0, 0);
    assert_int_equal(read_runs(runs, &error), 0);
    assert_tells(runs, "echo-threads", "echo-loop", TELLS_WITHIN, GUARD_COMPARABLE);
    assert_tells(runs, "echo-loop", "", TELLS_WITHIN, GUARD_COMPARABLE);
    text = print_checked(runs);
    assert_null(strstr(text, "offered: "));
    free(text);
}

static void a_run_and_itself_are_one_run(void **state)
{
    struct two_runs *runs = *state;
    struct error error = {""};
    char link[PATH_MAX];
    write_run(&runs->first, "vm", 1, 8);
    snprintf(link, sizeof link, "%s/itself", runs->second.folder.path);
    assert_int_equal(symlink(runs->first.folder.path, link), 0);
    const struct recorded_run *const read[] = {read_run(runs->first.folder.path), read_run(link)};
    assert_int_equal(compare_read(runs->comparison, read, 2, &error), 0);
    assert_string_equal(compare_overall_text(runs->comparison), "one run");
    const struct compared *total = &find_row(runs, "total", "echo-loop", "")->machines[1];
    assert_int_equal(total->telling, TELLS_ONE_RUN);
    assert_int_equal(total->verdict, VERDICT_NONE);
    assert_false(compare_has_ratio(total));
    char *text = print_checked(runs);
    assert_int_equal(strncmp(text, "one run\n", 8), 0);
    assert_non_null(strstr(text, "First vm, second vm, again: one run\n"));
    free(text);
    compare_finish(runs->comparison);
    assert_int_equal(unlink(link), 0);

    /* A copy is the same run; another run of that machine is not. */
    write_run(&runs->second, "vm", 1.1, 8);
    assert_int_equal(read_runs(runs, &error), 0);
    assert_string_equal(compare_overall_text(runs->comparison), "one run");
    compare_finish(runs->comparison);
    run_folder_write(
        &runs->second.folder, "machine.json",
        "{\"label\":\"vm\",\"hostname\":\"vm\",\"started_utc\":\"2026-01-02T09:00:00Z\"}");
    assert_int_equal(read_runs(runs, &error), 0);
    assert_string_equal(compare_overall_text(runs->comparison), "not comparable");
}

static void whole_names_are_kept_and_short_ones_differ(void **state)
{
    struct two_runs *runs = *state;
    struct error error = {""};
    write_run(&runs->first, "kubernetes-node-pool-in-the-city-of-nürnberg-1-ab12", 1, 2);
    write_run(&runs->second, "kubernetes-node-pool-in-the-city-of-nürnberg-2-ab12", 1, 2);
    assert_int_equal(read_runs(runs, &error), 0);
    const struct compared_machine *machines = runs->comparison->machines.machines;
    assert_string_equal(machines[0].name, "kubernetes-node-pool-in-the-city-of-nürnberg-1-ab12");
    assert_string_equal(machines[1].name, "kubernetes-node-pool-in-the-city-of-nürnberg-2-ab12");
    assert_string_not_equal(machines[0].label, machines[1].label);
    for (size_t i = 0; i < 2; i++)
        assert_in_range(utf8_width(machines[i].label), 1, MACHINE_SHORT_WIDTH);
    char *text = print_checked(runs);
    assert_non_null(strstr(text, machines[1].label));
    free(text);
    assert_int_equal(compare_write(runs->comparison, runs->first.folder.path, &error), 0);
    struct csv_table *table = NULL;
    assert_int_equal(read_table(&table, runs->first.folder.path, "compare.csv", &error), 0);
    assert_string_equal(csv_cell(table, 0, csv_column(table, "machine")), machines[0].name);
    csv_table_destroy(table);
}

static void an_older_run_without_columns_is_compared(void **state)
{
    struct two_runs *runs = *state;
    struct error error = {""};
    write_run(&runs->first, "a", 1, 8);
    write_run(&runs->second, "b", 1, 8);
    run_folder_write(&runs->second.folder, "memory.csv",
                     "block,model,allocator,subject,waiters,total_bytes,scenario\n"
                     "1,threads,jemalloc,echo-threads,100,3200000,echo\n"
                     "1,threads,jemalloc,echo-threads,200,6400000,echo\n"
                     "1,threads,jemalloc,echo-threads,300,9600000,echo\n"
                     "1,threads,jemalloc,echo-threads,400,12800000,echo\n");
    assert_int_equal(read_runs(runs, &error), 0);
    const struct compared_row *total = find_row(runs, "total", "echo-threads", "");
    assert_float_equal(total->machines[1].entry->figure.estimate.value, 32000, 1e-6);
    assert_float_equal(total->machines[1].ratio.value, 1, 0.05);
    assert_null(find_row(runs, "user", "echo-threads", "")->machines[1].entry);
}

static void a_run_cut_short_is_compared(void **state)
{
    struct two_runs *runs = *state;
    struct error error = {""};
    write_run(&runs->first, "a", 1, 8);
    run_folder_write(&runs->second.folder, "machine.json",
                     "{\"hostname\":\"b\",\"ended_utc\":null}");
    run_folder_write(&runs->second.folder, "memory.csv", MEMORY_HEADER "\n");
    assert_int_equal(read_runs(runs, &error), 0);
    assert_true(runs->comparison->machines.machines[1].cut_short);
    assert_null(find_row(runs, "total", "echo-loop", "")->machines[1].entry);
}

static void assert_refused(struct two_runs *runs, const char *name, const char *text,
                           const char *message)
{
    struct error error = {""};
    char path[PATH_MAX];
    write_run(&runs->first, "a", 1, 2);
    write_run(&runs->second, "b", 1, 2);
    run_folder_write(&runs->second.folder, name, text);
    assert_int_equal(read_runs(runs, &error), -EBADMSG);
    assert_non_null(strstr(error.text, runs->second.folder.path));
    if (!strstr(error.text, message))
        fail_msg("'%s' does not say '%s'", error.text, message);
    assert_null(strpbrk(error.text, "\n\033"));
    snprintf(path, sizeof path, "%s/%s", runs->second.folder.path, name);
    assert_int_equal(unlink(path), 0);
}

static void malformed_files_are_named_with_their_line(void **state)
{
    assert_refused(*state, "memory.csv",
                   "block,subject,waiters,total_bytes\n1,x,100,5\n1,x,100,5O\n", "memory.csv:3");
    assert_refused(*state, "flow.csv", "block,scenario,metric,value\n1,counter,a,5", "flow.csv:2");
    assert_refused(*state, "latency.csv", "block,p50_ns,p50_ns\n", "latency.csv:1");
    assert_refused(*state, "machine.json", "{\"hostname\":\n\"b\"", "machine.json:2");
    assert_refused(*state, "flow.csv", "block,scenario,metric,value\n1,counter,a,\"5\n\033[2Jx\"\n",
                   "flow.csv:2");
    assert_refused(*state, "machine.json", "{\"hostname\":\"b\",\"a\\\n\"", "machine.json:2");
    assert_refused(*state, "machine.json", "[]", "machine.json:1");
}

static void a_folder_that_is_no_run_is_refused(void **state)
{
    struct two_runs *runs = *state;
    struct error error = {""};
    write_run(&runs->first, "a", 1, 2);
    assert_int_equal(read_runs(runs, &error), -ENODATA);
    assert_non_null(strstr(error.text, runs->second.folder.path));
}

static void the_table_is_at_most_80_columns_wide(void **state)
{
    struct two_runs *runs = *state;
    struct error error = {""};
    write_run(&runs->first, "a-machine-with-a-very-long-name-that-goes-on-and-on", 1, 8);
    write_run(&runs->second, "b", 1.1, 8);
    assert_int_equal(read_runs(runs, &error), 0);
    char *text = print_checked(runs);
    assert_non_null(strstr(text, " within 1.0")); /* memory, inside each machine */
    assert_non_null(strstr(text, " higher\n"));
    free(text);
    compare_finish(runs->comparison);

    run_folder_write(&runs->second.folder, "machine.json",
                     "{\"label\":\"b\",\"hostname\":\"b\",\"cpu\":{\"model\":\"EPYC\"},"
                     "\"software\":{\"libuv\":\"2\"},"
                     "\"kernel\":{\"release\":\"7\"},\"placement\":{\"shared\":true,"
                     "\"server_cpus\":\"0-7\"},\"waitbench_version\":\"2\"}");
    assert_int_equal(read_runs(runs, &error), 0);
    text = print_checked(runs);
    assert_int_equal(strncmp(text, "not comparable\n", 15), 0);
    free(text);
}

#define RUNS_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_difference_takes_its_part),
        cmocka_unit_test(cpus_are_counted_not_named),
        cmocka_unit_test(what_one_did_not_record_is_a_difference),
        cmocka_unit_test(clients_further_away_take_times),
        cmocka_unit_test(a_plan_is_compared_by_its_digest),
        cmocka_unit_test(mitigations_are_one_difference),
        cmocka_unit_test(what_the_machine_hides_takes_its_part),
        cmocka_unit_test(every_recorded_field_takes_its_part_or_is_named),
        cmocka_unit_test(the_fields_that_were_passed_over_are_compared),
        cmocka_unit_test(a_little_less_memory_is_no_other_machine),
        cmocka_unit_test(no_field_of_ours_is_unknown),
        cmocka_unit_test(times_of_two_versions_of_the_measurement_are_not_compared),
        RUNS_TEST(a_tenth_more_is_found_and_the_ratio_stays),
        RUNS_TEST(loads_are_matched_by_their_share_of_the_capacity),
        RUNS_TEST(loads_that_were_named_are_matched_by_their_rate),
        RUNS_TEST(loads_without_a_share_are_matched_by_rank),
        RUNS_TEST(too_few_blocks_have_no_ratio_and_say_so),
        RUNS_TEST(a_tail_says_what_it_cannot_tell),
        RUNS_TEST(equal_rates_and_equal_utilisation_stand_apart),
        RUNS_TEST(overloaded_percentiles_are_compared_with_nothing),
        RUNS_TEST(the_guard_withholds_the_verdict_and_not_the_figure),
        RUNS_TEST(the_rate_is_a_condition),
        RUNS_TEST(a_ratio_travels_to_a_faster_machine),
        RUNS_TEST(a_run_and_itself_are_one_run),
        RUNS_TEST(whole_names_are_kept_and_short_ones_differ),
        RUNS_TEST(an_older_run_without_columns_is_compared),
        RUNS_TEST(a_run_cut_short_is_compared),
        RUNS_TEST(malformed_files_are_named_with_their_line),
        RUNS_TEST(a_folder_that_is_no_run_is_refused),
        RUNS_TEST(the_table_is_at_most_80_columns_wide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
