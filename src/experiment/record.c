/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/record.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "experiment/further.h"

#include <errno.h>
#include <stdio.h>

/* `when` is "", or ends with a space. */
static void warn(const char *when, const struct disturbance_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        warning_print("%s%s (%s)", when, list->entries[i].text, list->entries[i].fix);
}

static void describe_clients(struct machine *machine, const struct run *run)
{
    const struct clients *clients = &run->clients;
    if (clients->count == 0)
        return;
    machine_set_clients(machine, run_host(run), clients->count, clients_are_elsewhere(clients),
                        clients_longest_path_ns(clients));
    for (size_t i = 0; i < clients->count; i++) {
        const struct client *client = &clients->items[i];
        const struct machine_client described = {
            .prefix = client->prefix,
            .host = client->hello.host,
            .cpus = client->hello.cpus,
            .revision = client->hello.revision,
            .local = client->local,
            .round_trip_p50_ns = client->floor.p50_ns,
            .round_trip_p99_ns = client->floor.p99_ns,
            .clock_error_ns = client->exchange_ns / 2,
        };
        machine_add_client(machine, &described);
    }
}

/* Requests of several clients are no quicker than the shortest of their paths. */
static void take_floor_of_path(const struct run *run, struct calibration *calibration)
{
    const struct clients *clients = &run->clients;
    for (size_t i = 0; i < clients->count; i++) {
        const struct round_trips *floor = &clients->items[i].floor;
        if (i > 0 && floor->p50_ns >= calibration->round_trip_p50_ns)
            continue;
        calibration->round_trips = floor->count;
        calibration->round_trip_p50_ns = floor->p50_ns;
        calibration->round_trip_p99_ns = floor->p99_ns;
    }
}

static int calibrate(struct machine *machine, const struct run *run, struct error *error)
{
    struct calibration calibration;
    int64_t budget_ns = (int64_t)(run->plan.calibration_seconds * (double)NS_PER_SECOND);
    int result = calibration_measure(&calibration, &run->placement, budget_ns, error);
    if (result < 0)
        return result;
    take_floor_of_path(run, &calibration);
    machine_set_calibration(machine, &calibration);
    describe_clients(machine, run);
    return 0;
}

/* Before the floors, which tell the same CPUs' times. That it cannot be tried stops no run. */
static void try_pair(struct record *record, const struct run *run, struct disturbance_list *list)
{
    struct error error = {{0}};
    if (cpu_pair_measure(&record->pair, &run->placement, &error) < 0) {
        machine_set_no_cpu_pair(record->machine, error.text);
        return;
    }
    machine_set_cpu_pair(record->machine, "before", &record->pair);
    cpu_pair_judge(&record->pair, list);
}

/* A hypervisor may have moved the CPUs meanwhile. Who interrupted the run waits for no probe. */
static void try_pair_again(struct record *record, const struct run *run,
                           struct disturbance_list *list)
{
    struct cpu_pair after;
    if (record->pair.rounds == 0 || interrupt_signal() ||
        cpu_pair_measure(&after, &run->placement, NULL) < 0)
        return;
    machine_set_cpu_pair(record->machine, "after", &after);
    cpu_pair_judge_change(&record->pair, &after, list);
}

/* Foreign subjects in the order in which they were given, which rows do not have; runtimes in the
 * catalogue's, behind them. */
static void describe_subjects(struct machine *machine, const struct run *run)
{
    const char *names[RUN_SUBJECTS_MAX + RUNTIMES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < run->foreign_count; i++)
        names[count++] = run->foreign[i].subject;
    for (size_t i = 0; i < run->runtimes.count; i++) {
        const struct runtime *runtime = run->runtimes.list[i].runtime;
        names[count++] = runtime->name;
        machine_set_runtime(machine, runtime, run->runtimes.list[i].version);
    }
    machine_set_subjects(machine, names, count, run->options->baseline);
}

static void describe_run(struct machine *machine, const struct run *run)
{
    const struct run_options *options = run->options;
    const struct limits_options bare = {0};
    struct limits limits;
    char digest[PLAN_DIGEST_BYTES];
    plan_digest(&run->plan, digest);
    limits_read(&limits, "", &bare);
    machine_set_run(machine, options->argc, options->argv, run->plan.name, (int64_t)options->seed);
    machine_set_label(machine, options->label);
    machine_set_plan(machine, options->plan_path,
                     !options->plan_path && !options->changes.changes_work && !run_has_numbers(run),
                     digest, further_is_planned(run) ? plan_looks(&run->plan) : 1,
                     *run->plan.omits != '\0' ? run->plan.omits : NULL);
    describe_subjects(machine, run);
    machine_set_limits(machine, &limits);
    machine_set_placement(machine, &run->placement);
    machine_set_trial_cgroup(machine, run->cgroup_home.version != CGROUP_NONE,
                             run->cgroup_home.version != CGROUP_NONE ? NULL
                                                                     : run->cgroup_home.reason);
}

/* Those that were there before this one. */
static void judge_others(const struct run_lock *lock, struct disturbance_list *list)
{
    for (size_t i = 0; lock && i < lock->other_count; i++)
        disturbance_add(list, "another run", "end one of them; --wait waits for another's end",
                        "another waitbench run is at work (pid %d): both measure each other",
                        (int)lock->pids[i]);
}

/* What was run stays with what it gave. */
static int write_plan(const struct run *run, struct error *error)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/plan.cfg", run->folder) >= (int)sizeof path)
        return error_set(error, -ENAMETOOLONG, "%s: the path is too long", run->folder);
    return plan_write(&run->plan, path, error);
}

int record_begin(struct record *record, const struct run *run, struct error *error)
{
    struct disturbance_list list = {.count = 0};
    if (snprintf(record->path, sizeof record->path, "%s/machine.json", run->folder) >=
        (int)sizeof record->path)
        return error_set(error, -ENAMETOOLONG, "%s: the path is too long", run->folder);
    /* Before anything of ours adds to the load. */
    disturbance_take(&record->before, "", run->all_cpus, 0);
    disturbance_judge_state(&record->before, &list);
    judge_others(run->options->lock, &list);
    int result = machine_create(&record->machine, "", NULL, error);
    if (result < 0)
        return result;
    describe_run(record->machine, run);
    try_pair(record, run, &list);
    warn("", &list);
    machine_set_disturbances(record->machine, "before", &list);
    result = calibrate(record->machine, run, error);
    if (result == 0)
        result = machine_write(record->machine, record->path, error);
    return result == 0 ? write_plan(run, error) : result;
}

void record_end(struct record *record, const struct run *run)
{
    struct disturbance_snapshot after;
    struct disturbance_list list = {.count = 0};
    struct error error = {{0}};
    if (record->machine) {
        disturbance_take(&after, "", run->all_cpus, 0);
        disturbance_judge_change(&record->before, &after, NULL, &list);
        watch_end(&run->watch, &list);
        try_pair_again(record, run, &list);
        warn("over the whole run, ", &list);
        machine_set_disturbances(record->machine, "during", &list);
        machine_set_jemalloc(record->machine,
                             run->jemalloc_version[0] ? run->jemalloc_version : NULL);
        machine_set_store(record->machine, stores_sqlite_version(&run->stores),
                          stores_postgres_version(&run->stores), &run->store_placement);
        machine_set_ended(record->machine);
        if (machine_write(record->machine, record->path, &error) < 0)
            warning_print("%s", error.text);
    }
    machine_destroy(record->machine);
}

void record_forget(struct record *record)
{
    machine_destroy(record->machine);
    record->machine = NULL;
}
