/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/memory/process.h"

#include "base/text.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

static int read_table(char *table, size_t size, const char *root, pid_t pid, const char *name,
                      struct error *error)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/proc/%d/%s", root, (int)pid, name);
    int64_t length = text_read_file(path, table, size);
    /* A process that ends between opening and reading gives ESRCH, or an empty table. */
    if (length == -ENOENT || length == 0)
        length = -ESRCH;
    if (length < 0)
        return error_set(error, (int)length, "cannot read %s: %s", path, strerror((int)-length));
    return 0;
}

static void add(const char *table, const char *key, int64_t *sum)
{
    int64_t value;
    /* Kernels before 5.10 lack the split of Pss; nothing else is ever missing. */
    if (text_find_value(table, key, &value) == 0)
        *sum += value;
}

static int add_process(struct memory_process *sum, const char *root, pid_t pid, struct error *error)
{
    char rollup[4096];
    char status[16384];
    int64_t pss;
    int result = read_table(rollup, sizeof rollup, root, pid, "smaps_rollup", error);
    if (result == 0)
        result = read_table(status, sizeof status, root, pid, "status", error);
    if (result < 0)
        return result;
    if (text_find_value(rollup, "Pss", &pss) < 0)
        return error_set(error, -ESRCH, "process %d has no memory any more", (int)pid);
    sum->pss_bytes += pss;
    add(rollup, "Pss_File", &sum->pss_file_bytes);
    add(rollup, "Pss_Shmem", &sum->pss_file_bytes);
    add(rollup, "Rss", &sum->rss_bytes);
    add(rollup, "AnonHugePages", &sum->huge_page_bytes);
    add(rollup, "SwapPss", &sum->swap_bytes);
    add(status, "VmPTE", &sum->page_table_bytes);
    add(status, "Threads", &sum->threads);
    return 0;
}

int memory_process_read(struct memory_process *sum, const char *root, const pid_t *pids,
                        size_t count, struct error *error)
{
    struct memory_process read = {0};
    for (size_t i = 0; i < count; i++) {
        int result = add_process(&read, root, pids[i], error);
        if (result < 0 && (result != -ESRCH || i == 0))
            return result;
    }
    *sum = read;
    return 0;
}
