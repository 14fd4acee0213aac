/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/memory/system.h"

#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* The kernel keeps these sums per CPU and brings them together about once a second; reading this
 * file does so now. Only root may, and others wait for the readings to agree. */
static void refresh(const char *root)
{
    char path[PATH_MAX];
    char ignored[64];
    snprintf(path, sizeof path, "%s/proc/sys/vm/stat_refresh", root);
    text_read_file(path, ignored, sizeof ignored);
}

static int read_proc(char *text, size_t size, const char *root, const char *name,
                     struct error *error)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/proc/%s", root, name);
    int64_t length = text_read_file(path, text, size);
    if (length < 0)
        return error_set(error, (int)length, "cannot read %s: %s", path, strerror((int)-length));
    return 0;
}

int memory_system_read(struct memory_system *system, const char *root, struct error *error)
{
    char meminfo[16384];
    char loadavg[256];
    struct memory_system read;
    refresh(root);
    int result = read_proc(meminfo, sizeof meminfo, root, "meminfo", error);
    if (result == 0)
        result = read_proc(loadavg, sizeof loadavg, root, "loadavg", error);
    if (result < 0)
        return result;

    int64_t unreclaimable;
    int64_t per_cpu = 0;
    text_find_value(meminfo, "Percpu", &per_cpu); /* since Linux 5.0 */
    if (text_find_value(meminfo, "KernelStack", &read.kernel_stack_bytes) < 0 ||
        text_find_value(meminfo, "SUnreclaim", &unreclaimable) < 0 ||
        sscanf(loadavg, "%*s %*s %*s %*d/%" SCNd64, &read.tasks) != 1 || read.tasks < 1)
        return error_set(error, -EBADMSG, "%s/proc/meminfo or loadavg lacks what we need", root);
    read.kernel_other_bytes = unreclaimable + per_cpu;
    *system = read;
    return 0;
}

int64_t memory_system_stack_size(const struct memory_system *system)
{
    /* The idle task of each CPU has a stack but is not a task that is counted, hence the rounding.
     * No architecture has stacks above 64 KiB. */
    int64_t average = system->kernel_stack_bytes / system->tasks;
    int64_t size = 4096;
    while (size < 65536 && size + size / 2 <= average)
        size *= 2;
    return size;
}
