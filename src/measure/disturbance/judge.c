/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/disturbance/disturbance.h"

#include "base/clock.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A share of a short trial is a tick or two of /proc/stat: fewer than this say nothing. */
#define STEAL_LEAST_SECONDS 0.03
#define LOAD_SHARE_OF_CPUS  0.05

void disturbance_add(struct disturbance_list *list, const char *name, const char *fix,
                     const char *format, ...)
{
    if (list->count == DISTURBANCE_CAPACITY)
        return;
    struct disturbance *entry = &list->entries[list->count++];
    entry->name = name;
    entry->fix = fix;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(entry->text, sizeof entry->text, format, arguments);
    va_end(arguments);
}

static void judge_load(const struct disturbance_snapshot *snapshot, struct disturbance_list *list)
{
    double share = LOAD_SHARE_OF_CPUS * snapshot->cpus;
    double threshold = share > DISTURBANCE_LOAD_LEAST ? share : DISTURBANCE_LOAD_LEAST;
    if (snapshot->load_average > threshold)
        disturbance_add(
            list, "load", "end other programs (top shows them), or wait a minute",
            "the load average is %.2f on %d CPUs: others compete for them, or did just now",
            snapshot->load_average, snapshot->cpus);
}

static void judge_cpus(const struct disturbance_snapshot *snapshot, struct disturbance_list *list)
{
    if (snapshot->cpus < 2)
        disturbance_add(list, "CPUs", "use a machine with 4 CPUs or more",
                        "there is one CPU: server and clients take turns on it");
    else if (snapshot->cpus < DISTURBANCE_COMFORTABLE_CPUS)
        disturbance_add(list, "CPUs", "use a machine with 4 CPUs or more",
                        "there are %d CPUs: whatever else runs takes one of them", snapshot->cpus);
}

static void judge_governor(const struct disturbance_snapshot *snapshot,
                           struct disturbance_list *list)
{
    if (snapshot->governor[0] != '\0' && strcmp(snapshot->governor, "performance") != 0)
        disturbance_add(list, "governor", "as root: cpupower frequency-set -g performance",
                        "the frequency governor is %s: CPUs change speed meanwhile",
                        snapshot->governor);
}

static void judge_huge_pages(const struct disturbance_snapshot *snapshot,
                             struct disturbance_list *list)
{
    if (strcmp(snapshot->huge_pages, "always") == 0)
        disturbance_add(list, "huge pages",
                        "as root: echo madvise > /sys/kernel/mm/transparent_hugepage/enabled",
                        "transparent huge pages are \"always\": a thread's stack may cost 2 MiB");
}

static int is_slow_clock(const char *source)
{
    static const char *const slow[] = {"hpet",    "acpi_pm",         "pit",
                                       "jiffies", "refined-jiffies", "xen"};
    for (size_t i = 0; i < sizeof slow / sizeof slow[0]; i++)
        if (strcmp(source, slow[i]) == 0)
            return 1;
    return 0;
}

static void judge_clock(const struct disturbance_snapshot *snapshot, struct disturbance_list *list)
{
    if (is_slow_clock(snapshot->clock_source))
        disturbance_add(
            list, "clock",
            "as root: echo tsc > /sys/devices/system/clocksource/clocksource0/current_clocksource",
            "the clock source is %s: each reading is a system call of a microsecond or so",
            snapshot->clock_source);
}

static void judge_swap(const struct disturbance_snapshot *snapshot, struct disturbance_list *list)
{
    if (snapshot->swap_used_bytes > 0)
        disturbance_add(list, "swap", "as root: swapoff -a (and swapon -a afterwards)",
                        "%" PRId64 " MiB are swapped out: memory figures may miss pages",
                        (snapshot->swap_used_bytes + (1 << 20) - 1) >> 20);
}

/* One that allows all the CPUs is never used up. */
static void judge_quota(const struct disturbance_snapshot *snapshot, struct disturbance_list *list)
{
    const struct cpu_quota *quota = &snapshot->quota;
    if (quota->cpus > 0 && quota->cpus < snapshot->cpus)
        disturbance_add(list, "CPU quota",
                        "give the container CPUs of its own (docker run --cpuset-cpus) instead of "
                        "a quota (--cpus), or lift it as root: -1 for cpu.cfs_quota_us, max for "
                        "cpu.max",
                        "a CPU quota allows %.2f of %d CPUs' time (%.120s): when it is used up, "
                        "server and clients stand still together",
                        quota->cpus, snapshot->cpus, quota->file);
}

void disturbance_judge_state(const struct disturbance_snapshot *snapshot,
                             struct disturbance_list *list)
{
    judge_cpus(snapshot, list);
    judge_load(snapshot, list);
    judge_governor(snapshot, list);
    judge_huge_pages(snapshot, list);
    judge_clock(snapshot, list);
    judge_swap(snapshot, list);
    judge_quota(snapshot, list);
}

/* The growth of a counter, or -1 when it was not seen both times. A thread that ended takes its
 * count along, so growth below zero is none. */
static int64_t growth(int64_t before, int64_t after)
{
    if (before < 0 || after < 0)
        return -1;
    return after > before ? after - before : 0;
}

static void judge_setting(const char *name, const char *before, const char *after,
                          struct disturbance_list *list)
{
    if (strcmp(before, after) != 0)
        disturbance_add(list, name, "find what changes it, and measure again",
                        "the %s went from %s to %s", name, before[0] ? before : "unknown",
                        after[0] ? after : "unknown");
}

static void judge_counters(const struct disturbance_change *change, int cpus,
                           struct disturbance_list *list)
{
    double cpu_seconds = change->elapsed_seconds * cpus;
    if (change->steal_seconds >= STEAL_LEAST_SECONDS &&
        change->steal_seconds > DISTURBANCE_STEAL_SHARE * cpu_seconds)
        disturbance_add(list, "steal", "use a quieter host, or an instance with CPUs of its own",
                        "the hypervisor took %.1f %% of the CPUs' time",
                        100 * change->steal_seconds / cpu_seconds);
    if (cpu_times_is_much(change->foreign_seconds, cpus, change->elapsed_seconds))
        disturbance_add(list, "other work", "end other programs (top shows them)",
                        "other programs used %.1f s of CPU time on the measured CPUs, %.1f %% of "
                        "all they have",
                        change->foreign_seconds, 100 * change->foreign_seconds / cpu_seconds);
    if ((double)change->involuntary > DISTURBANCE_INVOLUNTARY_PER_SECOND * change->elapsed_seconds)
        disturbance_add(list, "switches", "end other programs (top shows them)",
                        "the process was switched out %" PRId64 " times against its will",
                        change->involuntary);
    if (change->swapped_pages > 0)
        disturbance_add(list, "swap",
                        "free memory, or as root: swapoff -a (and swapon -a afterwards)",
                        "%" PRId64 " pages were swapped in or out", change->swapped_pages);
}

/* CPU time that was neither idle nor ours. */
static double foreign_seconds(const struct disturbance_snapshot *before,
                              const struct disturbance_snapshot *after)
{
    double elapsed = (double)(after->time_ns - before->time_ns) / NS_PER_SECOND;
    double busy = cpu_times_busy_seconds(&before->times, &after->times, elapsed);
    double own = (double)(after->own_ns - before->own_ns) / NS_PER_SECOND;
    return busy < 0 ? -1 : fmax(0, busy - own);
}

static void judge_throttling(const struct cpu_quota *before, const struct cpu_quota *after,
                             struct disturbance_list *list)
{
    int64_t throttled = after->throttled_periods - before->throttled_periods;
    if (before->version != after->version || throttled <= 0)
        return;
    disturbance_add(list, "throttling", "lift the CPU quota, or take a machine without one",
                    "the CPU quota was used up in %" PRId64 " of %" PRId64
                    " periods: CPUs stood still for %.1f s, added up",
                    throttled, after->periods - before->periods,
                    (double)(after->throttled_ns - before->throttled_ns) / NS_PER_SECOND);
}

/* Times are taken from CLOCK_MONOTONIC, which a daemon may steer; the wall clock only dates the
 * run, but one that is set tells of a machine that was moved or stopped. */
static void judge_clocks(const struct disturbance_snapshot *before,
                         const struct disturbance_snapshot *after, struct disturbance_list *list)
{
    double elapsed_ns = (double)(after->time_ns - before->time_ns);
    double wall = (double)(after->wall_ahead_ns - before->wall_ahead_ns) / NS_PER_SECOND;
    double steered_ns = (double)(after->steered_ns - before->steered_ns);
    double suspended = (double)(after->suspended_ns - before->suspended_ns) / NS_PER_SECOND;
    if (suspended > DISTURBANCE_WALL_SECONDS)
        disturbance_add(list, "sleep", "keep the machine awake, and measure again",
                        "the machine was suspended for %.1f s", suspended);
    else if (fabs(wall) > DISTURBANCE_WALL_SECONDS)
        disturbance_add(list, "wall clock",
                        "let it settle (timedatectl shows it), and measure again",
                        "the wall clock was set by %+.1f s", wall);
    /* A short while has too few nanoseconds to tell steering from reading two clocks. */
    if (elapsed_ns >= NS_PER_SECOND && fabs(steered_ns) > DISTURBANCE_STEERED_SHARE * elapsed_ns)
        disturbance_add(list, "moving clock",
                        "let it settle (timedatectl shows it), and measure again",
                        "the clock was steered by %+.2f %%", 100 * steered_ns / elapsed_ns);
}

void disturbance_judge_change(const struct disturbance_snapshot *before,
                              const struct disturbance_snapshot *after,
                              struct disturbance_change *change, struct disturbance_list *list)
{
    int64_t steal_ms = growth(before->steal_ms, after->steal_ms);
    struct disturbance_change worked_out = {
        .elapsed_seconds = (double)(after->time_ns - before->time_ns) / (double)NS_PER_SECOND,
        .steal_seconds = steal_ms < 0 ? -1 : (double)steal_ms / 1000,
        .foreign_seconds = foreign_seconds(before, after),
        .involuntary = growth(before->involuntary, after->involuntary),
        .swapped_pages = growth(before->swapped_pages, after->swapped_pages),
    };
    judge_counters(&worked_out, after->cpus, list);
    int64_t throttled = growth(before->throttled, after->throttled);
    if (throttled > 0)
        disturbance_add(list, "heat", "cool the machine, or lower its highest frequency",
                        "the CPU slowed down because it was hot");
    judge_throttling(&before->quota, &after->quota, list);
    judge_setting("governor", before->governor, after->governor, list);
    judge_setting("huge page mode", before->huge_pages, after->huge_pages, list);
    judge_setting("clock source", before->clock_source, after->clock_source, list);
    judge_clocks(before, after, list);
    if (change)
        *change = worked_out;
}
