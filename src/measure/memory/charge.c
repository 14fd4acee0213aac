/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/memory/charge.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int read_value(const struct cgroup *cgroup, const char *file, int64_t *value,
                      struct error *error)
{
    char path[CGROUP_PATH_SIZE + 64];
    snprintf(path, sizeof path, "%s/%s", cgroup->directory, file);
    int result = text_read_int64(path, value);
    if (result < 0)
        error_set(error, result, "cannot read %s: %s", path, strerror(-result));
    return result;
}

static int read_table(const struct cgroup *cgroup, const char *file, char *table, size_t size,
                      struct error *error)
{
    char path[CGROUP_PATH_SIZE + 64];
    snprintf(path, sizeof path, "%s/%s", cgroup->directory, file);
    int64_t length = text_read_file(path, table, size);
    if (length < 0)
        return error_set(error, (int)length, "cannot read %s: %s", path, strerror((int)-length));
    return 0;
}

static int64_t find_or_zero(const char *table, const char *key)
{
    int64_t value = 0;
    text_find_value(table, key, &value);
    return value;
}

/* The same where the file may be missing: kernels built without kernel memory accounting. */
static int read_optional(const struct cgroup *cgroup, const char *file, int64_t *value,
                         struct error *error)
{
    int result = read_value(cgroup, file, value, error);
    if (result != -ENOENT)
        return result;
    *value = 0;
    return 0;
}

/* memory.usage_in_bytes holds kernel memory too, but socket buffers are a counter beside it. */
static int read_v1(struct memory_charge *charge, const struct cgroup *cgroup, struct error *error)
{
    int64_t usage;
    int64_t kernel;
    int64_t buffers;
    char stat[8192];
    int result = read_value(cgroup, "memory.usage_in_bytes", &usage, error);
    if (result == 0)
        result = read_table(cgroup, "memory.stat", stat, sizeof stat, error);
    if (result == 0)
        result = read_optional(cgroup, "memory.kmem.usage_in_bytes", &kernel, error);
    if (result == 0)
        result = read_optional(cgroup, "memory.kmem.tcp.usage_in_bytes", &buffers, error);
    if (result < 0)
        return result;
    *charge = (struct memory_charge){
        .all_bytes = usage + buffers,
        .kernel_bytes = kernel + buffers,
        .kernel_stack_bytes = -1,
        .anonymous_bytes = find_or_zero(stat, "rss"),
        .file_bytes = find_or_zero(stat, "cache"),
    };
    return 0;
}

/* The `kernel` line came with Linux 5.18; before that its parts, as far as that kernel names them.
 */
static int64_t kernel_v2(const char *stat)
{
    static const char *const parts[] = {"kernel_stack", "pagetables", "sec_pagetables",
                                        "percpu",       "vmalloc",    "slab"};
    int64_t kernel;
    if (text_find_value(stat, "kernel", &kernel) == 0)
        return kernel;
    kernel = 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        kernel += find_or_zero(stat, parts[i]);
    return kernel;
}

/* memory.stat is summed over CPUs only when enough has changed, or every two seconds. Up to Linux
 * 6.15 cpu.stat comes from the same sums and is always exact, so reading it brings them up to date.
 * Later kernels may lag by 64 pages per CPU for up to two seconds. */
static void refresh_v2(const struct cgroup *cgroup)
{
    char ignored[4096];
    read_table(cgroup, "cpu.stat", ignored, sizeof ignored, NULL);
}

static int read_v2(struct memory_charge *charge, const struct cgroup *cgroup, struct error *error)
{
    int64_t current;
    char stat[8192];
    refresh_v2(cgroup);
    int result = read_value(cgroup, "memory.current", &current, error);
    if (result == 0)
        result = read_table(cgroup, "memory.stat", stat, sizeof stat, error);
    if (result < 0)
        return result;
    *charge = (struct memory_charge){
        .all_bytes = current,
        .kernel_bytes = kernel_v2(stat) + find_or_zero(stat, "sock"),
        .kernel_stack_bytes = find_or_zero(stat, "kernel_stack"),
        .anonymous_bytes = find_or_zero(stat, "anon"),
        .file_bytes = find_or_zero(stat, "file"),
    };
    return 0;
}

int memory_charge_read(struct memory_charge *charge, const struct cgroup *cgroup,
                       struct error *error)
{
    if (cgroup->version == CGROUP_V2)
        return read_v2(charge, cgroup, error);
    return read_v1(charge, cgroup, error);
}
