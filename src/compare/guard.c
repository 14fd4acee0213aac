/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/guard.h"

#include "measure/machine.h"

#include <hwloc.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct guard_field fields[] = {
    {"measurement", "measurement_version", GUARD_COMPARABLE, GUARD_NOT_COMPARABLE,
     "times and rates mean something else in the other version"},
    {"waitbench", "waitbench_version", GUARD_NOT_COMPARABLE, GUARD_NOT_COMPARABLE,
     "other programs may have been measured by other instruments"},
    {"git revision", "git_revision", GUARD_COMPARABLE, GUARD_COMPARABLE,
     "the same version, but bench/ may have changed in between"},
    {"libuv", "software.libuv", GUARD_NOT_COMPARABLE, GUARD_NOT_COMPARABLE,
     "it is under the loop alone"},
    {"huge pages", "kernel.huge_pages", GUARD_NOT_COMPARABLE, GUARD_RATIOS_ONLY,
     "they back the stacks of threads"},
    {"shared CPUs", "placement.shared", GUARD_COMPARABLE, GUARD_NOT_COMPARABLE,
     "sharing them with the load changes each wake-up"},
    {"server CPUs", "placement.server_cpus", GUARD_COMPARABLE, GUARD_RATIOS_ONLY,
     "threads use all of them, one loop a single one"},
    {"client CPUs", "placement.client_cpus", GUARD_COMPARABLE, GUARD_RATIOS_ONLY,
     "the load generator may be the limit on one only"},
    {"profile", "profile", GUARD_COMPARABLE, GUARD_RATIOS_ONLY,
     "trials last longer in one of them"},
    {"CPU", "cpu.model", GUARD_COMPARABLE, GUARD_RATIOS_ONLY, "another CPU"},
    {"CPU count", "cpu.logical_cpus", GUARD_COMPARABLE, GUARD_RATIOS_ONLY,
     "what else runs has more room"},
    {"SMT", "cpu.smt", GUARD_COMPARABLE, GUARD_RATIOS_ONLY, "siblings share a core"},
    {"architecture", "kernel.architecture", GUARD_RATIOS_ONLY, GUARD_RATIOS_ONLY,
     "other code, other structures"},
    {"page size", "kernel.page_bytes", GUARD_NOT_COMPARABLE, GUARD_RATIOS_ONLY,
     "a stack takes whole pages"},
    {"kernel", "kernel.release", GUARD_RATIOS_ONLY, GUARD_RATIOS_ONLY,
     "its structures and its scheduler are in every figure"},
    {"clock source", "kernel.clock_source", GUARD_COMPARABLE, GUARD_RATIOS_ONLY,
     "reading the time is in every latency"},
    {"C library", "software.libc", GUARD_RATIOS_ONLY, GUARD_RATIOS_ONLY,
     "its threads and its allocator are in the programs"},
    {"jemalloc", "software.jemalloc", GUARD_RATIOS_ONLY, GUARD_RATIOS_ONLY,
     "it is in half of the programs"},
    {"compiler", "software.compiler", GUARD_COMPARABLE, GUARD_RATIOS_ONLY, "other machine code"},
    {"hypervisor", "virtualisation.hypervisor", GUARD_COMPARABLE, GUARD_RATIOS_ONLY,
     "waking a halted CPU costs more in a guest"},
    {"container", "virtualisation.container", GUARD_COMPARABLE, GUARD_RATIOS_ONLY,
     "its network and its limits"},
    {"governor", "frequency.governor", GUARD_COMPARABLE, GUARD_RATIOS_ONLY,
     "the CPUs run at other speeds"},
    {"mitigations", "mitigations", GUARD_COMPARABLE, GUARD_RATIOS_ONLY,
     "they are in the price of each system call and switch"},
    {"io_uring", "io_uring.setup", GUARD_COMPARABLE, GUARD_COMPARABLE,
     "nothing here uses it unless libuv does"},
    {"libuv io_uring", "io_uring.libuv_can_use", GUARD_COMPARABLE, GUARD_NOT_COMPARABLE,
     "it spares the loop alone a system call per change of epoll"},
    {"interrupts", "kernel.irq_time_accounting", GUARD_COMPARABLE, GUARD_RATIOS_ONLY,
     "CPU times leave them out in one of the two"},
    {"CPU pair", "cpu_pair.verdict", GUARD_COMPARABLE, GUARD_RATIOS_ONLY,
     "the load generator slows the server down in one of the two"},
    {"trial cgroup", "cgroup.trial_cgroup", GUARD_RATIOS_ONLY, GUARD_COMPARABLE,
     "kernel memory comes from another instrument"},
};
#define FIELD_COUNT (sizeof fields / sizeof *fields)

static const struct guard_field no_machine = {
    "machine.json",
    NULL,
    GUARD_NOT_COMPARABLE,
    GUARD_NOT_COMPARABLE,
    "nothing says what the run was measured on",
};

void guard_printable(char *text, size_t size, const char *source)
{
    size_t length = 0;
    for (; *source && length + 1 < size; source++)
        text[length++] = *source >= ' ' && *source <= '~' ? *source : '?';
    text[length] = '\0';
}

/* CPUs that are numbered otherwise are no difference: only how many there are. */
static void count_cpus(char *text, size_t size)
{
    hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
    if (cpus && hwloc_bitmap_list_sscanf(cpus, text) == 0 && hwloc_bitmap_weight(cpus) > 0)
        snprintf(text, size, "%d", hwloc_bitmap_weight(cpus));
    hwloc_bitmap_free(cpus);
}

/* False where the file does not have the field. */
static bool read_field(const struct guard_field *field, const json_t *machine, char *text,
                       size_t size)
{
    const json_t *value = machine_find(machine, field->path);
    if (strcmp(field->path, "measurement_version") == 0) {
        snprintf(text, size, "%" PRId64, machine_measurement_version(machine));
        return true;
    }
    char *dumped = NULL;
    snprintf(text, size, "not recorded");
    if (!value || json_is_object(value) || json_is_array(value))
        return false;
    if (!json_is_string(value))
        dumped = json_dumps(value, JSON_ENCODE_ANY);
    const char *source = dumped ? dumped : json_string_value(value);
    guard_printable(text, size, source ? source : "");
    free(dumped);
    if (strstr(field->path, "_cpus") && json_is_string(value))
        count_cpus(text, size);
    return true;
}

static void add(struct guard *guard, const struct guard_finding *finding)
{
    const struct guard_field *field = finding->field;
    if (guard->count < GUARD_FINDINGS_MAX)
        guard->findings[guard->count++] = *finding;
    if (field->memory > guard->memory)
        guard->memory = field->memory;
    if (field->time > guard->time)
        guard->time = field->time;
}

/* What one machine says of a vulnerability. An older kernel does not name those that came later,
 * which is as much as that they do not affect this CPU. */
static const char *mitigation_of(const json_t *mitigations, const char *name)
{
    const char *text = json_string_value(json_object_get(mitigations, name));
    return text && strcmp(text, "Not affected") != 0 ? text : "";
}

/* Counts where `other` differs in what `first` names, and describes the first such difference. With
 * `only_first`, in what `first` alone names. */
static size_t count_mitigations(const json_t *first, const json_t *other, bool only_first,
                                const char **differing)
{
    size_t count = 0;
    const char *name;
    json_t *unused;
    json_object_foreach((json_t *)first, name, unused)
    {
        if (only_first && json_object_get(other, name))
            continue;
        if (strcmp(mitigation_of(first, name), mitigation_of(other, name)) == 0)
            continue;
        if (!*differing)
            *differing = name;
        count++;
    }
    return count;
}

static void write_mitigation(char *text, const json_t *mitigations, const char *name, size_t count)
{
    char whole[4 * GUARD_TEXT_SIZE];
    const char *said = mitigation_of(mitigations, name);
    snprintf(whole, sizeof whole, "%.40s: %.60s%s", name, *said ? said : "not affected",
             count > 1 ? ", and more" : "");
    guard_printable(text, GUARD_TEXT_SIZE, whole);
}

/* A table of its own, of which one finding is made. */
static void judge_mitigations(struct guard *guard, const struct guard_field *field,
                              const json_t *first, const json_t *other)
{
    struct guard_finding finding = {.field = field, .in_both = true};
    const json_t *of_first = machine_find(first, field->path);
    const json_t *of_other = machine_find(other, field->path);
    const char *name = NULL;
    if (!json_is_object(of_first) || !json_is_object(of_other))
        return;
    guard->looked_at++;
    size_t count = count_mitigations(of_first, of_other, false, &name) +
                   count_mitigations(of_other, of_first, true, &name);
    if (count == 0)
        return;
    write_mitigation(finding.first, of_first, name, count);
    write_mitigation(finding.other, of_other, name, count);
    add(guard, &finding);
}

static void judge_field(struct guard *guard, const struct guard_field *field, const json_t *first,
                        const json_t *other)
{
    struct guard_finding finding = {.field = field};
    bool in_first = read_field(field, first, finding.first, sizeof finding.first);
    bool in_other = read_field(field, other, finding.other, sizeof finding.other);
    finding.in_both = in_first && in_other;
    guard->looked_at += finding.in_both;
    if (in_first != in_other || (in_first && strcmp(finding.first, finding.other) != 0))
        add(guard, &finding);
}

void guard_judge(struct guard *guard, const json_t *first, const json_t *other)
{
    _Static_assert(FIELD_COUNT < GUARD_FINDINGS_MAX, "every field may differ");
    *guard = (struct guard){.memory = GUARD_COMPARABLE};
    if (!first || !other) {
        struct guard_finding finding = {.field = &no_machine};
        snprintf(finding.first, sizeof finding.first, "%s", first ? "recorded" : "not recorded");
        snprintf(finding.other, sizeof finding.other, "%s", other ? "recorded" : "not recorded");
        add(guard, &finding);
        return;
    }
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (strcmp(fields[i].path, "mitigations") == 0)
            judge_mitigations(guard, &fields[i], first, other);
        else
            judge_field(guard, &fields[i], first, other);
}

enum guard_level guard_overall(const struct guard *guard)
{
    return guard->memory > guard->time ? guard->memory : guard->time;
}

const char *guard_level_text(enum guard_level level)
{
    static const char *const texts[] = {"comparable", "ratios only", "not comparable"};
    return texts[level];
}

const char *guard_takes(const struct guard_field *field)
{
    /* By what is left of memory, then of times. */
    static const char *const texts[3][3] = {
        {"nothing", "absolute times", "all times"},
        {"absolute memory", "absolute figures", "absolute memory and all times"},
        {"all memory", "all memory and absolute times", "everything"},
    };
    return texts[field->memory][field->time];
}
