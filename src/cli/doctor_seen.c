/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/doctor_seen.h"

#include "base/error.h"
#include "cli/doctor_text.h"
#include "measure/machine/machine.h"
#include "run/machine_json.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>

void doctor_print_accounting(const struct cgroup_home *home)
{
    char text[CGROUP_PATH_SIZE + 64];
    doctor_print_title("Memory accounting");
    if (home->version == CGROUP_NONE) {
        doctor_print_wrapped(2, "kernel memory comes from /proc/meminfo, which counts the whole "
                                "machine");
        return;
    }
    snprintf(text, sizeof text, "each trial gets a memory cgroup (v%d) of its own below %s",
             home->version == CGROUP_V1 ? 1 : 2, home->directory);
    doctor_print_wrapped(2, text);
}

/* Puts the fields that are hidden from this user, or those that do not exist, into one line. */
static void print_unseen(const json_t *not_seen, bool hidden, const char *title)
{
    char fields[4096] = "";
    size_t length = 0;
    size_t index;
    const json_t *entry;
    json_array_foreach(not_seen, index, entry)
    {
        const char *field = machine_find_text(entry, "field");
        const char *reason = machine_find_text(entry, "reason");
        bool refused = strstr(reason, strerror(EACCES)) || strstr(reason, strerror(EPERM));
        if (refused != hidden || length + strlen(field) + 3 > sizeof fields)
            continue;
        length += (size_t)snprintf(fields + length, sizeof fields - length, "%s%s",
                                   length > 0 ? ", " : "", field);
    }
    if (length == 0)
        return;
    printf("  %s:\n", title);
    doctor_print_wrapped(4, fields);
}

/* "Mitigation: ..." of each vulnerability would be a page; who wants it finds it in /sys. */
static void print_mitigations(const json_t *mitigations)
{
    char text[1024] = "";
    size_t count = 0;
    size_t length = 0;
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)mitigations, name, value)
    {
        const char *said = json_string_value(value);
        if (!said || strcmp(name, "command_line") == 0 || strncmp(said, "Mitigation", 10) != 0)
            continue;
        if (length < sizeof text)
            length += (size_t)snprintf(text + length, sizeof text - length, "%s%s",
                                       count > 0 ? ", " : "", name);
        count++;
    }
    const char *option = machine_find_text(mitigations, "command_line");
    printf("  mitigations= on the kernel's command line: %s\n", option ? option : "not seen");
    printf("  mitigated: %zu vulnerabilities\n", count);
    if (count > 0)
        doctor_print_wrapped(4, text);
}

static void print_hidden(const json_t *machine)
{
    const char *setup = machine_find_text(machine, "io_uring.setup");
    const json_t *irq = machine_find(machine, "kernel.irq_time_accounting");
    doctor_print_title("What is in every figure, and shows in none");
    print_mitigations(machine_find(machine, "mitigations"));
    printf("  io_uring: %s; libuv %s %s it\n", setup ? setup : "not seen", uv_version_string(),
           json_is_true(machine_find(machine, "io_uring.libuv_can_use")) ? "may use"
                                                                         : "does not use");
    doctor_print_wrapped(
        2, json_is_true(irq) ? "time in interrupts is accounted apart: the CPU time of a program "
                               "leaves it out"
           : irq ? "time in interrupts is not accounted apart: it counts as CPU time of the "
                   "program they interrupt"
                 : "whether time in interrupts is accounted apart is not seen");
}

void doctor_examine_visibility(const struct limits *limits)
{
    struct machine *machine;
    struct error error;
    if (machine_create(&machine, "", NULL, &error) < 0)
        return;
    machine_set_limits(machine, limits);
    print_hidden(machine_json(machine));
    const json_t *not_seen = machine_find(machine_json(machine), "not_seen");
    doctor_print_title("What cannot be seen");
    print_unseen(not_seen, true, "hidden from this user; root would see");
    print_unseen(not_seen, false, "not shown by this machine");
    if (json_array_size(not_seen) == 0)
        puts("  nothing: all is in sight");
    machine_destroy(machine);
}
