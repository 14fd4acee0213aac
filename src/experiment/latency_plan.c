/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which offered rates and how many sleepers the latency experiment has. Rates are shares of the
 * slower arm's capacity, which is measured before the first block: so every arm is offered the
 * same, and the highest rate is one that each can just serve. */
#include "experiment/latency.h"

#include "base/clock.h"
#include "experiment/load_trial.h"
#include "measure/interrupt.h"

#include <errno.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define ACTIVE INT64_C(100)
/* How often each arm's capacity is measured; the median counts. */
#define PROBES 3
/* While others sleep, the active connections are offered what leaves the server half idle: then the
 * tail is the model's, and not that of a queue about to overflow. */
#define IDLE_SHARE 0.5
/* Beyond this many sleepers a trial is mostly connecting. */
#define IDLE_MAX INT64_C(100000)

/* The 99.9th percentile takes 100,000 samples. A window is as long as that takes, within bounds: a
 * shorter one has too few slow moments, a longer one leaves too little time for the others. Where
 * the rate is too low for it, the window has to do for the 99th. */
#define TAIL_SAMPLES      105e3
#define TAIL_SHORTEST_S   1.5
#define TAIL_LONGEST_S    3.0
#define DURATION_NS       (2200 * NS_PER_MS)
#define QUICK_DURATION_NS (1000 * NS_PER_MS)

static const char *const all_models[] = {"threads", "loop", "loops", NULL};
/* A second loop on a single CPU has nothing to say about the tail. */
static const char *const one_cpu_models[] = {"threads", "loop", NULL};

/* What may still grow: the plan and the arms that are wanted for it. */
struct planning {
    const struct run *run;
    struct plan *plan;
    const char *const *models;
    int64_t duration_ns;
};

static int add(const struct planning *planning, int64_t idle, double share, bool work,
               struct error *error)
{
    const struct trial trial = {
        .load =
            {
                .connections = ACTIVE + idle,
                .active = ACTIVE,
                .size_bytes = LOAD_TRIAL_REQUEST_BYTES,
                .capacity_share = share,
                .warmup_ns = 300 * NS_PER_MS,
                .duration_ns = planning->duration_ns,
            },
    };
    return load_trial_add_arms(planning->run, planning->plan, &trial, planning->models, work,
                               error);
}

/* As many sleepers as every model allows beside the active ones. */
static int64_t largest_idle(void)
{
    const struct limits_options bare = {0};
    struct limits limits;
    limits_read(&limits, "", &bare);
    int64_t largest = IDLE_MAX;
    for (int model = 0; model < LIMITS_MODEL_COUNT; model++) {
        int64_t allowed = limits_largest(&limits, (enum limits_model)model) - ACTIVE;
        if (allowed < largest)
            largest = allowed;
    }
    return largest > 0 ? largest - largest % 100 : 0;
}

static int add_idle(const struct planning *planning, struct error *error)
{
    static const int64_t sleepers[] = {1000, 10000};
    bool quick = planning->run->options->profile == PROFILE_QUICK;
    int64_t largest = largest_idle();
    int result = 0;
    for (size_t i = 0; result == 0 && i < sizeof sleepers / sizeof *sleepers; i++)
        if (sleepers[i] <= largest && (!quick || i == 0))
            result = add(planning, sleepers[i], IDLE_SHARE, false, error);
    bool further = largest > sleepers[1] && !quick;
    return result == 0 && further ? add(planning, largest, IDLE_SHARE, false, error) : result;
}

int latency_plan(const struct run *run, struct plan *plan, int64_t *blocks, struct error *error)
{
    static const double shares[] = {0.1, IDLE_SHARE, 0.75, 0.9};
    static const double quick_shares[] = {0.1, IDLE_SHARE, 0.9};
    static const int64_t profile_blocks[] = {3, 6, 20};
    const struct run_options *options = run->options;
    bool quick = options->profile == PROFILE_QUICK;
    const struct planning planning = {
        .run = run,
        .plan = plan,
        .models = run_server_cpu_count(run) > 1 || options->model ? all_models : one_cpu_models,
        .duration_ns = quick ? QUICK_DURATION_NS : DURATION_NS,
    };
    *blocks = options->blocks > 0 ? options->blocks : profile_blocks[options->profile];
    int result = 0;
    for (size_t i = 0; result == 0 && i < (quick ? 3 : 4); i++)
        result = add(&planning, 0, quick ? quick_shares[i] : shares[i], false, error);
    if (result == 0)
        result = add(&planning, 0, 0.75, true, error);
    return result == 0 ? add_idle(&planning, error) : result;
}

/* The median rate of a closed loop over the active connections. */
static int probe(struct run *run, const struct trial *trial, double *per_second,
                 struct error *error)
{
    double rates[PROBES];
    struct trial closed = *trial;
    closed.load.connections = closed.load.active;
    closed.load.capacity_share = 0;
    closed.load.warmup_ns = 100 * NS_PER_MS;
    closed.load.duration_ns = 400 * NS_PER_MS;
    for (int i = 0; i < PROBES; i++) {
        struct load_trial done = {0};
        run->trial_number++;
        int result = load_trial_run(run, &closed, run->options->seed + (uint64_t)i, &done, error);
        if (result < 0)
            return result;
        rates[i] = done.result.achieved_per_second;
        load_trial_finish(&done);
        if (interrupt_signal())
            return error_set(error, -EINTR, "interrupted");
    }
    *per_second = gsl_stats_median(rates, 1, PROBES);
    return 0;
}

static bool has_work(const struct trial *trial)
{
    return trial->arm.parameters.work_cpu_us > 0;
}

/* Whether capacity is to be measured with this trial: it is the first of its arm. */
static bool is_first(const struct plan *plan, size_t number)
{
    const struct trial *trial = &plan->trials[number];
    for (size_t i = 0; i < number; i++)
        if (strcmp(plan->trials[i].arm.subject, trial->arm.subject) == 0 &&
            plan->trials[i].arm.parameters.loops == trial->arm.parameters.loops &&
            has_work(&plan->trials[i]) == has_work(trial))
            return false;
    return true;
}

/* Two significant digits, so that charts and tables read well. */
static double rounded(double rate)
{
    double unit = pow(10, floor(log10(rate)) - 1);
    return round(rate / unit) * unit;
}

static void fit_window(struct trial_load *load)
{
    double tail_s = TAIL_SAMPLES / load->rate_per_second;
    if (tail_s <= TAIL_LONGEST_S)
        load->duration_ns = (int64_t)(fmax(tail_s, TAIL_SHORTEST_S) * NS_PER_SECOND);
}

/* An arm that cannot even be probed will fail in its trials, each with its note; it does not set
 * the rates of the others. */
int latency_prepare(struct run *run, struct plan *plan, struct error *error)
{
    double slowest[2] = {INFINITY, INFINITY}; /* without and with work */
    for (size_t i = 0; i < plan->count; i++) {
        const struct trial *trial = &plan->trials[i];
        struct error fault = {{0}};
        double per_second = 0;
        char what[128];
        if (!is_first(plan, i))
            continue;
        snprintf(what, sizeof what, "latency: the capacity of %s", trial->arm.subject);
        progress_show(&run->progress, what);
        int result = probe(run, trial, &per_second, &fault);
        if (interrupt_signal())
            return error_set(error, -EINTR, "interrupted");
        if (result < 0)
            warning_print("cannot measure the capacity of %s: %s", trial->arm.subject, fault.text);
        else if (per_second < slowest[has_work(trial)])
            slowest[has_work(trial)] = per_second;
    }
    for (size_t i = 0; i < plan->count; i++) {
        struct trial *trial = &plan->trials[i];
        double capacity = slowest[has_work(trial)];
        /* Without any arm that serves, any rate will do for showing that. */
        trial->load.rate_per_second = isfinite(capacity) && capacity >= 1
                                          ? rounded(trial->load.capacity_share * capacity)
                                          : 1;
        if (run->options->profile != PROFILE_QUICK)
            fit_window(&trial->load);
    }
    return 0;
}
