/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/floor/cpu_pair.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SLICES_PER_ROUND 3
/* The first round warms up caches and clocks. */
#define ROUNDS_WARMUP 1
#define SLICE_NS      (CPU_PAIR_BUDGET_NS / (SLICES_PER_ROUND * (CPU_PAIR_ROUNDS + ROUNDS_WARMUP)))

/* Fits the second-level cache of any CPU, and no first-level one. */
#define WORDS (64 * 1024 / sizeof(uint64_t))

/* Tens of microseconds: far more than the clock readings around it. */
#define STEPS_PER_CHUNK 8192

enum slice { SLICE_IDLE, SLICE_SERVER, SLICE_BOTH, SLICE_END };

/* What a thread works on, on a page of its own. */
struct pair_worker {
    _Alignas(4096) uint64_t words[WORDS];
    uint64_t integer;
    double real;
    double speed; /* chunks per second of CPU time, in the slice that is over */
};

struct probe {
    struct pair_worker server;
    struct pair_worker client;
    hwloc_bitmap_t server_cpu;
    _Alignas(64) atomic_int slice; /* that the helper takes part in */
    _Alignas(64) atomic_int ready; /* the helper's answer: how many slices it has begun */
    _Alignas(64) atomic_int done;  /* and finished */
    int result;                    /* of the helper's pinning */
};

/* A third each of what SMT siblings share: integer units, floating point, the cache. */
static void work_chunk(struct pair_worker *worker)
{
    uint64_t integer = worker->integer;
    double real = worker->real;
    for (int i = 0; i < STEPS_PER_CHUNK; i++) {
        integer = integer * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        real = real * 0.999999 + (double)(integer >> 40);
        worker->words[(integer >> 20) % WORDS] += integer;
    }
    worker->integer = integer;
    worker->real = real;
}

static int64_t cpu_time_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

static void spin(struct pair_worker *worker)
{
    int64_t end_ns = clock_now_ns() + SLICE_NS;
    int64_t start_ns = cpu_time_ns();
    int64_t chunks = 0;
    do {
        work_chunk(worker);
        chunks++;
    } while (clock_now_ns() < end_ns);
    worker->speed = (double)chunks * 1e9 / (double)(cpu_time_ns() - start_ns);
}

/* The helper sleeps while it has no part in a slice: a spinning one would not be an idle sibling.
 */
static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 100 * NS_PER_US}, NULL);
}

/* The server's CPU. Slices in which both spin begin when both are here. */
static void *help(void *argument)
{
    struct probe *probe = argument;
    int begun = 0;
    probe->result = placement_bind(probe->server_cpu);
    for (;;) {
        int slice = atomic_load(&probe->slice);
        if (slice == SLICE_END)
            return NULL;
        if (slice != SLICE_SERVER && slice != SLICE_BOTH) {
            nap();
            continue;
        }
        atomic_store(&probe->ready, ++begun);
        spin(&probe->server);
        atomic_store(&probe->slice, SLICE_IDLE);
        atomic_store(&probe->done, begun);
    }
}

/* Lets the helper spin, alone or beside us. `number` counts its slices from 1. */
static void run_slice(struct probe *probe, enum slice slice, int number)
{
    atomic_store(&probe->slice, slice);
    while (atomic_load(&probe->ready) < number)
        if (slice == SLICE_SERVER)
            nap();
    if (slice == SLICE_BOTH)
        spin(&probe->client);
    while (atomic_load(&probe->done) < number)
        nap();
}

/* The mean of both CPUs' speeds together, over those alone. */
static double run_round(struct probe *probe, int round)
{
    run_slice(probe, SLICE_SERVER, 2 * round + 1);
    spin(&probe->client);
    double server_alone = probe->server.speed;
    double client_alone = probe->client.speed;
    run_slice(probe, SLICE_BOTH, 2 * round + 2);
    return (probe->server.speed / server_alone + probe->client.speed / client_alone) / 2;
}

static int compare_ratios(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

static void run_rounds(struct probe *probe, struct cpu_pair *pair)
{
    double ratios[CPU_PAIR_ROUNDS];
    for (int i = 0; i < CPU_PAIR_ROUNDS + ROUNDS_WARMUP; i++) {
        double ratio = run_round(probe, i);
        if (i >= ROUNDS_WARMUP)
            ratios[i - ROUNDS_WARMUP] = ratio;
    }
    qsort(ratios, CPU_PAIR_ROUNDS, sizeof *ratios, compare_ratios);
    pair->ratio = ratios[CPU_PAIR_ROUNDS / 2];
    pair->least = ratios[0];
    pair->most = ratios[CPU_PAIR_ROUNDS - 1];
    pair->rounds = CPU_PAIR_ROUNDS;
}

/* The calling thread is on the client's CPU already. */
static int run_probe(struct probe *probe, struct cpu_pair *pair)
{
    pthread_t helper;
    int result = -pthread_create(&helper, NULL, help, probe);
    if (result < 0)
        return result;
    run_rounds(probe, pair);
    atomic_store(&probe->slice, SLICE_END);
    pthread_join(helper, NULL);
    return probe->result;
}

static int run_pinned(struct cpu_pair *pair, hwloc_bitmap_t server, hwloc_bitmap_t client)
{
    struct probe *probe = NULL;
    hwloc_bitmap_t before = hwloc_bitmap_alloc();
    int result = before ? placement_read_back(0, before) : -ENOMEM;
    if (result == 0)
        result = -posix_memalign((void **)&probe, _Alignof(struct probe), sizeof *probe);
    if (result == 0) {
        memset(probe, 0, sizeof *probe);
        probe->server_cpu = server;
        result = placement_bind(client);
    }
    if (result == 0) {
        result = run_probe(probe, pair);
        int restored = placement_bind(before);
        result = result == 0 ? restored : result;
    }
    free(probe);
    hwloc_bitmap_free(before);
    return result;
}

int cpu_pair_measure(struct cpu_pair *pair, const struct placement *placement, struct error *error)
{
    struct cpu_pair measured = {0};
    if (placement->shared)
        return error_set(error, -EINVAL, "server and clients share their only core");
    hwloc_bitmap_t server = hwloc_bitmap_dup(placement->server_cpus);
    hwloc_bitmap_t client = hwloc_bitmap_dup(placement->client_cpus);
    int result = -ENOMEM;
    if (server && client) {
        hwloc_bitmap_singlify(server);
        hwloc_bitmap_singlify(client);
        measured.server_cpu = hwloc_bitmap_first(server);
        measured.client_cpu = hwloc_bitmap_first(client);
        result = run_pinned(&measured, server, client);
    }
    hwloc_bitmap_free(server);
    hwloc_bitmap_free(client);
    if (result < 0)
        return error_set(error, result, "cannot try whether CPUs slow each other down: %s",
                         strerror(-result));
    *pair = measured;
    return 0;
}

const char *cpu_pair_word(const struct cpu_pair *pair)
{
    return pair->ratio < CPU_PAIR_SLOW ? "slow each other" : "independent";
}

void cpu_pair_judge(const struct cpu_pair *pair, struct disturbance_list *list)
{
    if (pair->ratio < CPU_PAIR_SLOW)
        disturbance_add(list, "CPU pair",
                        "use a machine whose CPUs are cores of their own (cloud: more vCPUs, or a "
                        "type without SMT)",
                        "CPUs %d and %d slow each other down to %.0f %% of their speed: server and "
                        "clients may share a core",
                        pair->server_cpu, pair->client_cpu, 100 * pair->ratio);
}

void cpu_pair_judge_change(const struct cpu_pair *before, const struct cpu_pair *after,
                           struct disturbance_list *list)
{
    if (fabs(after->ratio - before->ratio) > 1 - CPU_PAIR_SLOW)
        disturbance_add(list, "CPU pair moved",
                        "use a host that does not move its guests' CPUs, and measure again",
                        "with both busy, CPUs %d and %d had %.0f %% of their speed before and "
                        "%.0f %% after",
                        before->server_cpu, before->client_cpu, 100 * before->ratio,
                        100 * after->ratio);
}
