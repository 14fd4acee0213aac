/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/record.h"

#include <errno.h>
#include <stdio.h>

static const char *profile_name(enum run_profile profile)
{
    static const char *const names[] = {"quick", "default", "full"};
    return names[profile];
}

/* `when` is "", or ends with a space. */
static void warn(const char *when, const struct disturbance_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        warning_print("%s%s (%s)", when, list->entries[i].text, list->entries[i].fix);
}

static int calibrate(struct machine *machine, const struct run *run, struct error *error)
{
    struct calibration calibration;
    int64_t budget_ns = run->options->profile == PROFILE_QUICK ? CALIBRATION_QUICK_BUDGET_NS
                                                               : CALIBRATION_BUDGET_NS;
    int result = calibration_measure(&calibration, &run->placement, budget_ns, error);
    if (result == 0)
        machine_set_calibration(machine, &calibration);
    return result;
}

static void describe_run(struct machine *machine, const struct run *run)
{
    const struct run_options *options = run->options;
    const struct limits_options bare = {0};
    struct limits limits;
    limits_read(&limits, "", &bare);
    machine_set_run(machine, options->argc, options->argv, profile_name(options->profile),
                    (int64_t)options->seed);
    machine_set_limits(machine, &limits);
    machine_set_placement(machine, &run->placement);
    machine_set_trial_cgroup(machine, run->cgroup_home.version != CGROUP_NONE,
                             run->cgroup_home.version != CGROUP_NONE ? NULL
                                                                     : run->cgroup_home.reason);
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
    warn("", &list);
    int result = machine_create(&record->machine, "", NULL, error);
    if (result < 0)
        return result;
    describe_run(record->machine, run);
    machine_set_disturbances(record->machine, "before", &list);
    result = calibrate(record->machine, run, error);
    return result < 0 ? result : machine_write(record->machine, record->path, error);
}

void record_end(struct record *record, const struct run *run)
{
    struct disturbance_snapshot after;
    struct disturbance_list list = {.count = 0};
    struct error error = {{0}};
    if (record->machine) {
        disturbance_take(&after, "", run->all_cpus, 0);
        disturbance_judge_change(&record->before, &after, NULL, &list);
        warn("over the whole run, ", &list);
        machine_set_disturbances(record->machine, "during", &list);
        machine_set_jemalloc(record->machine,
                             run->jemalloc_version[0] ? run->jemalloc_version : NULL);
        machine_set_ended(record->machine);
        if (machine_write(record->machine, record->path, &error) < 0)
            warning_print("%s", error.text);
    }
    machine_destroy(record->machine);
}
