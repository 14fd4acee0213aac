/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each run's machine is called: by its label; runs of one label by what tells them apart. */
#include "compare/machines.h"

#include "base/utf8.h"
#include "run/label.h"
#include "run/machine_json.h"

#include <stdio.h>
#include <string.h>

/* How much of a commit tells it from others. */
#define REVISION_WIDTH 12

/* What may tell two runs of one label apart: the first of these in which all of them differ. A word
 * about the machine says more than an hour. */
struct trait {
    const char *path; /* in machine.json */
    const char *before;
    size_t width; /* of what is shown, in bytes */
};

static const struct trait traits[] = {
    {"hostname", "", 64},
    {"kernel.release", "kernel ", 48},
    {"software.libuv", "libuv ", 16},
    /* The day, the minute, the second. */
    {"started_utc", "", 10},
    {"started_utc", "", 16},
    {"started_utc", "", 20},
    {"git_revision", "revision ", REVISION_WIDTH},
    {NULL, NULL, 0},
};

#define TRAIT_SIZE 96

/* "kernel 6.1.0", "2026-11-22 12:20"; "" where the run does not say. */
static void write_trait(const struct trait *trait, const struct compared_machine *machine,
                        char text[TRAIT_SIZE])
{
    const char *value = machine_find_text(machine->json, trait->path);
    char whole[TRAIT_SIZE];
    text[0] = '\0';
    if (!value || !*value)
        return;
    snprintf(whole, sizeof whole, "%s%.*s", trait->before, (int)trait->width, value);
    utf8_printable(text, TRAIT_SIZE, whole);
    char *hour = strcmp(trait->path, "started_utc") == 0 ? strchr(text, 'T') : NULL;
    if (hour)
        *hour = ' ';
}

/* A double quote ends a cell of the charts' files. */
static void write_label(const struct compared_machine *machine, char text[RUN_LABEL_SIZE])
{
    run_label(machine->json, text, RUN_LABEL_SIZE);
    for (char *at = text; *at; at++)
        if (*at == '"')
            *at = '\'';
}

/* Runs of one label; of several copies of one run the first alone. */
struct namesakes {
    const struct machines *machines;
    size_t numbers[MACHINES_MAX];
    size_t count;
};

static void find_namesakes(struct namesakes *namesakes, const struct machines *machines,
                           const char *label)
{
    *namesakes = (struct namesakes){.machines = machines};
    for (size_t i = 0; i < machines->count; i++) {
        char other[RUN_LABEL_SIZE];
        write_label(&machines->machines[i], other);
        if (machines->machines[i].repeats == i && strcmp(label, other) == 0)
            namesakes->numbers[namesakes->count++] = i;
    }
}

/* Whether all of them have it, and no two the same. */
static bool tells_apart(const struct trait *trait, const struct namesakes *namesakes)
{
    char texts[MACHINES_MAX][TRAIT_SIZE];
    for (size_t i = 0; i < namesakes->count; i++) {
        write_trait(trait, &namesakes->machines->machines[namesakes->numbers[i]], texts[i]);
        if (texts[i][0] == '\0')
            return false;
        for (size_t k = 0; k < i; k++)
            if (strcmp(texts[i], texts[k]) == 0)
                return false;
    }
    return true;
}

static void name_numbered(struct compared_machine *machine, const char *label,
                          const struct namesakes *namesakes, size_t number)
{
    size_t place = 0;
    while (place < namesakes->count && namesakes->numbers[place] != number)
        place++;
    machine->is_numbered = true;
    snprintf(machine->name, sizeof machine->name, "%s (%zu)", label, place + 1);
}

static void name_machine(struct machines *machines, size_t number)
{
    struct compared_machine *machine = &machines->machines[number];
    struct namesakes namesakes;
    char label[RUN_LABEL_SIZE];
    char text[TRAIT_SIZE];
    write_label(machine, label);
    find_namesakes(&namesakes, machines, label);
    if (namesakes.count < 2) {
        snprintf(machine->name, sizeof machine->name, "%s", label);
        return;
    }
    const struct trait *trait = traits;
    while (trait->path && !tells_apart(trait, &namesakes))
        trait++;
    if (!trait->path) {
        name_numbered(machine, label, &namesakes, number);
        return;
    }
    write_trait(trait, machine, text);
    for (char *at = text; *at; at++)
        if (*at == '"')
            *at = '\'';
    snprintf(machine->name, sizeof machine->name, "%s (%s)", label, text);
}

static bool is_taken(const struct machines *machines, size_t number)
{
    for (size_t i = 0; i < number; i++)
        if (strcmp(machines->machines[i].name, machines->machines[number].name) == 0)
            return true;
    return false;
}

/* A copy is called after its run; and a label may read like what another one became. */
static void name_again(struct machines *machines, size_t number)
{
    struct compared_machine *machine = &machines->machines[number];
    char name[MACHINE_NAME_SIZE - 16];
    const char *first = machines->machines[machine->repeats].name;
    snprintf(name, sizeof name, "%.*s", (int)sizeof name - 1, first);
    if (machine->repeats < number)
        snprintf(machine->name, sizeof machine->name, "%s, again", name);
    for (unsigned times = 2; is_taken(machines, number); times++)
        snprintf(machine->name, sizeof machine->name, "%s, again %u", name, times % 100);
}

/* Whole where shortened ones would look alike. */
static void shorten_names(struct machines *machines)
{
    const char *names[MACHINES_MAX];
    for (size_t i = 0; i < machines->count; i++)
        names[i] = machines->machines[i].name;
    size_t head = utf8_shorten_head(names, machines->count, MACHINE_SHORT_WIDTH);
    size_t width = head < MACHINE_SHORT_WIDTH ? MACHINE_SHORT_WIDTH : MACHINE_NAME_SIZE;
    for (size_t i = 0; i < machines->count; i++)
        utf8_shorten(machines->machines[i].label, MACHINE_NAME_SIZE, names[i], width, head);
}

void machines_name(struct machines *machines)
{
    for (size_t i = 0; i < machines->count; i++)
        name_machine(machines, i);
    for (size_t i = 0; i < machines->count; i++)
        name_again(machines, i);
    shorten_names(machines);
}
