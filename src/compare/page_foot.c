/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/page_foot.h"

#include "base/utf8.h"
#include "run/machine_json.h"

#include <stdio.h>
#include <string.h>

/* "2026-11-22" */
#define DAY_BYTES 10

/* The texts are in the order of time. A run that does not say when it was is left out. */
static void find_days(const struct machines *machines, const char **first, const char **last)
{
    *first = NULL;
    *last = NULL;
    for (size_t i = 0; i < machines->count; i++) {
        const char *started = machines->machines[i].started;
        if (strlen(started) < DAY_BYTES)
            continue;
        if (!*first || strncmp(started, *first, DAY_BYTES) < 0)
            *first = started;
        if (!*last || strncmp(started, *last, DAY_BYTES) > 0)
            *last = started;
    }
}

/* NULL where one does not say, or says another. */
static const char *common_version(const struct machines *machines)
{
    const char *common = machine_find_text(machines->machines[0].json, "waitbench_version");
    for (size_t i = 1; common && i < machines->count; i++) {
        const char *version = machine_find_text(machines->machines[i].json, "waitbench_version");
        if (!version || strcmp(version, common) != 0)
            common = NULL;
    }
    return common;
}

void page_foot(const struct machines *machines, char *foot)
{
    const char *first;
    const char *last;
    char version[24] = "";
    char days[32] = "";
    const char *common = common_version(machines);
    find_days(machines, &first, &last);
    if (common)
        utf8_printable(version, sizeof version, common);
    if (first && strncmp(first, last, DAY_BYTES) == 0)
        snprintf(days, sizeof days, " · %.*s", DAY_BYTES, first);
    else if (first)
        snprintf(days, sizeof days, " · %.*s to %.*s", DAY_BYTES, first, DAY_BYTES, last);
    snprintf(foot, PAGE_FOOT_SIZE, "%zu runs%s%s%s", machines->count, days,
             *version ? " · waitbench " : "", version);
}
