/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CPU, topology, caches, frequency and memory. */
#include "measure/machine/section.h"

#include "base/host_file.h"
#include "base/text.h"
#include "measure/limits/process.h"
#include "measure/placement/cpus.h"
#include "measure/placement/placement.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif
#include <errno.h>
#include <stdio.h>

static void put_cpuinfo(struct section *section, const char *key, const char *name)
{
    char value[4096];
    if (section_find_cpuinfo(section->root, name, value, sizeof value) == 0) {
        section_put_text(section, key, value);
        return;
    }
    char reason[128];
    snprintf(reason, sizeof reason, "/proc/cpuinfo has no '%s'", name);
    section_put_not_seen(section, key, reason);
}

static void put_count(struct section *section, const char *key, hwloc_topology_t topology,
                      hwloc_obj_type_t type)
{
    int count = hwloc_get_nbobjs_by_type(topology, type);
    if (count > 0)
        section_put_int64(section, key, count);
    else
        section_put_not_seen(section, key, "hwloc does not show it");
}

static json_t *describe_cache(hwloc_topology_t topology, hwloc_obj_type_t type)
{
    int count = hwloc_get_nbobjs_by_type(topology, type);
    hwloc_obj_t cache = count > 0 ? hwloc_get_obj_by_type(topology, type, 0) : NULL;
    if (!cache)
        return NULL;
    return json_pack("{s:s, s:I, s:i, s:i}", "name", hwloc_obj_type_string(type), "size_bytes",
                     (json_int_t)cache->attr->cache.size, "line_bytes",
                     (int)cache->attr->cache.linesize, "count", count);
}

static void put_caches(struct section *section, hwloc_topology_t topology)
{
    static const hwloc_obj_type_t types[] = {HWLOC_OBJ_L1CACHE, HWLOC_OBJ_L2CACHE,
                                             HWLOC_OBJ_L3CACHE, HWLOC_OBJ_L4CACHE};
    json_t *caches = json_array();
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        json_t *cache = describe_cache(topology, types[i]);
        if (cache)
            json_array_append_new(caches, cache);
    }
    json_object_set_new(section->object, "caches", caches);
}

static void put_allowed(struct section *section, hwloc_topology_t topology)
{
    char list[PLACEMENT_LIST_MAX];
    hwloc_const_bitmap_t allowed = hwloc_topology_get_allowed_cpuset(topology);
    if (placement_format(allowed, list, sizeof list) == 0)
        section_put_text(section, "allowed_cpus", list);
    else
        section_put_not_seen(section, "allowed_cpus", "the list is too long");
}

/* What a thread's registers take where the kernel keeps them, within its task_struct: 832 bytes
 * with AVX, some 2,400 with AVX-512. It is in every thread's bill, and CPUs of one name differ in
 * it (Intel's manual, volume 1, chapter 13: leaf 0DH, EBX, is what the enabled features take). */
static void put_register_state(struct section *section)
{
#if defined(__x86_64__) || defined(__i386__)
    unsigned a;
    unsigned bytes;
    unsigned c;
    unsigned d;
    if (__get_cpuid_count(0x0d, 0, &a, &bytes, &c, &d) && bytes > 0) {
        section_put_int64(section, "register_state_bytes", bytes);
        return;
    }
#endif
    section_put_not_seen(section, "register_state_bytes", "this CPU does not tell");
}

void machine_describe_cpu(struct section *section, hwloc_topology_t topology)
{
    put_cpuinfo(section, "model", "model name");
    put_cpuinfo(section, "vendor", "vendor_id");
    put_cpuinfo(section, "microcode", "microcode");
    put_count(section, "packages", topology, HWLOC_OBJ_PACKAGE);
    put_count(section, "cores", topology, HWLOC_OBJ_CORE);
    put_count(section, "logical_cpus", topology, HWLOC_OBJ_PU);
    put_count(section, "numa_nodes", topology, HWLOC_OBJ_NUMANODE);
    put_caches(section, topology);
    put_allowed(section, topology);
    put_register_state(section);
    section_read_text(section, "isolated_cpus", "/sys/devices/system/cpu/isolated");
    section_read_text(section, "smt", "/sys/devices/system/cpu/smt/control");
}

static void put_governor(struct section *section)
{
    char governor[64];
    hwloc_bitmap_t online = hwloc_bitmap_alloc();
    int result = online ? cpus_read_online(section->root, online) : -ENOMEM;
    if (result == 0)
        result = cpus_read_governor(section->root, online, governor, sizeof governor);
    hwloc_bitmap_free(online);
    if (result == 0)
        section_put_text(section, "governor", governor);
    else
        section_put_not_seen(section, "governor", "no CPU shows a scaling_governor");
}

/* Intel's driver and all others name the same switch differently, and the reverse way round. */
static void put_boost(struct section *section)
{
    int64_t value;
    if (host_file_read_int64(section->root, &value,
                             "/sys/devices/system/cpu/intel_pstate/no_turbo") == 0)
        section_put_int64(section, "boost", value == 0);
    else
        section_read_int64(section, "boost", "/sys/devices/system/cpu/cpufreq/boost");
}

void machine_describe_frequency(struct section *section)
{
    put_governor(section);
    section_read_text(section, "driver", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_driver");
    section_read_int64(section, "minimum_khz",
                       "/sys/devices/system/cpu/cpu0/cpufreq/scaling_min_freq");
    section_read_int64(section, "maximum_khz",
                       "/sys/devices/system/cpu/cpu0/cpufreq/scaling_max_freq");
    put_boost(section);
    section_read_text(section, "idle_driver", "/sys/devices/system/cpu/cpuidle/current_driver");
}

void machine_describe_memory(struct section *section)
{
    static const struct {
        const char *key;
        const char *name;
    } figures[] = {
        {"total_bytes", "MemTotal"},
        {"available_bytes", "MemAvailable"},
        {"swap_total_bytes", "SwapTotal"},
        {"swap_free_bytes", "SwapFree"},
    };
    char meminfo[16384] = "";
    host_file_read(section->root, meminfo, sizeof meminfo, "/proc/meminfo");
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        int64_t bytes;
        if (text_find_value(meminfo, figures[i].name, &bytes) == 0)
            section_put_int64(section, figures[i].key, bytes);
        else
            section_put_not_seen(section, figures[i].key, "/proc/meminfo does not show it");
    }
    struct limits_process process;
    limits_process_read(&process, section->root);
    if (process.stack_result == 0)
        section_put_int64(section, "thread_stack_bytes", process.stack_bytes);
    else
        section_put_not_seen(section, "thread_stack_bytes", "/proc/self/limits does not show it");
    section_read_int64(section, "swappiness", "/proc/sys/vm/swappiness");
    section_read_int64(section, "overcommit_memory", "/proc/sys/vm/overcommit_memory");
}
