/* SPDX-License-Identifier: GPL-3.0-or-later */
/* waitbench doctor: what limits or disturbs a run on this machine, and what lifts or ends it. */
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/doctor_seen.h"
#include "cli/doctor_text.h"
#include "measure/disturbance/disturbance.h"
#include "measure/disturbance/run_lock.h"
#include "measure/floor/calibration.h"
#include "measure/floor/cpu_pair.h"
#include "measure/limits/limits.h"
#include "measure/placement/placement.h"
#include "measure/placement/store_placement.h"
#include "report/charts/gnuplot.h"
#include "run/plan/plan.h"
#include "store/postgres_check.h"
#include "store/temporary_folder.h"

#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What the bare round trips may take: one waits for it. */
#define FLOOR_BUDGET_NS (400 * NS_PER_MS)

#define WAITERS_DEFAULT 100000
#define WAITERS_MAX     INT64_C(100000000)
/* Gaps of 10 us and more in a loop that only reads the clock. */
#define GAP_SHARE_DISTURBING 0.02

struct doctor {
    int64_t waiters; /* that the commands make room for */
    int64_t shards;  /* processes that share them */
};

/* ---- Limits ---- */

static void print_binding(const struct limits *limits, enum model model)
{
    char largest[DOCTOR_NUMBER_SIZE];
    char value[DOCTOR_NUMBER_SIZE];
    const struct limit *binding = limits_binding(limits, model);
    doctor_format_count(largest, limits_largest(limits, model));
    printf("  %-8s %9s   ", model_name(model), largest);
    if (!binding) {
        puts("no limit that can be seen");
        return;
    }
    doctor_format_value(value, binding->value, binding->unit);
    printf("%s: %s\n", binding->name, binding->set[0] ? binding->set : value);
}

/* The first model to which every limit allows as much: `loop` for `loops`. */
static int first_like(const struct limits *limits, int model)
{
    for (int first = 0; first < model; first++) {
        size_t same = 0;
        while (same < limits->count &&
               limits->entries[same].largest[first] == limits->entries[same].largest[model])
            same++;
        if (same == limits->count)
            return first;
    }
    return model;
}

static void print_limit(const struct limits *limits, const struct limit *limit)
{
    char text[DOCTOR_NUMBER_SIZE];
    doctor_format_value(text, limit->value, strcmp(limit->unit, "bytes") == 0 ? "bytes" : "");
    printf("  %-30s %11s", limit->name,
           !limit->seen    ? "not seen"
           : limit->set[0] ? limit->set
                           : text);
    for (int model = 0; model < MODEL_COUNT; model++) {
        if (first_like(limits, model) != model)
            continue;
        doctor_format_count(text, limit->largest[model]);
        printf(" %8s", text);
    }
    putchar('\n');
}

/* The commands for every limit in the way of `waiters`, not only the one that binds first. */
static void print_commands(const struct limits *limits, int64_t waiters)
{
    char command[2 * LIMITS_TEXT_MAX];
    size_t count = 0;
    printf("  To make room for %" PRId64 " waiters of every model%s:\n\n", waiters,
           limits->root ? "" : ", in this shell");
    for (size_t i = 0; i < limits->count; i++) {
        const struct limit *limit = &limits->entries[i];
        enum model model;
        if (!limits_is_in_the_way(limit, waiters, &model))
            continue;
        limits_command(limits, limit, model, waiters, command, sizeof command);
        printf("    %s\n", command);
        count++;
    }
    if (count == 0)
        puts("    nothing is in the way");
}

static void print_estimates(void)
{
    const struct limits_options bare = {0};
    char text[160];
    snprintf(text, sizeof text,
             "memory by an estimate of %" PRId64 " KiB for a thread's waiter and %" PRId64
             " KiB for a loop's; a run measures it first where so many may not fit",
             limits_waiter_bytes(MODEL_THREADS, &bare) >> 10,
             limits_waiter_bytes(MODEL_LOOP, &bare) >> 10);
    doctor_print_wrapped(2, text);
}

static void print_limits(const struct limits *limits)
{
    doctor_print_title("Largest number of waiters, by model");
    for (int model = 0; model < MODEL_COUNT; model++)
        print_binding(limits, (enum model)model);

    doctor_print_title("Every limit, and the waiters it allows");
    printf("  %-30s %11s", "", "value");
    for (int model = 0; model < MODEL_COUNT; model++)
        if (first_like(limits, model) == model)
            printf(" %8s", model_name((enum model)model));
    putchar('\n');
    for (size_t i = 0; i < limits->count; i++)
        print_limit(limits, &limits->entries[i]);
    puts("\n  - does not bind; limits that are not seen are taken as unlimited");
    print_estimates();
    for (size_t i = 0; i < limits->count; i++)
        if (limits->entries[i].set[0] != '\0') {
            printf("  %s %s:\n", limits->entries[i].name, limits->entries[i].set);
            doctor_print_wrapped(4, limits->entries[i].words);
        }
    for (int model = 0; model < MODEL_COUNT; model++)
        if (first_like(limits, model) != model)
            printf("  %s: as %s\n", model_name((enum model)model),
                   model_name((enum model)first_like(limits, model)));
}

/* ---- Disturbances ---- */

static void print_placement(const struct placement *placement)
{
    char server[PLACEMENT_LIST_MAX];
    char client[PLACEMENT_LIST_MAX];
    if (placement_format(placement->server_cpus, server, sizeof server) < 0 ||
        placement_format(placement->client_cpus, client, sizeof client) < 0)
        return;
    printf("  server on CPUs %s, clients on CPUs %s%s\n", server, client,
           placement->shared ? " (shared: there is one core)" : "");
}

/* Where a database would run, and who of the two has the CPU that they share. */
static void print_store_placement(const struct placement *placement)
{
    struct store_placement store;
    struct error ignored;
    char cpus[PLACEMENT_LIST_MAX] = "";
    int64_t autogroup;
    if (store_placement_detect(&store, placement, &ignored) < 0)
        return;
    placement_format(store.cpus, cpus, sizeof cpus);
    printf("  a database on CPUs %s (%s)\n", cpus, store.own ? "its own" : "the server's");
    if (text_read_int64("/proc/sys/kernel/sched_autogroup_enabled", &autogroup) == 0)
        doctor_print_wrapped(2, autogroup > 0 ? "autogroup is on: on one CPU the kernel shares out "
                                                "time by session first, then by thread"
                                              : "autogroup is off: on one CPU the kernel shares "
                                                "out time by thread");
    store_placement_finish(&store);
}

static void print_floors(const struct calibration *floors)
{
    printf("  bare round trip over loopback: p50 %.1f us, p99 %.1f us\n",
           (double)floors->round_trip_p50_ns / 1000, (double)floors->round_trip_p99_ns / 1000);
    printf("  reading the clock: %.0f ns; longest gap in %.0f ms of it: %.0f us\n",
           floors->clock_read_ns, (double)floors->spin_ns / 1e6,
           (double)floors->gap_longest_ns / 1000);
}

/* Looking takes CPU time, which a run that is at work would have needed. */
static void find_runs(struct disturbance_list *list)
{
    pid_t pids[RUN_LOCK_NAMES];
    size_t count = run_lock_look(pids);
    for (size_t i = 0; i < count; i++)
        disturbance_add(list, "run", "look again when it has ended",
                        "a waitbench run is at work (pid %d): it and this look disturb each other",
                        (int)pids[i]);
}

/* A CPU that a quota stopped has gaps, too: they are not other work. */
static bool is_throttled(const struct disturbance_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->entries[i].name, "throttling") == 0)
            return true;
    return false;
}

static void print_disturbances(const struct disturbance_list *list, double gap_share)
{
    for (size_t i = 0; i < list->count; i++)
        doctor_print_finding(list->entries[i].text, list->entries[i].fix);
    bool gaps = gap_share > GAP_SHARE_DISTURBING && !is_throttled(list);
    if (gaps) {
        char text[128];
        snprintf(text, sizeof text,
                 "other work took %.1f %% of a busy CPU's time, 10 us or more "
                 "at once",
                 100 * gap_share);
        doctor_print_finding(text, "end other programs, or use a quieter host");
    }
    if (list->count == 0 && !gaps)
        puts("  nothing disturbs measurement here");
}

static void print_pair(const struct cpu_pair *pair)
{
    if (pair->rounds == 0)
        return;
    printf("  CPUs %d and %d, both busy: %.0f %% of their speed alone (%.0f to %.0f)\n",
           pair->server_cpu, pair->client_cpu, 100 * pair->ratio, 100 * pair->least,
           100 * pair->most);
}

/* What a short calibration found. */
struct noise {
    int result; /* 0, or -errno with `error` set: then nothing else was found */
    struct error error;
    struct placement placement;
    struct disturbance_list list;
    struct calibration floors;
    struct cpu_pair pair;
    int measured; /* of the floors, likewise */
    struct error why;
};

/* Looks before, during and after the calibration, so that steal and gaps show. */
static void examine_noise(struct noise *noise)
{
    struct disturbance_snapshot before;
    struct disturbance_snapshot after;
    memset(noise, 0, sizeof *noise);
    noise->result = placement_detect(&noise->placement, &noise->error);
    if (noise->result < 0)
        return;
    hwloc_bitmap_t cpus = hwloc_bitmap_dup(noise->placement.server_cpus);
    if (!cpus) {
        noise->result = error_set(&noise->error, -ENOMEM, "out of memory");
        return;
    }
    hwloc_bitmap_or(cpus, cpus, noise->placement.client_cpus);
    disturbance_take(&before, "", cpus, 0);
    noise->measured =
        calibration_measure(&noise->floors, &noise->placement, FLOOR_BUDGET_NS, &noise->why);
    disturbance_take(&after, "", cpus, 0);
    find_runs(&noise->list);
    disturbance_judge_change(&before, &after, NULL, &noise->list);
    disturbance_judge_state(&before, &noise->list);
    if (cpu_pair_measure(&noise->pair, &noise->placement, NULL) == 0)
        cpu_pair_judge(&noise->pair, &noise->list);
    hwloc_bitmap_free(cpus);
}

static void print_noise(const struct noise *noise)
{
    doctor_print_title("Placement and floors");
    print_placement(&noise->placement);
    print_store_placement(&noise->placement);
    print_pair(&noise->pair);
    if (noise->measured < 0)
        doctor_print_wrapped(2, noise->why.text);
    else
        print_floors(&noise->floors);
}

/* ---- Stores of web servers ---- */

struct stores_found {
    char postgres[4224]; /* which it is; empty where there is none, and */
    struct error why;
};

static void examine_stores(struct stores_found *stores)
{
    memset(stores, 0, sizeof *stores);
    if (postgres_describe(stores->postgres, sizeof stores->postgres, &stores->why) < 0)
        stores->postgres[0] = '\0';
}

static void print_stores_missing(const struct stores_found *stores)
{
    struct error error = {{0}};
    if (temporary_folder_check(&error) < 0)
        doctor_print_finding("SQLite and PostgreSQL need a temporary folder", error.text);
    if (stores->postgres[0] == '\0')
        doctor_print_finding("PostgreSQL is not here", stores->why.text);
}

static void print_stores(const struct stores_found *stores)
{
    doctor_print_title("Stores of web servers");
    if (stores->postgres[0] != '\0')
        doctor_print_wrapped(2, stores->postgres);
    else
        puts("  SQLite alone");
}

static void print_charts_missing(void)
{
    struct error error = {{0}};
    if (gnuplot_look(&error) < 0)
        doctor_print_finding("a run will have no charts", error.text);
}

/* What to do, the most worthwhile first: what spoils every figure, what makes memory inexact, what
 * leaves a part out, and what stops short of large numbers. */
static void print_advice(const struct noise *noise, const struct cgroup_home *home,
                         const struct stores_found *stores, const struct limits *limits,
                         int64_t waiters)
{
    doctor_print_title("What to do, in order of worth");
    if (noise->result < 0)
        doctor_print_wrapped(2, noise->error.text);
    else
        print_disturbances(&noise->list, noise->floors.gap_share);
    if (home->version == CGROUP_NONE)
        doctor_print_finding(home->reason, home->remedy);
    print_charts_missing();
    print_stores_missing(stores);
    putchar('\n');
    print_commands(limits, waiters);
}

/* ---- The command ---- */

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct doctor *doctor = state->input;
    switch (key) {
    case 'n':
        if (text_parse_int64(text, 1, WAITERS_MAX, &doctor->waiters) < 0)
            argp_error(state, "--waiters takes a number from 1 to %" PRId64 ", not '%s'",
                       WAITERS_MAX, text);
        return 0;
    case 's':
        if (text_parse_int64(text, 1, PLAN_SHARDS_MAX, &doctor->shards) < 0)
            argp_error(state, "--shards takes a number from 1 to %" PRId64 ", not '%s'",
                       PLAN_SHARDS_MAX, text);
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "unexpected argument '%s'", text);
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int command_doctor(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"waiters", 'n', "N", 0, "print commands that make room for N waiters (100000)", 0},
        {"shards", 's', "S", 0, "of servers that are S processes each (1)", 0},
        {0},
    };
    static const struct argp argp = {
        options, parse_option,
        NULL,    "Shows what limits or disturbs a run on this machine, and what helps.",
        NULL,    NULL,
        NULL,
    };
    struct doctor doctor = {.waiters = WAITERS_DEFAULT, .shards = 1};
    struct noise noise;
    struct cgroup_home home;
    struct stores_found stores;
    argp_err_exit_status = EXIT_USAGE;
    argp_parse(&argp, argc, argv, 0, NULL, &doctor);
    struct limits limits;
    const struct limits_options shared = {.shards = doctor.shards};
    limits_read(&limits, "", &shared);
    examine_noise(&noise);
    cgroup_home_find(&home, "");
    examine_stores(&stores);
    print_advice(&noise, &home, &stores, &limits, doctor.waiters);
    print_limits(&limits);
    if (noise.result == 0)
        print_noise(&noise);
    doctor_print_accounting(&home);
    print_stores(&stores);
    doctor_examine_visibility(&limits);
    placement_finish(&noise.placement);
    return EXIT_DONE;
}
