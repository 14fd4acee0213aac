/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/cpu_list.h"

#include <stdlib.h>

struct range {
    long first;
    long last;
};

/* Reads the range at `at`. Returns what is behind it and its comma, or NULL where none is. */
static const char *read_range(const char *at, struct range *range)
{
    char *end;
    if (*at < '0' || *at > '9')
        return NULL;
    range->first = range->last = strtol(at, &end, 10);
    if (*end == '-') {
        at = end + 1;
        range->last = strtol(at, &end, 10);
        if (end == at)
            return NULL;
    }
    if (range->last < range->first || (*end != ',' && *end != '\0'))
        return NULL;
    return *end == ',' ? end + 1 : end;
}

size_t cpu_list_count(const char *list)
{
    struct range range;
    size_t count = 0;
    while (list && *list) {
        list = read_range(list, &range);
        count = list ? count + (size_t)(range.last - range.first) + 1 : 0;
    }
    return count;
}

static bool has_any(const char *list, const struct range *wanted)
{
    struct range range;
    while (*list) {
        list = read_range(list, &range);
        if (range.first <= wanted->last && wanted->first <= range.last)
            return true;
    }
    return false;
}

bool cpu_list_overlap(const char *a, const char *b)
{
    struct range range;
    if (cpu_list_count(a) == 0 || cpu_list_count(b) == 0)
        return false;
    while (*a) {
        a = read_range(a, &range);
        if (has_any(b, &range))
            return true;
    }
    return false;
}
