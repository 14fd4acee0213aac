/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limits of the process, its control groups and the machine's memory. */
#include "measure/limits/entry.h"

#include "base/host_file.h"
#include "base/text.h"
#include "measure/limits/cgroup.h"

#include <stdio.h>

/* What a process maps before its first waiter, an allocator's arenas included. */
#define ADDRESS_SPACE_RESERVE (INT64_C(256) << 20)
/* A machine that starts to reclaim memory measures reclaim: a tenth stays free. */
#define MEMORY_RESERVE_DIVISOR 10

/* ---- The process ---- */

static void add_rlimit(struct limits_reading *reading, struct limit limit, int result,
                       const char *option)
{
    limit.seen = result == 0;
    limit.needs_root = true;
    limit.command_tail = "";
    if (!limit.seen)
        limit_set_unseen(&limit, "/proc/self/limits", result);
    bool root_in_name_only = reading->process.user == 0 && !reading->process.may_raise_hard;
    snprintf(limit.command_head, sizeof limit.command_head,
             root_in_name_only ? LIMITS_FROM_OUTSIDE "docker run --ulimit %s="
                               : "prlimit --pid $$ --%s=",
             option);
    limits_add(reading, limit);
}

static void read_rlimits(struct limits_reading *reading)
{
    const struct limits_process *process = &reading->process;
    struct limit files = {
        .name = LIMITS_FILES_NAME,
        .processes = reading->options->shards,
        .unit = "files",
        .value = process->files.hard,
        .reserve = limits_files_reserve(reading->options),
    };
    limit_set_files_per_waiter(&files, 1, reading->options);
    add_rlimit(reading, files, process->files.result, "nofile");

    struct limit tasks = {
        .name = "RLIMIT_NPROC",
        .unit = "tasks",
        .value = process->processes.hard,
        .in_use = process->tasks_of_user,
        .reserve = limits_tasks_reserve(reading->options),
        .per_waiter = {[MODEL_THREADS] = 1},
    };
    if (process->may_exceed_tasks)
        limit_set_not_binding(&tasks);
    add_rlimit(reading, tasks, process->processes.result, "nproc");

    struct limit address_space = {
        .name = "RLIMIT_AS",
        .processes = reading->options->shards,
        .unit = "bytes",
        .value = process->address_space.soft,
        .reserve = ADDRESS_SPACE_RESERVE,
    };
    limit_set_memory_per_waiter(&address_space, reading->options);
    address_space.per_waiter[MODEL_THREADS] += process->stack_bytes;
    add_rlimit(reading, address_space, process->address_space.result, "as");
}

/* ---- Its control groups ---- */

/* Completes and adds the entry of the tightest group on the way up. */
static void add_cgroup(struct limits_reading *reading, struct limit limit, int result,
                       const struct limits_cgroup *tightest)
{
    limit.seen = result == 0;
    limit.needs_root = true;
    limit.command_tail = "";
    limit.value = tightest->value;
    limit.in_use = tightest->in_use;
    if (!limit.seen)
        limit_set_unseen(&limit, limit.name, result);
    if (tightest->file[0] != '\0') {
        snprintf(limit.note, sizeof limit.note, "%.500s", tightest->file);
        snprintf(limit.file, sizeof limit.file, "%.500s", tightest->file);
        snprintf(limit.command_head, sizeof limit.command_head, "tee %.490s <<< ", tightest->file);
    }
    limits_add(reading, limit);
}

/* What its processes take, whoever waits there. */
static int64_t processes_bytes(const struct limits_options *options)
{
    return options->process_bytes * (options->shards > 1 ? options->shards : 1);
}

static void read_cgroups(struct limits_reading *reading)
{
    struct limits_cgroup tightest = {.value = LIMITS_NONE};
    int result = limits_cgroup_pids(reading->root, &tightest);
    struct limit tasks = {
        .name = "cgroup pids.max",
        .unit = "tasks",
        .reserve = limits_tasks_reserve(reading->options),
        .per_waiter = {[MODEL_THREADS] = 1},
    };
    add_cgroup(reading, tasks, result, &tightest);

    tightest = (struct limits_cgroup){.value = LIMITS_NONE};
    result = limits_cgroup_memory(reading->root, &tightest);
    struct limit memory = {
        .name = "cgroup memory limit",
        .unit = "bytes",
        .of_memory = true,
        .reserve = tightest.value / MEMORY_RESERVE_DIVISOR + processes_bytes(reading->options),
    };
    limit_set_memory_per_waiter(&memory, reading->options);
    add_cgroup(reading, memory, result, &tightest);
}

/* ---- The machine's memory ---- */

static void read_available(struct limits_reading *reading, const char *meminfo, int result)
{
    struct limit limit = {
        .name = "available memory",
        .unit = "bytes",
        .of_memory = true,
        .advice = "free memory, or lower --hold and the work per request",
    };
    limit_set_memory_per_waiter(&limit, reading->options);
    if (result == 0)
        result = text_find_value(meminfo, "MemAvailable", &limit.value);
    limit.seen = result == 0;
    limit.reserve = limit.value / MEMORY_RESERVE_DIVISOR + processes_bytes(reading->options);
    if (!limit.seen)
        limit_set_unseen(&limit, "MemAvailable in /proc/meminfo", result);
    limits_add(reading, limit);
}

/* Under strict accounting a thread's whole stack counts as soon as it is mapped. */
static void read_commit(struct limits_reading *reading, const char *meminfo, int result)
{
    int64_t mode = 0;
    if (host_file_read_int64(reading->root, &mode, "/proc/sys/vm/overcommit_memory") < 0 ||
        mode != 2)
        return;
    struct limit limit = {
        .name = "CommitLimit",
        .unit = "bytes",
        .needs_root = true,
        .file = "/proc/sys/vm/overcommit_memory",
        .command_head = "sysctl -w vm.overcommit_memory=0",
    };
    limit_set_memory_per_waiter(&limit, reading->options);
    limit.per_waiter[MODEL_THREADS] += reading->process.stack_bytes;
    if (result == 0)
        result = text_find_value(meminfo, "CommitLimit", &limit.value);
    if (result == 0)
        result = text_find_value(meminfo, "Committed_AS", &limit.in_use);
    limit.seen = result == 0;
    limit.reserve = limit.value / MEMORY_RESERVE_DIVISOR;
    if (!limit.seen)
        limit_set_unseen(&limit, "CommitLimit in /proc/meminfo", result);
    limits_add(reading, limit);
}

static void read_memory(struct limits_reading *reading)
{
    char meminfo[16384] = "";
    int64_t length = host_file_read(reading->root, meminfo, sizeof meminfo, "/proc/meminfo");
    int result = length < 0 ? (int)length : 0;
    read_available(reading, meminfo, result);
    read_commit(reading, meminfo, result);
}

void limits_read(struct limits *limits, const char *root, const struct limits_options *options)
{
    struct limits_reading reading = {.limits = limits, .root = root, .options = options};
    limits_process_read(&reading.process, root);
    if (options->stack_bytes > 0)
        reading.process.stack_bytes = options->stack_bytes;
    limits->count = 0;
    limits->measured_bytes = options->measured_bytes;
    limits->who = options->who;
    limits->root = reading.process.user == 0;
    read_rlimits(&reading);
    limits_read_sysctls(&reading);
    read_cgroups(&reading);
    read_memory(&reading);
}
