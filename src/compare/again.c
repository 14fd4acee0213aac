/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/again.h"

#include "compare/entry_text.h"
#include "run/machine_json.h"

#include <math.h>
#include <string.h>

/* A kernel keeps some memory of its own. */
#define MEMORY_MARGIN 0.01

static bool same_text(const json_t *a, const json_t *b, const char *path)
{
    const char *of_a = machine_find_text(a, path);
    const char *of_b = machine_find_text(b, path);
    return of_a && of_b && strcmp(of_a, of_b) == 0;
}

static bool same_number(const struct compared_machine *a, const struct compared_machine *b,
                        const char *path, double margin)
{
    double of_a = machines_number(a, path);
    double of_b = machines_number(b, path);
    return of_a > 0 && of_b > 0 && fabs(of_a - of_b) <= margin * fmax(of_a, of_b);
}

bool again_same_machine(const struct compared_machine *a, const struct compared_machine *b)
{
    return same_text(a->json, b->json, "hostname") && same_text(a->json, b->json, "cpu.model") &&
           same_number(a, b, "cpu.logical_cpus", 0) &&
           same_number(a, b, "memory.total_bytes", MEMORY_MARGIN);
}

/* Times are written so that their order is that of their text. */
static bool is_before(const struct compared_machine *a, const struct compared_machine *b)
{
    return a->started[0] != '\0' && b->started[0] != '\0' && strcmp(a->started, b->started) < 0;
}

size_t again_before(const struct machines *machines, size_t number)
{
    const struct compared_machine *machine = &machines->machines[number];
    size_t found = NO_MACHINE;
    if (machine->repeats != number)
        return NO_MACHINE;
    for (size_t i = 0; i < machines->count; i++) {
        const struct compared_machine *other = &machines->machines[i];
        if (other->repeats == i && is_before(other, machine) &&
            again_same_machine(other, machine) &&
            (found == NO_MACHINE || is_before(&machines->machines[found], other)))
            found = i;
    }
    return found;
}

static double distance(const struct estimate *ratio)
{
    return fabs(log(ratio->value));
}

/* The furthest first. */
static void note_moved(struct again *again, const struct entry *entry, const struct estimate *ratio)
{
    size_t count = again->moved < AGAIN_SHOWN ? again->moved : AGAIN_SHOWN;
    again->moved++;
    size_t place = count;
    while (place > 0 && distance(&again->furthest[place - 1].ratio) < distance(ratio))
        place--;
    if (place == AGAIN_SHOWN)
        return;
    size_t last = count < AGAIN_SHOWN ? count : AGAIN_SHOWN - 1;
    memmove(&again->furthest[place + 1], &again->furthest[place],
            (last - place) * sizeof *again->furthest);
    again->furthest[place] = (struct moved){entry, *ratio};
}

/* Programs' own: ratios follow from them. */
static void note_alone(struct again *again, const struct entry *before, const struct entry *after)
{
    const struct entry *entry = after ? after : before;
    if (!entry || entry->against || !entry_is_shown(entry))
        return;
    again->alone++;
    if (!again->lone || (after && !again->lone_is_later)) {
        again->lone = entry;
        again->lone_is_later = after != NULL;
    }
}

static void look_at(struct again *again, const struct entry *before, const struct entry *after)
{
    if (!before || !after) {
        note_alone(again, before, after);
        return;
    }
    if (!entry_is_shown(after) || !entry_has_figure(before) || !entry_has_figure(after) ||
        compare_is_other_load(after, before))
        return;
    struct estimate ratio = figure_ratio(&after->figure, &before->figure);
    if (isnan(ratio.interval.low))
        return;
    again->figures++;
    enum verdict verdict = statistics_verdict(&ratio, fmax(before->resolution, after->resolution));
    if (verdict == VERDICT_LOWER || verdict == VERDICT_HIGHER)
        note_moved(again, after, &ratio);
}

void again_read(struct again *again, const struct comparison_of_runs *comparison, size_t before,
                size_t after)
{
    const json_t *json_before = comparison->machines.machines[before].json;
    const json_t *json_after = comparison->machines.machines[after].json;
    bool same_clock =
        machine_measurement_version(json_before) == machine_measurement_version(json_after);
    *again = (struct again){.before = before, .after = after};
    differences_between(&again->differences, json_before, json_after);
    differences_add_disturbances(&again->disturbances, json_before, json_after);
    for (size_t i = 0; i < comparison->count; i++) {
        const struct compared_row *row = &comparison->rows[i];
        if (same_clock || row->entry->is_memory)
            look_at(again, row->machines[before].entry, row->machines[after].entry);
    }
}
