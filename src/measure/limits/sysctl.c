/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limits below /proc/sys, which hold for the whole machine or each of its users. */
#include "measure/limits/entry.h"

#include "base/host_file.h"
#include "load/connection/source.h"
#include "measure/placement/cpus.h"
#include "measure/process/idle_clients.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The kernel keeps process ids below 300 for itself once numbers have wrapped around. */
#define PIDS_KEPT_BY_KERNEL 300
/* Libraries and the program itself; glibc makes up to 8 arenas per CPU, two mappings each. */
#define MAPPINGS_RESERVE 1000
#define MAPPINGS_PER_CPU 16
/* What other programs may open while a run goes on. */
#define OTHER_FILES_RESERVE 1000
#define WATCHES_RESERVE     100
#define CONNECTIONS_RESERVE 100

static int64_t cpu_count(const char *root)
{
    hwloc_bitmap_t online = hwloc_bitmap_alloc();
    int count = 0;
    if (online && cpus_read_online(root, online) == 0)
        count = hwloc_bitmap_weight(online);
    hwloc_bitmap_free(online);
    return count > 0 ? count : 1;
}

/* Reads the setting of that name, whose file is the name with slashes for dots, and adds it. */
static void add_sysctl(struct limits_reading *reading, struct limit limit)
{
    char setting[128];
    char file[160];
    snprintf(setting, sizeof setting, "%s", limit.name);
    for (char *at = setting; (at = strchr(at, '.'));)
        *at = '/';
    snprintf(file, sizeof file, "/proc/sys/%s", setting);
    int result = host_file_read_int64(reading->root, &limit.value, "%s", file);
    limit.seen = result == 0;
    if (!limit.seen)
        limit_set_unseen(&limit, file, result);
    limit.needs_root = true;
    limit.command_tail = "";
    snprintf(limit.file, sizeof limit.file, "%s", file);
    snprintf(limit.command_head, sizeof limit.command_head, "sysctl -w %s=", limit.name);
    limits_add(reading, limit);
}

static void read_tasks(struct limits_reading *reading)
{
    struct limit threads_max = {
        .name = "kernel.threads-max",
        .unit = "tasks",
        .in_use = reading->process.tasks_of_system,
        .reserve = limits_tasks_reserve(reading->options),
        .per_waiter = {[MODEL_THREADS] = 1},
    };
    add_sysctl(reading, threads_max);
    struct limit pid_max = threads_max;
    pid_max.name = "kernel.pid_max";
    pid_max.unit = "process ids";
    pid_max.reserve += PIDS_KEPT_BY_KERNEL;
    add_sysctl(reading, pid_max);
}

static void read_mappings(struct limits_reading *reading)
{
    struct limit limit = {
        .name = "vm.max_map_count",
        .processes = reading->options->shards,
        .unit = "mappings",
        .reserve = MAPPINGS_RESERVE + MAPPINGS_PER_CPU * cpu_count(reading->root),
        .per_waiter = {[MODEL_THREADS] = 2}, /* a stack and its guard */
    };
    add_sysctl(reading, limit);
}

static void read_files(struct limits_reading *reading)
{
    struct limit nr_open = {
        .name = "fs.nr_open",
        .processes = reading->options->shards,
        .unit = "files",
        .reserve = limits_files_reserve(reading->options),
    };
    limit_set_files_per_waiter(&nr_open, 1, reading->options);
    add_sysctl(reading, nr_open);

    struct limit file_max = {
        .name = "fs.file-max",
        .unit = "files",
        .reserve = OTHER_FILES_RESERVE,
    };
    limit_set_files_per_waiter(&file_max, 2, reading->options); /* both ends of a connection */
    if (host_file_read_int64(reading->root, &file_max.in_use, "/proc/sys/fs/file-nr") < 0)
        file_max.in_use = 0;
    if (reading->process.may_exceed_files)
        limit_set_not_binding(&file_max);
    add_sysctl(reading, file_max);
}

/* A loop watches its connections, as a pool does those that wait for a thread, and an active client
 * watches the other ends. */
static void read_watches(struct limits_reading *reading)
{
    struct limit limit = {
        .name = "fs.epoll.max_user_watches",
        .unit = "watches",
        .reserve = WATCHES_RESERVE,
        .per_waiter =
            {
                [MODEL_THREADS] = 1,
                [MODEL_LOOP] = 2,
                [MODEL_LOOPS] = 2,
                [MODEL_POOL] = 2,
                [MODEL_SOCKETS] = 1,
            },
    };
    add_sysctl(reading, limit);
}

static void read_ports(struct limits_reading *reading)
{
    static const char file[] = "/proc/sys/net/ipv4/ip_local_port_range";
    struct limit limit = {
        .name = "net.ipv4.ip_local_port_range",
        .unit = "connections, of all source addresses",
        .needs_root = true,
        .file = "/proc/sys/net/ipv4/ip_local_port_range",
        .command_head = "sysctl -w net.ipv4.ip_local_port_range='1024 65535'",
    };
    limit_set_per_waiter(&limit, 1);
    char range[64];
    int64_t low;
    int64_t high;
    int result = host_file_read_line(reading->root, range, sizeof range, "%s", file);
    if (result == 0 && sscanf(range, "%" SCNd64 " %" SCNd64, &low, &high) != 2)
        result = -EINVAL;
    limit.seen = result == 0;
    if (limit.seen) {
        limit.value = source_connections_of(low, high) * SOURCE_ADDRESSES;
        snprintf(limit.set, sizeof limit.set, "%" PRId64 " %" PRId64, low, high);
        snprintf(limit.words, sizeof limit.words,
                 "%" PRId64 " connections from each of the loopback's %" PRId64 " addresses",
                 source_connections_of(low, high), SOURCE_ADDRESSES);
    } else {
        limit_set_unseen(&limit, file, result);
    }
    limits_add(reading, limit);
}

/* Connection tracking counts loopback too, but is there only where a firewall loaded it. */
static void read_tracking(struct limits_reading *reading)
{
    struct limit limit = {
        .name = "net.netfilter.nf_conntrack_max",
        .unit = "connections",
        .reserve = CONNECTIONS_RESERVE,
    };
    limit_set_per_waiter(&limit, 1);
    if (host_file_read_int64(reading->root, &limit.in_use,
                             "/proc/sys/net/netfilter/nf_conntrack_count") == 0)
        add_sysctl(reading, limit);
}

/* The queue of what the kernel has connected and the subject has not accepted yet, whatever backlog
 * it asks for. */
static void read_queue(struct limits_reading *reading)
{
    struct limit limit = {
        .name = "net.core.somaxconn",
        .unit = "connections not yet accepted",
        .at_once = IDLE_CLIENTS_WINDOW,
    };
    add_sysctl(reading, limit);
}

void limits_read_sysctls(struct limits_reading *reading)
{
    read_tasks(reading);
    read_mappings(reading);
    read_files(reading);
    read_watches(reading);
    read_ports(reading);
    read_queue(reading);
    read_tracking(reading);
}
