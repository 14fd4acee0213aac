/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/memory/memory.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "measure/memory/charge.h"
#include "measure/memory/note.h"
#include "measure/memory/process.h"
#include "measure/process/proc_tree.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PIDS_MAX 4096

/* Everything there is to read, of one moment. */
struct memory_reading {
    struct memory_process process;
    struct memory_system system;
    struct memory_charge charge;
    bool charged; /* there is a cgroup, and `charge` is what it said */
};

/* Reads the machine until two readings in a row agree, or half a second has passed: a process with
 * many threads that is just being torn down, the last trial's say, has stacks and tasks apart. */
static int read_quiet_system(struct memory_system *system, const char *root, struct error *error)
{
    const int64_t deadline_ns = clock_now_ns() + NS_PER_SECOND / 2;
    int result = memory_system_read(system, root, error);
    while (result == 0 && clock_now_ns() < deadline_ns) {
        const struct memory_system last = *system;
        clock_sleep_until_ns(clock_now_ns() + 20 * NS_PER_MS);
        result = memory_system_read(system, root, error);
        if (result == 0 && last.tasks == system->tasks &&
            last.kernel_stack_bytes == system->kernel_stack_bytes)
            break;
    }
    return result;
}

int memory_baseline_read(struct memory_baseline *baseline, const char *root, struct error *error)
{
    struct memory_system system;
    int result = read_quiet_system(&system, root, error);
    if (result < 0)
        return result;
    *baseline = (struct memory_baseline){
        .root = root,
        .system = system,
        .stack_size_bytes = memory_system_stack_size(&system),
    };
    return 0;
}

/* The main process goes first: it is the one that must be there. */
static void put_first(pid_t *pids, size_t count, pid_t pid)
{
    for (size_t i = 1; i < count; i++) {
        if (pids[i] == pid) {
            pids[i] = pids[0];
            pids[0] = pid;
        }
    }
}

/* A subject that could not be moved into the cgroup, or left it, has nothing to tell there. */
static int list_pids(const struct memory_baseline *baseline, const struct cgroup *cgroup,
                     const struct shards *shards, pid_t *pids, struct error *error)
{
    const pid_t pid = shards_pid(shards);
    int count = cgroup ? cgroup_pids(cgroup, pids, PIDS_MAX)
                       : shards_pids(shards, baseline->root, pids, PIDS_MAX);
    if (count > PIDS_MAX)
        count = -E2BIG;
    if (count < 0)
        return error_set(error, count, "cannot list the processes of subject %d: %s", (int)pid,
                         strerror(-count));
    put_first(pids, (size_t)count, pid);
    if (count == 0 || pids[0] != pid)
        return error_set(error, -ESRCH, "subject %d is not in its cgroup any more", (int)pid);
    return count;
}

static int read_all(struct memory_reading *reading, const struct memory_baseline *baseline,
                    const struct cgroup *cgroup, const struct shards *shards, struct error *error)
{
    pid_t pids[PIDS_MAX];
    int count = list_pids(baseline, cgroup, shards, pids, error);
    if (count < 0)
        return count;
    int result = memory_process_read(&reading->process, baseline->root, pids, (size_t)count, error);
    if (result == 0)
        result = memory_system_read(&reading->system, baseline->root, error);
    if (result == 0 && cgroup)
        result = memory_charge_read(&reading->charge, cgroup, error);
    reading->charged = result == 0 && cgroup;
    return result;
}

/* Within 0.1 % of each other, or within eight pages: charges move in batches per CPU. */
static bool agree(int64_t a, int64_t b)
{
    const int64_t gap = llabs(a - b);
    return gap <= 32768 || gap <= a / 1000;
}

static bool settled(const struct memory_reading *a, const struct memory_reading *b)
{
    if (!agree(a->process.pss_bytes, b->process.pss_bytes))
        return false;
    if (a->charged)
        return agree(a->charge.all_bytes, b->charge.all_bytes) &&
               agree(a->charge.kernel_bytes, b->charge.kernel_bytes);
    return agree(a->system.kernel_other_bytes, b->system.kernel_other_bytes) &&
           agree(a->system.kernel_stack_bytes, b->system.kernel_stack_bytes);
}

/* Reads until two readings in a row agree. Returns 1, 0 when they never did, or -errno. An
 * interrupt ends it: the trial at hand is abandoned then. */
static int read_settled(struct memory_reading *reading, const struct memory_baseline *baseline,
                        const struct cgroup *cgroup, const struct shards *shards,
                        struct error *error)
{
    const int64_t deadline_ns = clock_now_ns() + 3 * NS_PER_SECOND;
    struct memory_reading last;
    int result = read_all(reading, baseline, cgroup, shards, error);
    while (result == 0 && clock_now_ns() < deadline_ns && !interrupt_signal()) {
        last = *reading;
        clock_sleep_until_ns(clock_now_ns() + 50 * NS_PER_MS);
        result = read_all(reading, baseline, cgroup, shards, error);
        if (result == 0 && settled(&last, reading))
            return 1;
    }
    return result;
}

static bool is_close(int64_t a, int64_t b)
{
    return llabs(a - b) <= b / 100;
}

int memory_settle(const struct memory_baseline *baseline, const struct cgroup *cgroup,
                  const struct shards *shards, struct error *error)
{
    const int64_t deadline_ns = clock_now_ns() + 3 * NS_PER_SECOND;
    struct memory_reading reading;
    struct memory_reading last;
    int result = read_all(&reading, baseline, cgroup, shards, error);
    do {
        last = reading;
        clock_sleep_until_ns(clock_now_ns() + 200 * NS_PER_MS);
        if (result == 0)
            result = read_all(&reading, baseline, cgroup, shards, error);
    } while (result == 0 && clock_now_ns() < deadline_ns && !interrupt_signal() &&
             !(is_close(last.process.pss_bytes, reading.process.pss_bytes) &&
               (!reading.charged || is_close(last.charge.all_bytes, reading.charge.all_bytes))));
    return result;
}

/* The subject's stacks by the machine's: what they grew by, less the stacks of tasks that others
 * started meanwhile (more when they ended some). */
static int64_t stack_growth(const struct memory_baseline *baseline,
                            const struct memory_reading *reading)
{
    const int64_t growth = reading->system.kernel_stack_bytes - baseline->system.kernel_stack_bytes;
    const int64_t others =
        reading->system.tasks - baseline->system.tasks - reading->process.threads;
    return growth - others * baseline->stack_size_bytes;
}

/* Where the cgroup does not say, the growth is believed while it fits the number of threads. Stacks
 * and tasks cannot be read at one moment: others that start or end by the hundred meanwhile throw
 * the growth off, but never the number of our threads. */
static int64_t stacks_outside_cgroup(const struct memory_baseline *baseline,
                                     const struct memory_reading *reading)
{
    const int64_t expected = reading->process.threads * baseline->stack_size_bytes;
    const int64_t growth = stack_growth(baseline, reading);
    const int64_t gap = llabs(growth - expected);
    return gap * 50 <= expected || gap <= 2 * baseline->stack_size_bytes ? growth : expected;
}

static void fill_kernel_parts(struct memory_bill *bill, const struct memory_baseline *baseline,
                              const struct cgroup *cgroup, const struct memory_reading *reading)
{
    const bool counted = reading->charged && reading->charge.kernel_bytes > 0;
    const bool stacks_counted = counted && reading->charge.kernel_stack_bytes >= 0;
    bill->page_table_bytes = reading->process.page_table_bytes;
    bill->kernel_stack_bytes = stacks_counted ? reading->charge.kernel_stack_bytes
                                              : stacks_outside_cgroup(baseline, reading);
    if (counted) {
        bill->kernel_source = cgroup->version == CGROUP_V2 ? "cgroup-v2" : "cgroup-v1";
        bill->kernel_other_bytes =
            reading->charge.kernel_bytes - bill->kernel_stack_bytes - bill->page_table_bytes;
    } else {
        bill->kernel_source = "meminfo";
        bill->kernel_other_bytes =
            reading->system.kernel_other_bytes - baseline->system.kernel_other_bytes;
    }
}

static void fill_note(struct memory_bill *bill, const struct memory_baseline *baseline,
                      const struct memory_reading *reading, bool steady)
{
    if (!steady)
        memory_note_add(bill, "memory did not settle within 3 seconds");
    if (strcmp(bill->kernel_source, "meminfo") == 0)
        memory_note_add(bill, "kernel memory is the whole machine's growth, clients included");
    if (reading->process.swap_bytes > 0)
        memory_note_add(bill, "%lld bytes are swapped out and in no part of the bill",
                        (long long)reading->process.swap_bytes);
    const bool stacks_counted = reading->charged && reading->charge.kernel_stack_bytes >= 0;
    memory_note_stacks(bill,
                       stacks_counted ? bill->kernel_stack_bytes : stack_growth(baseline, reading),
                       baseline->stack_size_bytes);
    if (reading->charged)
        memory_note_gap(bill, &reading->process, &reading->charge);
}

int memory_bill_measure(const struct memory_baseline *baseline, const struct cgroup *cgroup,
                        const struct shards *shards, struct memory_bill *bill, struct error *error)
{
    struct memory_reading reading;
    int result = read_settled(&reading, baseline, cgroup, shards, error);
    if (result < 0)
        return result;

    struct memory_bill measured = {
        .user_bytes = reading.process.pss_bytes,
        .rss_bytes = reading.process.rss_bytes,
        .huge_page_bytes = reading.process.huge_page_bytes,
        .charged_bytes = reading.charged ? reading.charge.all_bytes : MEMORY_NOT_MEASURED,
        .threads = reading.process.threads,
    };
    fill_kernel_parts(&measured, baseline, cgroup, &reading);
    measured.total_bytes = measured.user_bytes + measured.kernel_stack_bytes +
                           measured.page_table_bytes + measured.kernel_other_bytes;
    fill_note(&measured, baseline, &reading, result == 1);
    *bill = measured;
    return 0;
}
