/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/limits/cgroup.h"

#include "base/host_file.h"
#include "base/text.h"
#include "measure/cgroup/place.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* memory.limit_in_bytes of an unlimited v1 group is a huge number instead of "max". */
#define V1_UNLIMITED (INT64_C(1) << 60)

typedef int read_level(const char *root, const char *directory, struct limits_cgroup *level);

static int read_pids(const char *root, const char *directory, struct limits_cgroup *level)
{
    snprintf(level->file, sizeof level->file, "%s/pids.max", directory);
    int result = host_file_read_int64(root, &level->value, "%s", level->file);
    if (result < 0)
        return result;
    return host_file_read_int64(root, &level->in_use, "%s/pids.current", directory);
}

static int read_memory(const char *root, const char *directory, struct limits_cgroup *level)
{
    bool v1 = level->version == 1;
    snprintf(level->file, sizeof level->file, "%s/%s", directory,
             v1 ? "memory.limit_in_bytes" : "memory.max");
    int result = host_file_read_int64(root, &level->value, "%s", level->file);
    if (result < 0)
        return result;
    if (v1 && level->value >= V1_UNLIMITED)
        level->value = INT64_MAX;
    result = host_file_read_int64(root, &level->in_use, "%s/%s", directory,
                                  v1 ? "memory.usage_in_bytes" : "memory.current");
    if (result < 0)
        return result;
    char stat[8192];
    int64_t cache = 0;
    if (host_file_read(root, stat, sizeof stat, "%s/memory.stat", directory) >= 0 &&
        text_find_value(stat, v1 ? "total_inactive_file" : "inactive_file", &cache) == 0)
        level->in_use = level->in_use > cache ? level->in_use - cache : 0;
    return 0;
}

static bool is_tighter(const struct limits_cgroup *level, const struct limits_cgroup *tightest)
{
    if (level->value == INT64_MAX)
        return false;
    return tightest->value == INT64_MAX ||
           level->value - level->in_use < tightest->value - tightest->in_use;
}

/* The root group has no limit files, so a level without them is passed over. `directory` is the own
 * group's, and becomes that of each ancestor up to `top`; both are without the root. */
static void climb(const char *root, char *directory, const char *top, read_level *read,
                  struct limits_cgroup *tightest)
{
    while (strlen(directory) >= strlen(top)) {
        struct limits_cgroup level = {.version = tightest->version};
        if (read(root, directory, &level) == 0 && is_tighter(&level, tightest))
            *tightest = level;
        char *last = strrchr(directory, '/');
        if (!last)
            return;
        *last = '\0';
    }
}

static int find_tightest(const char *root, const char *controller, read_level *read,
                         struct limits_cgroup *tightest)
{
    struct cgroup_place place;
    int result = cgroup_place_find_for(&place, root, controller, NULL);
    if (result < 0)
        return result;
    size_t root_length = strlen(root);
    struct limits_cgroup found = {
        .value = INT64_MAX,
        .version = place.version == CGROUP_V1 ? 1 : 2,
    };
    climb(root, place.own + root_length, place.mount + root_length, read, &found);
    *tightest = found;
    return 0;
}

int limits_cgroup_pids(const char *root, struct limits_cgroup *tightest)
{
    return find_tightest(root, "pids", read_pids, tightest);
}

int limits_cgroup_memory(const char *root, struct limits_cgroup *tightest)
{
    return find_tightest(root, "memory", read_memory, tightest);
}
