/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/placement/cpus.h"

#include "base/host_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int cpus_read_online(const char *root, hwloc_bitmap_t cpus)
{
    char list[4096];
    int result = host_file_read_line(root, list, sizeof list, "/sys/devices/system/cpu/online");
    if (result < 0)
        return result;
    return hwloc_bitmap_list_sscanf(cpus, list) < 0 ? -EINVAL : 0;
}

int cpus_read_governor(const char *root, hwloc_const_bitmap_t cpus, char *governor, size_t size)
{
    int result = -ENOENT;
    int cpu;
    governor[0] = '\0';
    hwloc_bitmap_foreach_begin(cpu, cpus)
    {
        char other[64];
        int read =
            host_file_read_line(root, other, sizeof other,
                                "/sys/devices/system/cpu/cpu%d/cpufreq/scaling_governor", cpu);
        if (read < 0)
            continue;
        const char *common = result < 0 || strcmp(governor, other) == 0 ? other : "mixed";
        snprintf(governor, size, "%s", common);
        result = 0;
    }
    hwloc_bitmap_foreach_end();
    return result;
}
