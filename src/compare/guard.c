/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/guard.h"

#include "base/utf8.h"
#include "run/machine_json.h"

#include <hwloc.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES_MARGIN 0.01
#define PLAN_DIGEST  "plan.digest"

/* Over loopback and between network namespaces a busy machine moves a round trip by as much. */
#define WAY_MARGIN    0.5
#define WAY_MARGIN_NS 1e5

static const struct guard_field no_machine = {
    "machine.json",
    NULL,
    GUARD_NOT_COMPARABLE,
    GUARD_NOT_COMPARABLE,
    "nothing says what the run was measured on",
    GUARD_TEXT,
};

/* CPUs that are numbered otherwise are no difference: only how many there are. */
static void count_cpus(char *text, size_t size)
{
    hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
    if (text[0] == '\0')
        snprintf(text, size, "none");
    else if (cpus && hwloc_bitmap_list_sscanf(cpus, text) == 0 && hwloc_bitmap_weight(cpus) > 0)
        snprintf(text, size, "%d", hwloc_bitmap_weight(cpus));
    hwloc_bitmap_free(cpus);
}

static void write_bytes(double bytes, char *text, size_t size)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    for (; bytes >= 1024 && unit + 1 < sizeof units / sizeof *units; unit++)
        bytes /= 1024;
    snprintf(text, size, "%.3g %s", bytes, units[unit]);
}

/* "L1Cache 32 KiB, L2Cache 1 MiB". How many there are follows from the CPUs. */
static void write_caches(const json_t *caches, char *text, size_t size)
{
    char whole[4 * GUARD_TEXT_SIZE] = "";
    for (size_t i = 0; i < json_array_size(caches); i++) {
        const json_t *cache = json_array_get(caches, i);
        const char *name = json_string_value(json_object_get(cache, "name"));
        size_t used = strlen(whole);
        char bytes[32];
        write_bytes(json_number_value(json_object_get(cache, "size_bytes")), bytes, sizeof bytes);
        snprintf(whole + used, sizeof whole - used, "%s%.20s %s", used > 0 ? ", " : "",
                 name ? name : "?", bytes);
    }
    utf8_printable(text, size, whole);
}

/* One value as text, as far as a scalar has one. */
static void write_scalar(const json_t *value, char *text, size_t size)
{
    char *dumped = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY);
    const char *source = dumped ? dumped : json_string_value(value);
    utf8_printable(text, size, source ? source : "");
    free(dumped);
}

/* False where the file does not have the field. */
static bool read_field(const struct guard_field *field, const json_t *machine, char *text,
                       size_t size)
{
    const json_t *value = machine_find(machine, field->path);
    snprintf(text, size, "not recorded");
    if (field->look == GUARD_VERSION) {
        snprintf(text, size, "%" PRId64, machine_measurement_version(machine));
        return true;
    }
    if (field->look == GUARD_CACHES && json_is_array(value)) {
        write_caches(value, text, size);
        return true;
    }
    if (!value || json_is_object(value) || json_is_array(value))
        return false;
    write_scalar(value, text, size);
    if (field->look == GUARD_CPUS && json_is_string(value))
        count_cpus(text, size);
    else if (field->look == GUARD_BYTES && json_is_number(value))
        write_bytes(json_number_value(value), text, size);
    else if (field->look == GUARD_WAY && json_is_number(value))
        snprintf(text, size, "%.3g ms", json_number_value(value) / 1e6);
    return true;
}

/* Whether two numbers are no further apart than a share of the larger, or `least`. */
static bool is_near(const json_t *a, const json_t *b, double share, double least)
{
    double x = json_number_value(a);
    double y = json_number_value(b);
    return fabs(x - y) <= fmax(share * fmax(x, y), least);
}

/* Whether two values that both files have are equal. Texts may be cut: the values are not. */
static bool same_value(const struct guard_field *field, const json_t *first, const json_t *other,
                       const struct guard_finding *finding)
{
    const json_t *a = machine_find(first, field->path);
    const json_t *b = machine_find(other, field->path);
    bool numbers = json_is_number(a) && json_is_number(b);
    if (field->look == GUARD_BYTES && numbers)
        return is_near(a, b, BYTES_MARGIN, 0);
    if (field->look == GUARD_WAY && numbers)
        return is_near(a, b, WAY_MARGIN, WAY_MARGIN_NS);
    if (field->look != GUARD_CPUS && json_is_string(a) && json_is_string(b))
        return json_equal(a, b);
    return strcmp(finding->first, finding->other) == 0;
}

static enum guard_level level_of(enum guard_level differing, const struct guard_finding *finding)
{
    bool may_be_equal = finding->field->look == GUARD_LATER && !finding->in_both;
    return may_be_equal && differing > GUARD_RATIOS_ONLY ? GUARD_RATIOS_ONLY : differing;
}

static void add(struct guard *guard, const struct guard_finding *finding)
{
    const struct guard_field *field = finding->field;
    enum guard_level memory = level_of(field->memory, finding);
    enum guard_level time = level_of(field->time, finding);
    if (guard->count < GUARD_FINDINGS_MAX)
        guard->findings[guard->count++] = *finding;
    if (memory > guard->memory)
        guard->memory = memory;
    if (time > guard->time)
        guard->time = time;
}

/* What one machine says of a member, or "" where that is as much as nothing. An older kernel does
 * not name the vulnerabilities that came later: they do not affect this CPU. */
static const char *member_of(const struct guard_field *field, const json_t *object,
                             const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    bool nothing = !text || (field->look == GUARD_MITIGATIONS && strcmp(text, "Not affected") == 0);
    return nothing ? "" : text;
}

/* Counts where `other` differs in what `first` names, and describes the first such difference. With
 * `only_first`, in what `first` alone names. */
static size_t count_members(const struct guard_field *field, const json_t *first,
                            const json_t *other, bool only_first, const char **differing)
{
    size_t count = 0;
    const char *name;
    json_t *unused;
    json_object_foreach((json_t *)first, name, unused)
    {
        if (only_first && json_object_get(other, name))
            continue;
        if (strcmp(member_of(field, first, name), member_of(field, other, name)) == 0)
            continue;
        if (!*differing)
            *differing = name;
        count++;
    }
    return count;
}

static void write_member(char *text, const struct guard_field *field, const json_t *object,
                         const char *name, size_t count)
{
    char whole[4 * GUARD_TEXT_SIZE];
    const char *nothing = field->look == GUARD_MITIGATIONS ? "not affected" : "not set";
    const char *said = member_of(field, object, name);
    snprintf(whole, sizeof whole, "%.40s: %.60s%s", name, *said ? said : nothing,
             count > 1 ? ", and more" : "");
    utf8_printable(text, GUARD_TEXT_SIZE, whole);
}

/* A table of its own, of which one finding is made. */
static void judge_members(struct guard *guard, const struct guard_field *field, const json_t *first,
                          const json_t *other)
{
    struct guard_finding finding = {.field = field};
    const json_t *of_first = machine_find(first, field->path);
    const json_t *of_other = machine_find(other, field->path);
    const char *name = NULL;
    finding.in_both = json_is_object(of_first) && json_is_object(of_other);
    guard->looked_at += finding.in_both;
    size_t count = count_members(field, of_first, of_other, false, &name) +
                   count_members(field, of_other, of_first, true, &name);
    if (json_is_object(of_first) != json_is_object(of_other)) {
        snprintf(finding.first, sizeof finding.first, "%s", of_first ? "recorded" : "not recorded");
        snprintf(finding.other, sizeof finding.other, "%s", of_other ? "recorded" : "not recorded");
        add(guard, &finding);
    } else if (count > 0) {
        write_member(finding.first, field, of_first, name, count);
        write_member(finding.other, field, of_other, name, count);
        add(guard, &finding);
    }
}

static void judge_field(struct guard *guard, const struct guard_field *field, const json_t *first,
                        const json_t *other)
{
    struct guard_finding finding = {.field = field};
    bool in_first = read_field(field, first, finding.first, sizeof finding.first);
    bool in_other = read_field(field, other, finding.other, sizeof finding.other);
    if (field->look == GUARD_USED && !(in_first && in_other))
        return;
    finding.in_both = in_first && in_other;
    guard->looked_at += finding.in_both;
    if (in_first != in_other || (finding.in_both && !same_value(field, first, other, &finding)))
        add(guard, &finding);
}

/* Of a run that has no digest the profile's name has to do, which says nothing of a plan that is
 * somebody's own or that a command line changed. */
static bool is_as_it_comes(const json_t *machine)
{
    return !json_is_false(machine_find(machine, "plan.as_it_comes"));
}

static void judge(struct guard *guard, const struct guard_field *field, const json_t *first,
                  const json_t *other)
{
    bool both_have_plans = machine_find(first, PLAN_DIGEST) && machine_find(other, PLAN_DIGEST);
    switch (field->look) {
    case GUARD_NOT_COMPARED:
        return;
    case GUARD_PROFILE:
        if (!both_have_plans && is_as_it_comes(first) && is_as_it_comes(other))
            judge_field(guard, field, first, other);
        return;
    case GUARD_PLAN:
        if (both_have_plans || !is_as_it_comes(first) || !is_as_it_comes(other))
            judge_field(guard, field, first, other);
        return;
    case GUARD_MITIGATIONS:
    case GUARD_VARIABLES:
        judge_members(guard, field, first, other);
        return;
    default:
        judge_field(guard, field, first, other);
    }
}

void guard_judge(struct guard *guard, const json_t *first, const json_t *other)
{
    *guard = (struct guard){.memory = GUARD_COMPARABLE};
    if (!first || !other) {
        struct guard_finding finding = {.field = &no_machine};
        snprintf(finding.first, sizeof finding.first, "%s", first ? "recorded" : "not recorded");
        snprintf(finding.other, sizeof finding.other, "%s", other ? "recorded" : "not recorded");
        add(guard, &finding);
        return;
    }
    for (const struct guard_field *field = guard_fields; field->name; field++)
        judge(guard, field, first, other);
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
