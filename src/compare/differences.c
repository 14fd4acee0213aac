/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/differences.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "run/machine_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Those that are set, not those that are measured: how much memory is free differs from hour to
 * hour. */
static const char *const limits[] = {
    "RLIMIT_NOFILE",    "RLIMIT_NPROC", "RLIMIT_AS",       "kernel.threads-max",  "kernel.pid_max",
    "vm.max_map_count", "fs.nr_open",   "cgroup pids.max", "cgroup memory limit", NULL,
};

static enum guard_level worse(enum guard_level a, enum guard_level b)
{
    return a > b ? a : b;
}

static void add(struct differences *differences, const char *name, const char *first,
                const char *other, enum guard_level weight)
{
    if (differences->count == DIFFERENCES_MAX)
        return;
    struct difference *difference = &differences->list[differences->count++];
    memset(difference, 0, sizeof *difference);
    snprintf(difference->name, sizeof difference->name, "%s", name);
    snprintf(difference->values[0], GUARD_TEXT_SIZE, "%s", first);
    snprintf(difference->values[1], GUARD_TEXT_SIZE, "%s", other);
    difference->weight = weight;
}

static struct difference *find(struct differences *differences, const char *name)
{
    for (size_t i = 0; i < differences->count; i++)
        if (strcmp(differences->list[i].name, name) == 0)
            return &differences->list[i];
    return NULL;
}

/* Where the same release was built twice the build tells them apart; of another release it tells
 * nothing more. */
static bool says_no_more(struct differences *differences, const struct guard_field *field)
{
    return strcmp(field->path, "kernel.version") == 0 && find(differences, "kernel");
}

static bool read_limit(const json_t *machine, const char *name, char text[GUARD_TEXT_SIZE])
{
    const json_t *limit = json_object_get(machine_find(machine, "limits"), name);
    const json_t *value = json_object_get(limit, "value");
    if (!json_is_number(value) && !json_is_null(value))
        return false;
    if (json_is_null(value))
        snprintf(text, GUARD_TEXT_SIZE, "none");
    else
        snprintf(text, GUARD_TEXT_SIZE, "%.15g", json_number_value(value));
    return true;
}

static void add_limits(struct differences *differences, const json_t *first, const json_t *other)
{
    for (const char *const *limit = limits; *limit; limit++) {
        char name[DIFFERENCE_NAME_SIZE];
        char of_first[GUARD_TEXT_SIZE];
        char of_other[GUARD_TEXT_SIZE];
        snprintf(name, sizeof name, "limit %s", *limit);
        if (read_limit(first, *limit, of_first) && read_limit(other, *limit, of_other) &&
            strcmp(of_first, of_other) != 0)
            add(differences, name, of_first, of_other, GUARD_COMPARABLE);
    }
}

static bool is_disturbed_by(const json_t *machine, const char *list, const char *name)
{
    const json_t *disturbances = machine_find(machine, list);
    for (size_t i = 0; i < json_array_size(disturbances); i++) {
        const char *found = machine_find_text(json_array_get(disturbances, i), "name");
        if (found && strcmp(found, name) == 0)
            return true;
    }
    return false;
}

static bool was_disturbed_by(const json_t *machine, const char *name)
{
    return is_disturbed_by(machine, "disturbances.before", name) ||
           is_disturbed_by(machine, "disturbances.during", name);
}

/* What disturbed the one and not the other: `values` are those of the former and the latter. */
static void add_disturbances_of(struct differences *differences, const json_t *disturbed,
                                const json_t *other, const char *list, const char *const values[2])
{
    const json_t *disturbances = machine_find(disturbed, list);
    for (size_t i = 0; i < json_array_size(disturbances); i++) {
        const char *found = machine_find_text(json_array_get(disturbances, i), "name");
        char printable[DIFFERENCE_NAME_SIZE - sizeof DISTURBED_BY];
        char name[DIFFERENCE_NAME_SIZE];
        if (!found || was_disturbed_by(other, found))
            continue;
        utf8_printable(printable, sizeof printable, found);
        snprintf(name, sizeof name, DISTURBED_BY "%s", printable);
        if (!find(differences, name))
            add(differences, name, values[0], values[1], GUARD_RATIOS_ONLY);
    }
}

/* The worst first; else in the guard's order. */
static void sort(struct differences *differences)
{
    for (size_t i = 1; i < differences->count; i++)
        for (size_t k = i; k > 0 && differences->list[k].weight > differences->list[k - 1].weight;
             k--) {
            struct difference swapped = differences->list[k];
            differences->list[k] = differences->list[k - 1];
            differences->list[k - 1] = swapped;
        }
}

void differences_between(struct differences *differences, const json_t *first, const json_t *other)
{
    struct guard guard;
    differences->count = 0;
    if (!first || !other)
        return;
    guard_judge(&guard, first, other);
    for (size_t i = 0; i < guard.count; i++) {
        const struct guard_finding *finding = &guard.findings[i];
        const struct guard_field *field = finding->field;
        if (finding->in_both && !says_no_more(differences, field))
            add(differences, field->name, finding->first, finding->other,
                worse(field->memory, field->time));
    }
    add_limits(differences, first, other);
    sort(differences);
}

void differences_add_disturbances(struct differences *differences, const json_t *first,
                                  const json_t *other)
{
    static const char *const lists[] = {"disturbances.before", "disturbances.during"};
    static const char *const of_first[] = {"yes", "no"};
    static const char *const of_other[] = {"no", "yes"};
    if (!first || !other)
        return;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        add_disturbances_of(differences, first, other, lists[i], of_first);
        add_disturbances_of(differences, other, first, lists[i], of_other);
    }
    sort(differences);
}

/* Leaves of `all` what `pair` has, with the values of both sides. */
static void keep_common(struct differences *all, struct differences *pair, int first, int other)
{
    size_t kept = 0;
    for (size_t i = 0; i < all->count; i++) {
        struct difference *difference = &all->list[i];
        const struct difference *here = find(pair, difference->name);
        if (!here)
            continue;
        memcpy(difference->values[first], here->values[0], GUARD_TEXT_SIZE);
        memcpy(difference->values[other], here->values[1], GUARD_TEXT_SIZE);
        all->list[kept++] = *difference;
    }
    all->count = kept;
}

static void drop(struct differences *all, struct differences *pair)
{
    size_t kept = 0;
    for (size_t i = 0; i < all->count; i++)
        if (!find(pair, all->list[i].name))
            all->list[kept++] = all->list[i];
    all->count = kept;
}

static void start(struct differences *all, const struct differences *pair, int first, int other)
{
    *all = *pair;
    for (size_t i = 0; i < all->count; i++) {
        struct difference *difference = &all->list[i];
        memset(difference->values, 0, sizeof difference->values);
        memcpy(difference->values[first], pair->list[i].values[0], GUARD_TEXT_SIZE);
        memcpy(difference->values[other], pair->list[i].values[1], GUARD_TEXT_SIZE);
    }
}

/* Looks at all pairs of machines on different sides, or at all on one side. */
static void look_at_pairs(struct differences *differences, const struct machines *machines,
                          const int *sides, bool across)
{
    struct differences *pair = alloc_array(1, sizeof *pair);
    bool started = !across;
    for (size_t i = 0; i < machines->count; i++)
        for (size_t k = i + 1; k < machines->count; k++) {
            if (sides[i] == SIDE_NONE || sides[k] == SIDE_NONE || (sides[i] != sides[k]) != across)
                continue;
            differences_between(pair, machines->machines[i].json, machines->machines[k].json);
            differences_add_disturbances(pair, machines->machines[i].json,
                                         machines->machines[k].json);
            if (!across)
                drop(differences, pair);
            else if (started)
                keep_common(differences, pair, sides[i], sides[k]);
            else
                start(differences, pair, sides[i], sides[k]);
            started = true;
        }
    free(pair);
}

void differences_of_sides(struct differences *differences, const struct machines *machines,
                          const int *sides)
{
    differences->count = 0;
    look_at_pairs(differences, machines, sides, true);
    look_at_pairs(differences, machines, sides, false);
}
