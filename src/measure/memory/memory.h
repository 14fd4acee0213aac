/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The memory bill of one trial: all that the kernel holds on a subject's behalf, in bytes.
 *
 * What of an accepted TCP connection is in it depends on the kernel, which matters when machines
 * are compared. accept() allocates inode, dentry and file, and these are charged everywhere. The
 * socket itself (struct tcp_sock, 2.3 KiB) is made before that, when the last packet of the
 * handshake arrives and no process is at hand to be charged: Linux 6.13 and later charge it at
 * accept() ("memcg: add charging of already allocated slab objects"), older ones never. On v1 they
 * do so only once kmem.tcp.limit_in_bytes was written in some cgroup of the machine, as cgroup_init
 * does. Measured per accepted connection: 3,637 bytes on 6.18 (v1; 1,218 without that), of which
 * slabinfo explains 3,640; 1,320 on 6.1, v1 and v2. The client's end is charged to the client.
 *
 * The main thread's kernel stack is made by fork, before the process enters its cgroup, and is
 * charged elsewhere: a constant, which the slope over the number of waiters does not see. */
#ifndef WAITBENCH_MEASURE_MEMORY_MEMORY_H
#define WAITBENCH_MEASURE_MEMORY_MEMORY_H

#include "base/error.h"
#include "measure/cgroup/cgroup.h"
#include "measure/memory/system.h"
#include "measure/process/shards.h"

#include <stdint.h>
#include <sys/types.h>

#define MEMORY_NOT_MEASURED INT64_C(-1)

/* The whole machine before the subject starts; on the caller's memory. */
struct memory_baseline {
    const char *root; /* borrowed: goes before /proc; "" for this machine, a folder in tests */
    struct memory_system system;
    int64_t stack_size_bytes; /* the kernel stack of one thread, a constant of the kernel */
};

/* One subject's bill. With `kernel_source` "meminfo" the kernel figures are the growth of the whole
 * machine since the baseline, so that they can come out below zero. */
struct memory_bill {
    int64_t user_bytes;         /* Pss of smaps_rollup */
    int64_t rss_bytes;          /* Rss of smaps_rollup: shared pages counted whole */
    int64_t huge_page_bytes;    /* AnonHugePages, part of user */
    int64_t kernel_stack_bytes; /* stacks the kernel runs the subject's threads on */
    int64_t page_table_bytes;   /* VmPTE: all levels but the top one */
    int64_t
        kernel_other_bytes; /* slab (task_struct, sockets, files), per-CPU memory, socket buffers */
    int64_t total_bytes;    /* user + kernel_stack + page_table + kernel_other */
    int64_t charged_bytes;  /* what the cgroup says; without one MEMORY_NOT_MEASURED */
    int64_t threads;        /* in the kernel's view */
    const char *kernel_source; /* "cgroup-v2", "cgroup-v1" or "meminfo" */
    char note[512];            /* what a reader must know about these figures, or "" */
};

/* Reads the machine's state; call it right before the subject starts. Takes 20 ms, on a machine
 * where many threads start or end half a second. Returns 0 or -errno with `error` set. */
int memory_baseline_read(struct memory_baseline *baseline, const char *root, struct error *error);

/* Waits until two readings 0.2 s apart differ by less than 1 %, for three seconds at most: a
 * runtime that collects garbage or compiles does so beside what it is asked. What it comes to
 * afterwards memory_bill_measure says. Returns 0 or -errno with `error` set, as that does. */
int memory_settle(const struct memory_baseline *baseline, const struct cgroup *cgroup,
                  const struct shards *shards, struct error *error);

/* Measures the subject, what its processes have started included: the members of `cgroup`, or with
 * NULL those processes and their descendants. Reads until two readings in a row agree, at most
 * three seconds; a bill that never settled says so in its note. Returns 0 or -errno with `error`
 * set, -ESRCH when the subject is gone. */
int memory_bill_measure(const struct memory_baseline *baseline, const struct cgroup *cgroup,
                        const struct shards *shards, struct memory_bill *bill, struct error *error);

#endif
