/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/limits/process.h"

#include "base/host_file.h"
#include "base/own_stack.h"
#include "base/text.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <linux/limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* glibc's default where RLIMIT_STACK is unlimited (ARCH_STACK_DEFAULT_SIZE). */
#define STACK_BYTES_WHEN_UNLIMITED INT64_C(2097152)

static int parse_rlimit_value(const char *text, int64_t *value)
{
    if (strcmp(text, "unlimited") == 0) {
        *value = INT64_MAX;
        return 0;
    }
    return text_parse_int64(text, 0, INT64_MAX, value);
}

/* Lines of /proc/self/limits are "Max open files   SOFT   HARD   files". */
static struct limits_rlimit find_rlimit(const char *table, int result, const char *name)
{
    struct limits_rlimit rlimit = {.result = result, .soft = INT64_MAX, .hard = INT64_MAX};
    if (result < 0)
        return rlimit;
    const char *line = strstr(table, name);
    char soft[32];
    char hard[32];
    if (!line || sscanf(line + strlen(name), "%31s %31s", soft, hard) != 2 ||
        parse_rlimit_value(soft, &rlimit.soft) < 0 || parse_rlimit_value(hard, &rlimit.hard) < 0)
        rlimit.result = -EINVAL;
    return rlimit;
}

static void read_rlimits(struct limits_process *process, const char *root)
{
    char table[4096] = "";
    int64_t length = host_file_read(root, table, sizeof table, "/proc/self/limits");
    int result = length < 0 ? (int)length : 0;
    process->files = find_rlimit(table, result, "Max open files");
    process->processes = find_rlimit(table, result, "Max processes");
    process->address_space = find_rlimit(table, result, "Max address space");
    struct limits_rlimit stack = find_rlimit(table, result, "Max stack size");
    int64_t stack_bytes = stack.soft;
    process->stack_result = stack.result;
    process->stack_bytes = stack_bytes == INT64_MAX ? STACK_BYTES_WHEN_UNLIMITED : stack_bytes;
    if (*root == '\0' && own_stack_given_bytes() >= 0)
        process->stack_bytes = own_stack_given_bytes();
}

/* The kernel asks for these capabilities in the first user namespace; root of a namespace that a
 * container made has them in name only. */
static bool in_first_namespace(const char *root)
{
    char map[256];
    unsigned long inside;
    unsigned long outside;
    unsigned long count;
    if (host_file_read_line(root, map, sizeof map, "/proc/self/uid_map") < 0)
        return true;
    return sscanf(map, "%lu %lu %lu", &inside, &outside, &count) == 3 && inside == 0 &&
           outside == 0 && count == UINT32_MAX;
}

static void read_privileges(struct limits_process *process, const char *root)
{
    char status[8192];
    process->user = -1;
    if (host_file_read(root, status, sizeof status, "/proc/self/status") < 0)
        return;
    if (text_find_value(status, "Uid", &process->user) < 0)
        process->user = -1;
    const char *line = strstr(status, "\nCapEff:");
    uint64_t effective = line ? strtoull(line + strlen("\nCapEff:"), NULL, 16) : 0;
    bool admin = effective >> CAP_SYS_ADMIN & 1;
    bool resource = effective >> CAP_SYS_RESOURCE & 1;
    bool counts = in_first_namespace(root);
    process->may_exceed_files = counts && admin;
    process->may_raise_hard = counts && resource;
    process->may_exceed_tasks = counts && (admin || resource || process->user == 0);
}

/* The fourth field of /proc/loadavg is "running/all" tasks. */
static int64_t count_tasks_of_system(const char *root)
{
    char text[128];
    int64_t tasks;
    if (host_file_read_line(root, text, sizeof text, "/proc/loadavg") < 0 ||
        sscanf(text, "%*s %*s %*s %*d/%" SCNd64, &tasks) != 1)
        return 0;
    return tasks;
}

/* Tasks of one process, or 0 when it is another user's or has just ended. */
static int64_t count_tasks_of_process(const char *root, const char *pid, int64_t user)
{
    char status[8192];
    int64_t owner;
    int64_t tasks;
    if (host_file_read(root, status, sizeof status, "/proc/%s/status", pid) < 0 ||
        text_find_value(status, "Uid", &owner) < 0 || owner != user ||
        text_find_value(status, "Threads", &tasks) < 0)
        return 0;
    return tasks;
}

static int64_t count_tasks_of_user(const char *root, int64_t user)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/proc", root) >= (int)sizeof path)
        return 0;
    DIR *processes = opendir(path);
    if (!processes)
        return 0;
    int64_t tasks = 0;
    for (const struct dirent *entry; (entry = readdir(processes));)
        if (isdigit((unsigned char)entry->d_name[0]))
            tasks += count_tasks_of_process(root, entry->d_name, user);
    closedir(processes);
    return tasks;
}

void limits_process_read(struct limits_process *process, const char *root)
{
    *process = (struct limits_process){0};
    read_rlimits(process, root);
    read_privileges(process, root);
    process->tasks_of_system = count_tasks_of_system(root);
    if (!process->may_exceed_tasks)
        process->tasks_of_user = count_tasks_of_user(root, process->user);
}
