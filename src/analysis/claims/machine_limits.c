/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/claims/machine_limits.h"

#include <math.h>
#include <stdio.h>

int machine_limit_find(struct machine_limit *limit, const struct recorded_run *run,
                       const char *model)
{
    const char *name;
    json_t *entry;
    int found = 0;
    /* jansson's getters take NULL and the wrong type for "not there". */
    json_object_foreach(json_object_get(run->machine, "limits"), name, entry)
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
    return found;
}

static double number_or_nan(json_t *value)
{
    return json_is_number(value) ? json_number_value(value) : NAN;
}

struct machine_size machine_size_read(const struct recorded_run *run)
{
    json_t *threads =
        json_object_get(json_object_get(run->machine, "limits"), "kernel.threads-max");
    struct machine_size size = {
        .memory_bytes =
            number_or_nan(json_object_get(json_object_get(run->machine, "memory"), "total_bytes")),
        .threads_max = number_or_nan(json_object_get(threads, "value")),
    };
    return size;
}
