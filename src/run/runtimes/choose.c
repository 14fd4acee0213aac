/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which entries of the catalogue somebody asks for. */
#include "run/runtimes/runtimes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool is_word(const char *text, size_t length, const char *word)
{
    return strlen(word) == length && strncmp(text, word, length) == 0;
}

/* Whether it is the first of its group. */
static bool opens_group(const struct runtimes *runtimes, size_t number)
{
    for (size_t i = 0; i < number; i++)
        if (strcmp(runtimes->list[i].group, runtimes->list[number].group) == 0)
            return false;
    return true;
}

static int refuse(const struct runtimes *runtimes, const char *word, size_t length,
                  struct error *error)
{
    char groups[256];
    char names[640];
    FILE *out = fmemopen(groups, sizeof groups, "w");
    for (size_t i = 0; out && i < runtimes->count; i++)
        if (opens_group(runtimes, i))
            fprintf(out, "%s%s", i > 0 ? ", " : "", runtimes->list[i].group);
    if (!out || fclose(out) != 0)
        groups[0] = '\0';
    out = fmemopen(names, sizeof names, "w");
    for (size_t i = 0; out && i < runtimes->count; i++)
        fprintf(out, "%s%s", i > 0 ? ", " : "", runtimes->list[i].name);
    if (!out || fclose(out) != 0)
        names[0] = '\0';
    return error_set(
        error, -EINVAL,
        "--runtimes: there is no '%.*s'; there are the groups %.*s, the runtimes %.*s, and "
        "all",
        length < 64 ? (int)length : 64, word, (int)sizeof groups - 1, groups, (int)sizeof names - 1,
        names);
}

int runtimes_choose(const struct runtimes *runtimes, const char *list, bool *chosen,
                    struct error *error)
{
    memset(chosen, 0, runtimes->count * sizeof *chosen);
    for (const char *at = list; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        size_t length = strcspn(at, ",");
        bool known = is_word(at, length, "all");
        for (size_t i = 0; i < runtimes->count; i++) {
            const struct runtime *runtime = &runtimes->list[i];
            bool is_meant = is_word(at, length, "all") || is_word(at, length, runtime->name) ||
                            is_word(at, length, runtime->group);
            chosen[i] |= is_meant;
            known |= is_meant;
        }
        if (!known)
            return refuse(runtimes, at, length, error);
    }
    return 0;
}
