/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the server's and the clients' CPUs slow each other down. Placement keeps the SMT siblings
 * of a core on one side, but a hypervisor may hide that two CPUs are siblings: each then has about
 * 0.6 of its speed while the other is busy, and the generator's spinning takes from the server. */
#ifndef WAITBENCH_MEASURE_FLOOR_CPU_PAIR_H
#define WAITBENCH_MEASURE_FLOOR_CPU_PAIR_H

#include "base/clock.h"
#include "base/error.h"
#include "measure/disturbance/disturbance.h"
#include "measure/placement/placement.h"

#include <stdbool.h>
#include <stdint.h>

/* What it takes altogether: rounds of one CPU alone, the other alone, both. */
#define CPU_PAIR_BUDGET_NS (200 * NS_PER_MS)
#define CPU_PAIR_ROUNDS    11

/* Below this the two are called slow together, and a change by more than the rest is told:
 * frequency and shared caches take a few percent between any two CPUs. */
#define CPU_PAIR_SLOW 0.9

struct cpu_pair {
    int server_cpu; /* the first of each side */
    int client_cpu;
    double ratio; /* speed with both busy over speed alone: the median over rounds, of both CPUs */
    double least; /* of the rounds */
    double most;
    int rounds;
};

/* Spins a fixed mix of integers, floating point and memory on the first server and the first client
 * CPU, each alone and both at once, in CPU_PAIR_ROUNDS rounds. Speed is work per CPU time of the
 * thread, so that other programs disturb it little. The calling thread is pinned meanwhile and its
 * affinity restored. Returns 0; -EINVAL when the two sides share a CPU; or another -errno; `error`
 * is set. */
int cpu_pair_measure(struct cpu_pair *pair, const struct placement *placement, struct error *error);

/* "independent" or "slow each other". */
const char *cpu_pair_word(const struct cpu_pair *pair);

/* Appends that the two slow each other, if they do. */
void cpu_pair_judge(const struct cpu_pair *pair, struct disturbance_list *list);

/* Appends that this changed in between, if it did by more than 1 - CPU_PAIR_SLOW. */
void cpu_pair_judge_change(const struct cpu_pair *before, const struct cpu_pair *after,
                           struct disturbance_list *list);

#endif
