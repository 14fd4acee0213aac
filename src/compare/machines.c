/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/machines.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "run/machine_json.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_machine(struct compared_machine *machine, const struct recorded_run *run,
                        struct error *error)
{
    struct stat status;
    if (stat(run->folder, &status) < 0)
        return error_set(error, -errno, "cannot open %s: %s", run->folder, strerror(errno));
    int result = recorded_run_check(run, error);
    if (result == 0 && run->machine_failure != -ENOENT)
        result = recorded_run_need_machine(run, error);
    if (result < 0)
        return result;
    machine->run = run;
    machine->json = run->machine;
    const char *started = machine_find_text(machine->json, "started_utc");
    utf8_printable(machine->started, sizeof machine->started, started ? started : "");
    machine->cut_short = machine->json && !machine_find(machine->json, "ended_utc");
    return 0;
}

/* All that was recorded; what somebody calls the machine is no measurement. */
static bool are_alike_but_for_label(const json_t *a, const json_t *b)
{
    json_t *of_a = alloc_checked(json_copy((json_t *)a));
    json_t *of_b = alloc_checked(json_copy((json_t *)b));
    json_object_del(of_a, "label");
    json_object_del(of_b, "label");
    bool alike = json_equal(of_a, of_b);
    json_decref(of_a);
    json_decref(of_b);
    return alike;
}

/* The same folder, whatever it is called; or a copy, which begins at the same second on the same
 * machine with all else alike, whatever its label. */
static bool are_one_run(const struct compared_machine *a, const struct compared_machine *b)
{
    struct stat of_a;
    struct stat of_b;
    if (stat(a->run->folder, &of_a) == 0 && stat(b->run->folder, &of_b) == 0 &&
        of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino)
        return true;
    return a->started[0] != '\0' && b->started[0] != '\0' &&
           are_alike_but_for_label(a->run->machine, b->run->machine);
}

static void find_repeats(struct machines *machines)
{
    for (size_t i = 0; i < machines->count; i++) {
        size_t first = 0;
        while (first < i && !are_one_run(&machines->machines[first], &machines->machines[i]))
            first++;
        machines->machines[i].repeats = first;
    }
}

int machines_read(struct machines *machines, const struct recorded_run *const *runs, size_t count,
                  struct error *error)
{
    *machines = (struct machines){.count = 0};
    if (count > MACHINES_MAX)
        return error_set(error, -E2BIG, "at most %d runs can be compared", MACHINES_MAX);
    for (size_t i = 0; i < count; i++) {
        int result = read_machine(&machines->machines[i], runs[i], error);
        if (result < 0)
            return result;
        machines->count++;
    }
    find_repeats(machines);
    machines_name(machines);
    return 0;
}

double machines_number(const struct compared_machine *machine, const char *path)
{
    const json_t *value = machine_find(machine->json, path);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static void add_names(const json_t *list, char *text, size_t size)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = machine_find_text(json_array_get(list, i), "name");
        char printable[32];
        size_t used = strlen(text);
        utf8_printable(printable, sizeof printable, name ? name : "?");
        /* Before and during may name the same. */
        if (!strstr(text, printable))
            snprintf(text + used, size - used, "%s%s", used > 0 ? ", " : "", printable);
    }
}

void machines_disturbances(const struct compared_machine *machine, char *text, size_t size)
{
    text[0] = '\0';
    add_names(machine_find(machine->json, "disturbances.before"), text, size);
    add_names(machine_find(machine->json, "disturbances.during"), text, size);
}
