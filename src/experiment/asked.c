/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/asked.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const struct error *asked_limit(const struct job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (jobs[i].trials.limit.text[0] != '\0')
            return &jobs[i].trials.limit;
    return NULL;
}

/* Whether a trial has that name. */
typedef bool has_name(const struct job *job, const struct trial *trial, const char *name);

static bool is_of_experiment(const struct job *job, const struct trial *trial, const char *name)
{
    (void)trial;
    return strcmp(job->method->experiment->name, name) == 0;
}

static bool is_of_scenario(const struct job *job, const struct trial *trial, const char *name)
{
    (void)job;
    return strcmp(trial->arm.scenario, name) == 0;
}

static bool is_of_model(const struct job *job, const struct trial *trial, const char *name)
{
    (void)job;
    return strcmp(trial->arm.model, name) == 0;
}

static bool is_of_store(const struct job *job, const struct trial *trial, const char *name)
{
    const char *store = arm_store(&trial->arm);
    (void)job;
    return store && strcmp(store, name) == 0;
}

static bool is_subject(const struct job *job, const struct trial *trial, const char *name)
{
    (void)job;
    return trial->arm.foreign && strcmp(trial->arm.subject, name) == 0;
}

static bool any_trial(const struct job *jobs, size_t count, has_name *has, const char *name)
{
    for (size_t i = 0; i < count; i++)
        for (size_t t = 0; t < jobs[i].trials.count; t++)
            if (has(&jobs[i], &jobs[i].trials.trials[t], name))
                return true;
    return false;
}

static void warn_of_unheard(const struct job *jobs, size_t count, const char *option,
                            const char *list, has_name *has)
{
    char name[ARM_NAME_MAX];
    for (const char *at = list; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        snprintf(name, sizeof name, "%.*s", (int)strcspn(at, ","), at);
        if (strcmp(name, "none") != 0 && !any_trial(jobs, count, has, name))
            warning_print("%s %s: nothing of this choice has it", option, name);
    }
}

/* Which runtimes have nothing to do in this choice of the plan: told in one line, for `all` has
 * many; refused where none of them has, for whoever named some did not want the others alone. */
static int check_runtimes(const struct run *run, const struct job *jobs, size_t count,
                          struct error *error)
{
    const char *asked = run->options->runtimes;
    char names[512] = "";
    size_t idle = 0;
    for (size_t i = 0; i < run->runtimes.count; i++) {
        const char *name = run->runtimes.list[i].runtime->name;
        size_t used = strlen(names);
        if (any_trial(jobs, count, is_subject, name))
            continue;
        idle++;
        snprintf(names + used, sizeof names - used, "%s%s", used > 0 ? ", " : "", name);
    }
    if (asked && idle == run->runtimes.count)
        return error_set(error, idle > 0 ? -EINVAL : -ENOENT, "--runtimes %s: %s", asked,
                         idle > 0 ? "this choice of the plan has no trial for any of them"
                                  : "none of them is here (above is what each takes)");
    if (idle > 0)
        warning_print("this choice of the plan has no trial for these runtimes: %s", names);
    return 0;
}

/* Numbers, clients and an address that nothing of the choice takes are a mistake; what the
 * machine's limits leave out might have taken the latter. */
static int check_options(const struct run_options *options, const struct job *jobs, size_t count,
                         struct error *error)
{
    const struct plan_changes *changes = &options->changes;
    bool has_latency = any_trial(jobs, count, is_of_experiment, "latency");
    bool has_load = has_latency || any_trial(jobs, count, is_of_experiment, "throughput");
    bool has_servers = has_load || any_trial(jobs, count, is_of_experiment, "memory");
    bool whole = !asked_limit(jobs, count);
    const char *option = NULL;
    const char *what = NULL;
    if (changes->shards > 0 && !has_servers)
        option = "--shards", what = "memory, throughput and latency";
    else if (changes->waiters_count > 0 && !any_trial(jobs, count, is_of_experiment, "memory"))
        option = "--waiters", what = "the memory experiment";
    else if (changes->active_count > 0 && !has_load)
        option = "--active", what = "throughput and latency";
    else if (changes->idle_count > 0 && !has_latency)
        option = "--idle", what = "the latency experiment";
    else if (options->client_count > 0 && whole && !has_load)
        option = "--client", what = "throughput and latency";
    else if (options->host && whole && !has_servers)
        option = "--host", what = "memory, throughput and latency";
    if (!option)
        return 0;
    return error_set(
        error, -EINVAL,
        "%s is for %s, and this choice of --only, --scenario, --store and --model has none", option,
        what);
}

int asked_check(const struct run *run, const struct job *jobs, size_t count, struct error *error)
{
    const struct run_options *options = run->options;
    int result = check_options(options, jobs, count, error);
    if (result < 0)
        return result;
    if (asked_limit(jobs, count))
        return 0;
    for (size_t i = 0; i < run->foreign_count; i++)
        if (!any_trial(jobs, count, is_subject, run->foreign[i].subject))
            return error_set(error, -EINVAL,
                             "--subject %s: a subject takes part in memory, throughput and "
                             "latency, where a setting has no work and no stack of ours; this "
                             "choice of the plan has none of these",
                             run->foreign[i].subject);
    result = check_runtimes(run, jobs, count, error);
    if (result < 0)
        return result;
    warn_of_unheard(jobs, count, "--only", options->only, is_of_experiment);
    warn_of_unheard(jobs, count, "--scenario", options->scenario, is_of_scenario);
    warn_of_unheard(jobs, count, "--store", options->store, is_of_store);
    warn_of_unheard(jobs, count, "--model", options->model, is_of_model);
    return 0;
}
