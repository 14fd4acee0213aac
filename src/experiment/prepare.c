/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/prepare.h"

#include "base/clock.h"
#include "base/places.h"
#include "base/spin.h"
#include "experiment/aa.h"
#include "experiment/flow.h"
#include "experiment/latency.h"
#include "experiment/left_out.h"
#include "experiment/memory.h"
#include "experiment/own_files.h"
#include "experiment/throughput.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In the order they run. */
static const struct method *const methods[] = {
    &memory_method, &throughput_method, &latency_method, &flow_method, NULL,
};

static bool is_named_already(const struct run *run, const char *subject)
{
    for (size_t i = 0; i < run->foreign_count; i++)
        if (strcmp(run->foreign[i].subject, subject) == 0)
            return true;
    return false;
}

/* Rows are told apart by the subject's name. */
static int check_runtime_names(const struct run *run, struct error *error)
{
    for (size_t i = 0; i < run->runtimes.count; i++)
        if (is_named_already(run, run->runtimes.list[i].runtime->name))
            return error_set(error, -EINVAL,
                             "--subject %s: a runtime of this run is called so; give it another",
                             run->runtimes.list[i].runtime->name);
    return 0;
}

/* A choice that leaves out what subjects take part in leaves nothing for them. */
static int check_foreign(const struct run_options *options, struct error *error)
{
    const char *scenario = scenario_plain_server()->name;
    const char *option = !run_list_has(options->scenario, scenario) ? "--scenario"
                         : options->store                           ? "--store"
                                                                    : NULL;
    if (options->subject_count == 0 || !option)
        return 0;
    return error_set(error, -EINVAL, "--subject takes part in %s, which %s leaves out", scenario,
                     option);
}

static int add_foreign(struct run *run, struct error *error)
{
    int checked = check_foreign(run->options, error);
    if (checked < 0)
        return checked;
    for (size_t i = 0; i < run->options->subject_count; i++) {
        struct arm *arm = &run->foreign[run->foreign_count];
        int result = arm_init_foreign(arm, run->options->subjects[i], error);
        if (result < 0)
            return result;
        if (is_named_already(run, arm->subject))
            result = error_set(error, -EINVAL,
                               "--subject %s is there twice; give each its own name", arm->subject);
        if (result == 0)
            result = arm_find_program(arm, error);
        if (result < 0) {
            arm_finish(arm);
            return result;
        }
        run->foreign_count++;
    }
    return 0;
}

static int place(struct run *run, struct error *error)
{
    int result = placement_detect(&run->placement, error);
    if (result == 0)
        result = store_placement_detect(&run->store_placement, &run->placement, error);
    if (result < 0)
        return result;
    run->all_cpus = hwloc_bitmap_alloc();
    if (!run->all_cpus)
        return error_set(error, -ENOMEM, "out of memory");
    hwloc_bitmap_or(run->all_cpus, run->placement.server_cpus, run->placement.client_cpus);
    return 0;
}

/* Leaves an arm or two of the experiment, each twice. */
static int plan_again(struct job *job, struct error *error)
{
    char kept[512];
    int result = aa_plan(&job->trials, kept, sizeof kept, error);
    if (result == 0 && job->trials.count > 0)
        fprintf(stderr, "A/A, %s: each of %s against itself\n", job->method->experiment->name,
                kept);
    return result;
}

/* With what its settings need to be there, if anything of it is wanted at all. */
static int plan_setting(struct run *run, struct job *job, const struct setting *setting,
                        struct error *error)
{
    struct plan_arm wanted[RUN_ARMS_MAX];
    struct error why = {{0}};
    const char *store = plan_store(setting);
    if (store && run_wanted(run, setting, wanted) == 0 && !chosen_runtimes_take(run, setting))
        return 0;
    int64_t delay_us =
        option_number(setting->scenario->options, &setting->options, PURPOSE_DELAY_US);
    int result = store ? stores_check(store, delay_us, &why) : 0;
    if (result < 0)
        return left_out_store(run, &job->trials, setting, result, &why, error);
    result = store ? stores_check_place(store, error) : 0;
    if (result < 0)
        return result;
    return job->method->plan(run, setting, &job->trials, error);
}

/* All servers of a run share its database, whatever each of them opens. */
static void count_connections(struct run *run, const struct trial_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        int64_t connections = arm_limits(&list->trials[i].arm).files;
        if (connections > run->stores.connections)
            run->stores.connections = connections;
    }
}

static int plan_job(struct run *run, struct job *job, struct error *error)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < run->plan.count; i++)
        if (run->plan.settings[i].experiment == job->method->experiment)
            result = plan_setting(run, job, &run->plan.settings[i], error);
    count_connections(run, &job->trials);
    if (result == 0 && run->options->aa)
        result = plan_again(job, error);
    return result;
}

static int find_plan(const char *profile, char path[PATH_MAX], struct error *error)
{
    char folder[PATH_MAX];
    int result = places_find(PLACE_PLANS, folder, error);
    if (result == 0 && snprintf(path, PATH_MAX, "%s/%s.cfg", folder, profile) >= PATH_MAX)
        return error_set(error, -ENAMETOOLONG, "%.500s: the path is too long", folder);
    return result;
}

static int read_plan(struct run *run, struct error *error)
{
    const struct run_options *options = run->options;
    char path[PATH_MAX];
    int result = options->plan_path ? 0 : find_plan(options->profile, path, error);
    if (result == 0)
        result = plan_read(&run->plan, options->plan_path ? options->plan_path : path, error);
    return result == 0 ? plan_change(&run->plan, &options->changes, error) : result;
}

/* A name that nobody has is a typo, and found out an hour later. */
static int check_baseline(const struct run *run, const struct jobs *jobs, struct error *error)
{
    const char *name = run->options->baseline;
    for (size_t i = 0; name && i < jobs->count; i++)
        for (size_t k = 0; k < jobs->jobs[i].trials.count; k++)
            if (strcmp(jobs->jobs[i].trials.trials[k].arm.subject, name) == 0)
                return 0;
    if (!name)
        return 0;
    return error_set(error, -EINVAL,
                     "--baseline %s: no arm of this run is called so; arms are called as in "
                     "--subject NAME=CMD, or echo-threads, echo-loop",
                     name);
}

/* Says what was raised: it is the whole machine's, and others may see it. */
static int lift(struct run *run, struct error *error)
{
    if (!run->options->lift_limits)
        return 0;
    int result = lift_limits(&run->lift, "", error);
    for (size_t i = 0; result == 0 && i < run->lift.count; i++)
        fprintf(stderr, "raised until the run's end: %s from %" PRId64 " to %" PRId64 "\n",
                lift_name(&run->lift.settings[i]), run->lift.settings[i].before,
                run->lift.settings[i].now);
    return result;
}

/* A generator on another machine finds nobody at this one's loopback. */
static int check_host(const struct run *run, struct error *error)
{
    for (size_t i = 0; !run->options->host && i < run->clients.count; i++)
        if (!run->clients.items[i].local)
            return error_set(error, -EINVAL,
                             "client '%s' is on another machine (%s): give --host ADDRESS, one of "
                             "this machine's that it can reach",
                             run->clients.items[i].prefix, run->clients.items[i].hello.host);
    return 0;
}

/* From so much on two ways are not alike, and a median lies between those of two loads. */
#define PATHS_APART_NS (200 * NS_PER_US)

/* Percentiles of requests over two ways say little of either. */
static void warn_of_paths(const struct clients *clients)
{
    const struct client *near = clients->items;
    const struct client *far = clients->items;
    for (size_t i = 1; i < clients->count; i++) {
        const struct client *client = &clients->items[i];
        near = client->floor.p50_ns < near->floor.p50_ns ? client : near;
        far = client->floor.p50_ns > far->floor.p50_ns ? client : far;
    }
    int64_t apart_ns = far->floor.p50_ns - near->floor.p50_ns;
    if (clients->count > 1 && apart_ns > PATHS_APART_NS && apart_ns > near->floor.p50_ns)
        warning_print("a round trip takes client '%s' %.2f ms and client '%s' %.2f ms: percentiles "
                      "are of both ways together (measure each in a run of its own)",
                      far->prefix, (double)far->floor.p50_ns / (double)NS_PER_MS, near->prefix,
                      (double)near->floor.p50_ns / (double)NS_PER_MS);
}

static int start_clients(struct run *run, struct error *error)
{
    const struct run_options *options = run->options;
    int result = own_files_check_clients(options->client_count, error);
    if (result == 0)
        result = clients_start(&run->clients, options->clients, options->client_count, error);
    if (result == 0)
        result = check_host(run, error);
    /* That also tries the address, which servers without clients elsewhere may be told, too. */
    if (result == 0 && (options->host || options->client_count > 0))
        result =
            clients_find_floors(&run->clients, run_host(run), run->placement.server_cpus, error);
    if (result == 0)
        warn_of_paths(&run->clients);
    return result;
}

int run_prepare(struct run *run, struct jobs *jobs, struct error *error)
{
    int result = places_find(PLACE_PROGRAMS, run->programs_dir, error);
    if (result == 0)
        result = read_plan(run, error);
    if (result == 0)
        result = add_foreign(run, error);
    if (result == 0)
        result = chosen_runtimes_find(&run->runtimes, run->options->runtimes, error);
    if (result == 0)
        result = check_runtime_names(run, error);
    if (result == 0 && !run->options->runtimes && strcmp(run->plan.name, "runtimes") == 0)
        warning_print("the plan runtimes without --runtimes NAME,... measures ours alone");
    if (result == 0)
        result = lift(run, error);
    if (result == 0)
        result = limits_raise_soft(error);
    if (result == 0)
        result = place(run, error);
    if (result == 0)
        result = start_clients(run, error);
    run->stores.seed = run->options->seed;
    run->stores.cpus = run->store_placement.cpus;
    run->spins_per_us = spin_calibrate();
    for (size_t i = 0; result == 0 && methods[i]; i++) {
        if (!run_list_has(run->options->only, methods[i]->experiment->name))
            continue;
        struct job *job = &jobs->jobs[jobs->count++];
        job->method = methods[i];
        result = plan_job(run, job, error);
    }
    return result == 0 ? check_baseline(run, jobs, error) : result;
}
