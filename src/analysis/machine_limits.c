/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/machine_limits.h"

#include <jansson.h>
#include <limits.h>
#include <stdio.h>

int machine_limit_find(struct machine_limit *limit, const char *run_dir, const char *model)
{
    char path[PATH_MAX];
    if ((size_t)snprintf(path, sizeof path, "%s/machine.json", run_dir) >= sizeof path)
        return 0;
    json_t *machine = json_load_file(path, 0, NULL);
    const char *name;
    json_t *entry;
    int found = 0;
    /* jansson's getters take NULL and the wrong type for "not there". */
    json_object_foreach(json_object_get(machine, "limits"), name, entry)
    {
        json_t *largest = json_object_get(json_object_get(entry, "largest_waiters"), model);
        if (!json_is_number(largest))
            continue;
        double waiters = json_number_value(largest);
        if (found && waiters >= limit->largest_waiters)
            continue;
        snprintf(limit->name, sizeof limit->name, "%s", name);
        limit->largest_waiters = waiters;
        found = 1;
    }
    json_decref(machine);
    return found;
}
