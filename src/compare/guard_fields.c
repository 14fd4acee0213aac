/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every field that machine.json may hold, and what becomes of it when runs are compared. Whoever
 * adds one to machine.json adds its line here: compare.bats compares a run of its own with itself
 * and fails on a field that is not here. */
#include "compare/guard.h"

#include <stdio.h>
#include <string.h>

#define ALL    GUARD_COMPARABLE
#define RATIOS GUARD_RATIOS_ONLY
#define NONE   GUARD_NOT_COMPARABLE

#define NOT(name, path, reason)                          \
    {                                                    \
        name, path, ALL, ALL, reason, GUARD_NOT_COMPARED \
    }

const struct guard_field guard_fields[] = {
    /* What was measured, and with what. */
    {"measurement", "measurement_version", ALL, NONE,
     "times and rates mean something else in the other version", GUARD_VERSION},
    {"waitbench", "waitbench_version", NONE, NONE,
     "other programs may have been measured by other instruments", GUARD_TEXT},
    {"git revision", "git_revision", ALL, ALL,
     "the same version, but bench/ may have changed in between", GUARD_TEXT},
    {"libuv", "software.libuv", NONE, NONE, "it is under the loop alone", GUARD_TEXT},
    {"huge pages", "kernel.huge_pages", NONE, RATIOS, "they back the stacks of threads",
     GUARD_TEXT},
    {"page defrag", "kernel.huge_pages_defrag", NONE, RATIOS,
     "it decides when huge pages back stacks", GUARD_TEXT},
    {"shared CPUs", "placement.shared", ALL, NONE,
     "sharing them with the load changes each wake-up", GUARD_TEXT},
    {"server CPUs", "placement.server_cpus", ALL, RATIOS,
     "threads use all of them, one loop a single one", GUARD_CPUS},
    {"client CPUs", "placement.client_cpus", ALL, RATIOS,
     "the load generator may be the limit on one only", GUARD_CPUS},
    {"clients", "clients.count", ALL, NONE, "the load comes over another path", GUARD_TEXT},
    {"far clients", "clients.elsewhere", ALL, NONE, "the load comes over another path", GUARD_TEXT},
    {"way to clients", "clients.longest_round_trip_ns", ALL, NONE, "it is in every latency",
     GUARD_WAY},
    NOT("server address", "clients.server_host", "the round trips over it stand with each run"),
    NOT("list of clients", "clients.list", "how many there are is compared"),
    {"profile", "profile", ALL, RATIOS, "trials last longer in one of them", GUARD_PROFILE},
    {"plan", "plan.digest", ALL, RATIOS, "trials last longer in one of them, or work otherwise",
     GUARD_PLAN},
    NOT("plan file", "plan.file", "where it lay; its digest is compared"),
    NOT("looks", "plan.looks", "intervals are of one look, and verdicts have paid for theirs"),
    NOT("plan omits", "plan.omits", "words; what was measured is compared"),
    NOT("plan changed", "plan.as_it_comes", "the digest is compared"),
    /* The machine. */
    {"CPU", "cpu.model", ALL, RATIOS, "another CPU", GUARD_TEXT},
    {"CPU maker", "cpu.vendor", ALL, RATIOS, "another CPU", GUARD_TEXT},
    {"microcode", "cpu.microcode", ALL, RATIOS, "it changes what instructions and mitigations cost",
     GUARD_TEXT},
    {"thread stack", "memory.thread_stack_bytes", NONE, ALL, "each has page tables of its own",
     GUARD_USED},
    {"register state", "cpu.register_state_bytes", RATIOS, ALL,
     "the kernel keeps so much of each thread's registers", GUARD_BYTES},
    {"CPU count", "cpu.logical_cpus", ALL, RATIOS, "what else runs has more room", GUARD_TEXT},
    {"cores", "cpu.cores", ALL, RATIOS, "what else runs has more room", GUARD_TEXT},
    {"packages", "cpu.packages", ALL, RATIOS, "a wake-up may cross from one to the other",
     GUARD_TEXT},
    {"NUMA nodes", "cpu.numa_nodes", ALL, RATIOS, "memory may be on the far side", GUARD_TEXT},
    {"caches", "cpu.caches", ALL, RATIOS, "what fits into one does not fit into the other",
     GUARD_CACHES},
    {"allowed CPUs", "cpu.allowed_cpus", ALL, RATIOS, "what else runs has more room", GUARD_CPUS},
    {"isolated CPUs", "cpu.isolated_cpus", ALL, NONE, "threads are not spread over isolated CPUs",
     GUARD_CPUS},
    {"SMT", "cpu.smt", ALL, RATIOS, "siblings share a core", GUARD_TEXT},
    {"memory size", "memory.total_bytes", ALL, RATIOS,
     "the kernel sizes its tables and TCP's buffers by it", GUARD_BYTES},
    {"swap", "memory.swap_total_bytes", RATIOS, RATIOS,
     "pages of who waits may be written out and read back", GUARD_BYTES},
    {"swappiness", "memory.swappiness", ALL, ALL, "it matters only where memory was short",
     GUARD_TEXT},
    {"overcommit", "memory.overcommit_memory", ALL, ALL,
     "it decides which stacks are refused, and what ran was not", GUARD_TEXT},
    {"boost", "frequency.boost", ALL, RATIOS, "the CPUs run at other speeds", GUARD_TEXT},
    {"governor", "frequency.governor", ALL, RATIOS, "the CPUs run at other speeds", GUARD_TEXT},
    {"speed driver", "frequency.driver", ALL, RATIOS, "the CPUs change speed in other ways",
     GUARD_TEXT},
    {"lowest speed", "frequency.minimum_khz", ALL, RATIOS, "the CPUs run at other speeds",
     GUARD_TEXT},
    {"top speed", "frequency.maximum_khz", ALL, RATIOS, "the CPUs run at other speeds", GUARD_TEXT},
    {"idle driver", "frequency.idle_driver", ALL, RATIOS, "waking an idle CPU costs otherwise",
     GUARD_TEXT},
    {"hypervisor", "virtualisation.hypervisor", ALL, RATIOS,
     "waking a halted CPU costs more in a guest", GUARD_TEXT},
    {"container", "virtualisation.container", ALL, RATIOS, "its network and its limits",
     GUARD_TEXT},
    {"product", "virtualisation.product", ALL, RATIOS, "another kind of machine", GUARD_TEXT},
    {"maker", "virtualisation.vendor", ALL, RATIOS, "another kind of machine", GUARD_TEXT},
    {"CPU pair", "cpu_pair.verdict", ALL, RATIOS,
     "the load generator slows the server down in one of the two", GUARD_TEXT},
    /* The kernel and what it was told. */
    {"architecture", "kernel.architecture", RATIOS, RATIOS, "other code, other structures",
     GUARD_TEXT},
    {"page size", "kernel.page_bytes", NONE, RATIOS, "a stack takes whole pages", GUARD_TEXT},
    {"kernel", "kernel.release", RATIOS, RATIOS,
     "its structures and its scheduler are in every figure", GUARD_TEXT},
    {"kernel build", "kernel.version", RATIOS, RATIOS,
     "the same sources may be configured otherwise", GUARD_TEXT},
    {"clock source", "kernel.clock_source", ALL, RATIOS, "reading the time is in every latency",
     GUARD_TEXT},
    {"preemption", "kernel.preemption", ALL, RATIOS, "who is woken waits for who runs", GUARD_TEXT},
    {"NUMA balancing", "kernel.numa_balancing", ALL, RATIOS, "it moves pages and tasks about",
     GUARD_TEXT},
    {"autogroup", "kernel.autogroup", ALL, RATIOS, "it decides how server and database share a CPU",
     GUARD_USED},
    {"interrupts", "kernel.irq_time_accounting", ALL, RATIOS,
     "CPU times leave them out in one of the two", GUARD_TEXT},
    {"mitigations", "mitigations", ALL, RATIOS,
     "they are in the price of each system call and switch", GUARD_MITIGATIONS},
    {"io_uring", "io_uring.setup", ALL, ALL, "nothing here uses it unless libuv does", GUARD_TEXT},
    {"libuv io_uring", "io_uring.libuv_can_use", ALL, NONE,
     "it spares the loop alone a system call per change of epoll", GUARD_TEXT},
    {"cgroups", "cgroup.version", RATIOS, ALL, "kernel memory is charged by other rules",
     GUARD_TEXT},
    {"CPU quota", "cgroup.cpu_quota", ALL, NONE, "it stops the programs for a part of the time",
     GUARD_LATER},
    {"trial cgroup", "cgroup.trial_cgroup", RATIOS, ALL,
     "kernel memory comes from another instrument", GUARD_TEXT},
    /* The software. */
    {"C library", "software.libc", RATIOS, RATIOS,
     "its threads and its allocator are in the programs", GUARD_TEXT},
    {"jemalloc", "software.jemalloc", RATIOS, RATIOS, "it is in half of the programs", GUARD_TEXT},
    {"compiler", "software.compiler", ALL, RATIOS, "other machine code", GUARD_TEXT},
    {"environment", "environment", RATIOS, RATIOS,
     "it changes what is loaded or how memory is allocated", GUARD_VARIABLES},
    /* What web servers have their rows in. */
    {"SQLite", "store.sqlite", ALL, RATIOS, "it answers the requests of web servers", GUARD_USED},
    {"PostgreSQL", "store.postgres", ALL, RATIOS, "it answers the requests of web servers",
     GUARD_USED},
    {"store CPUs", "store.cpu_count", ALL, RATIOS, "the database has more time in one of the two",
     GUARD_USED},
    {"store beside", "store.own_cpus", ALL, NONE,
     "the database takes time from the server in one of the two", GUARD_USED},
    NOT("store's CPUs", "store.cpus", "how CPUs are numbered; how many there are is compared"),
    /* What says nothing of the figures, or is told in another way. */
    NOT("format", "format_version", "how the file is written"),
    NOT("host name", "hostname", "it names the machine"),
    NOT("label", "label", "it is the machine's name"),
    NOT("begin", "started_utc", "it stands with each run"),
    NOT("end", "ended_utc", "it stands with each run"),
    NOT("command line", "command_line", "each figure is matched by its own conditions"),
    NOT("seed", "seed", "other arrivals and orders of the same kind"),
    NOT("subjects", "subjects", "each figure is matched by its own arm"),
    NOT("runtimes", "runtimes", "each figure is matched by its own arm, whose row has its runtime"),
    NOT("baseline", "baseline", "it decides which pairs a run's own summary shows"),
    NOT("free memory", "memory.available_bytes", "it was free when the run began"),
    NOT("free swap", "memory.swap_free_bytes", "it was free when the run began"),
    NOT("other clocks", "kernel.clock_sources_available", "the one in use is compared"),
    NOT("interrupts from", "kernel.irq_time_accounting_source", "where the answer was read"),
    NOT("hwloc", "software.hwloc", "it places programs and is in none of them"),
    NOT("io_uring sysctl", "io_uring.disabled", "what a try said is compared"),
    NOT("cgroup note", "cgroup.trial_cgroup_note", "why there is none"),
    NOT("pair's server", "cpu_pair.server_cpu", "how CPUs are numbered"),
    NOT("pair's client", "cpu_pair.client_cpu", "how CPUs are numbered"),
    NOT("pair before", "cpu_pair.before", "its verdict is compared"),
    NOT("pair after", "cpu_pair.after", "its verdict is compared"),
    NOT("limits", "limits", "what ran was within them"),
    NOT("disturbances", "disturbances", "they stand with each run"),
    NOT("calibration", "calibration", "the floors stand with each run"),
    NOT("not seen", "not_seen", "why a field is null"),
    {0},
};

/* An object of the table stands for all that it holds. */
static bool holds(const struct guard_field *field, const char *path)
{
    size_t length = strlen(field->path);
    bool is_object = field->look == GUARD_NOT_COMPARED || field->look == GUARD_MITIGATIONS ||
                     field->look == GUARD_VARIABLES;
    return strncmp(field->path, path, length) == 0 &&
           (path[length] == '\0' || (is_object && path[length] == '.'));
}

const struct guard_field *guard_field_of(const char *path)
{
    for (const struct guard_field *field = guard_fields; field->name; field++)
        if (holds(field, path))
            return field;
    return NULL;
}
