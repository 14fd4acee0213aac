/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which offered rates, kinds of work and idle connections the latency experiment has. Rates are
 * shares of what arms sustain, which is found before the first block: of the slowest one's, so that
 * all are offered the same, or of each one's own, so that all are as busy. */
#include "experiment/latency.h"

#include "base/clock.h"
#include "experiment/capacity.h"
#include "experiment/left_out.h"
#include "experiment/load_trial.h"
#include "measure/interrupt.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define ACTIVE INT64_C(100)
/* Of what the slower arm sustains on that many: offered beside idle connections and to more active
 * ones, too, so that all of these have one setting to be compared with. */
#define COMMON_SHARE 0.4
/* Busy, and yet short of where a virtual machine's stalls make a queue that outlives the window. */
#define BUSY_SHARE 0.6
/* As many idle connections as every model allows beside the active ones. */
#define IDLE_LARGEST INT64_C(-1)
/* Beyond this many a trial is mostly connecting. */
#define IDLE_MAX INT64_C(100000)

/* The 99th percentile takes 10,000 samples: at a low rate a longer window, within bounds. */
#define P99_SAMPLES   10.5e3
#define P99_LONGEST_S 4.0
/* A tail takes ten separate events beyond it, and a virtual machine's stalls come a few in a
 * second: windows of less than two or three seconds hold too few of them. The 99.9th percentile
 * takes 100,000 samples besides. Windows that are to hold it are as long as that takes, within
 * bounds: where the rate is too low for it, the window has to do for the 99th. */
#define TAIL_SAMPLES    105e3
#define TAIL_SHORTEST_S 2.2
#define TAIL_LONGEST_S  3.0
/* The full profile takes the time. */
#define FULL_LONGEST_S    12.0
#define DURATION_NS       (2200 * NS_PER_MS)
#define QUICK_DURATION_NS (1000 * NS_PER_MS)
/* With one slow request in 100 the slow ones are events enough. With one in 1,000 a loop's p99 is
 * that of two slow ones in a row, of which a second has one or two. */
#define SLOW_OFTEN_DURATION_NS  (3000 * NS_PER_MS)
#define SLOW_RARELY_DURATION_NS (12000 * NS_PER_MS)

static const struct setting {
    enum work_kind kind;
    int64_t active;
    int64_t idle;
    enum rate_basis basis;
    double share;
    enum run_profile from; /* the smallest profile that has it */
    bool fits_tail;
} settings[] = {
    {WORK_LIGHT, ACTIVE, 0, RATE_EQUAL, 0.1, PROFILE_FULL, true},
    {WORK_LIGHT, ACTIVE, 0, RATE_EQUAL, COMMON_SHARE, PROFILE_QUICK, true},
    {WORK_LIGHT, ACTIVE, 0, RATE_EQUAL, BUSY_SHARE, PROFILE_QUICK, true},
    {WORK_LIGHT, ACTIVE, 0, RATE_EQUAL, 0.75, PROFILE_FULL, true},
    {WORK_LIGHT, ACTIVE, 0, RATE_EQUAL, 0.9, PROFILE_FULL, true},
    {WORK_LIGHT, ACTIVE, 0, UTILISATION_EQUAL, BUSY_SHARE, PROFILE_QUICK, true},
    {WORK_LIGHT, ACTIVE, 0, UTILISATION_EQUAL, 0.75, PROFILE_FULL, true},
    {WORK_REALISTIC, ACTIVE, 0, RATE_EQUAL, BUSY_SHARE, PROFILE_QUICK, false},
    {WORK_REALISTIC, ACTIVE, 0, RATE_EQUAL, 0.75, PROFILE_FULL, true},
    {WORK_REALISTIC, ACTIVE, 0, UTILISATION_EQUAL, 0.75, PROFILE_FULL, false},
    {WORK_SLOW_RARELY, ACTIVE, 0, RATE_EQUAL, 0.33, PROFILE_DEFAULT, false},
    {WORK_SLOW_OFTEN, ACTIVE, 0, RATE_EQUAL, 0.5, PROFILE_QUICK, false},
    {WORK_CACHE, ACTIVE, 0, RATE_EQUAL, 0.5, PROFILE_DEFAULT, false},
    {WORK_PAYLOAD, ACTIVE, 0, RATE_EQUAL, 0.5, PROFILE_FULL, false},
    {WORK_LARGE_PAYLOAD, ACTIVE, 0, RATE_EQUAL, 0.5, PROFILE_FULL, false},
    {WORK_SHORT, ACTIVE, 0, RATE_EQUAL, 0.5, PROFILE_DEFAULT, false},
    /* Beside idle connections the active ones are offered what leaves the server half idle: then
     * the tail is the model's, and not that of a queue about to overflow. */
    {WORK_LIGHT, ACTIVE, 1000, RATE_EQUAL, COMMON_SHARE, PROFILE_QUICK, true},
    {WORK_LIGHT, ACTIVE, 10000, RATE_EQUAL, COMMON_SHARE, PROFILE_DEFAULT, true},
    {WORK_LIGHT, ACTIVE, IDLE_LARGEST, RATE_EQUAL, COMMON_SHARE, PROFILE_FULL, true},
    /* The same rate, spread over more connections. */
    {WORK_LIGHT, 300, 0, RATE_EQUAL, COMMON_SHARE, PROFILE_DEFAULT, false},
    {WORK_LIGHT, 1000, 0, RATE_EQUAL, COMMON_SHARE, PROFILE_DEFAULT, false},
    {WORK_LIGHT, 10000, 0, RATE_EQUAL, COMMON_SHARE, PROFILE_DEFAULT, false},
};

static int64_t duration_ns(const struct run *run, const struct setting *setting)
{
    if (setting->kind == WORK_SLOW_RARELY)
        return SLOW_RARELY_DURATION_NS;
    if (setting->kind == WORK_SLOW_OFTEN)
        return SLOW_OFTEN_DURATION_NS;
    return run->options->profile == PROFILE_QUICK ? QUICK_DURATION_NS : DURATION_NS;
}

static int add(const struct run *run, struct plan *plan, const struct setting *setting,
               int64_t idle, struct error *error)
{
    const struct trial trial = {
        .load =
            {
                .connections = setting->active + idle,
                .active = setting->active,
                .basis = setting->basis,
                .capacity_share = setting->share,
                .capacity_active = ACTIVE,
                .fits_tail = setting->fits_tail,
                .warmup_ns = 300 * NS_PER_MS,
                .duration_ns = duration_ns(run, setting),
            },
    };
    return load_trial_add_arms(run, plan, &trial, setting->kind, error);
}

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

/* How many are idle, or -1 where this machine does not allow the setting to every model: the
 * numbers are ours and not the user's. */
static int64_t idle_of(const struct setting *setting, int64_t largest, struct plan *plan)
{
    struct error limit = {{0}};
    enum limits_model model;
    int64_t connections = setting->active + setting->idle;
    if (setting->idle == IDLE_LARGEST)
        return largest > 10000 ? largest : -1;
    if (load_trial_check(connections, &model, &limit) == 0)
        return setting->idle;
    left_out_waiters(plan, "latency", model, connections, &limit);
    return -1;
}

int latency_plan(const struct run *run, struct plan *plan, int64_t *blocks, struct error *error)
{
    static const int64_t profile_blocks[] = {3, 6, 20};
    const struct run_options *options = run->options;
    int64_t largest = largest_idle();
    int result = 0;
    *blocks = options->blocks > 0 ? options->blocks : profile_blocks[options->profile];
    for (size_t i = 0; result == 0 && i < sizeof settings / sizeof *settings; i++) {
        if (settings[i].from > options->profile)
            continue;
        int64_t idle = idle_of(&settings[i], largest, plan);
        if (idle >= 0)
            result = add(run, plan, &settings[i], idle, error);
    }
    return result;
}

/* To so many significant digits. */
static double rounded(double rate, int digits)
{
    double unit = pow(10, floor(log10(rate)) + 1 - digits);
    return round(rate / unit) * unit;
}

static void fit_window(const struct run *run, struct trial_load *load)
{
    bool full = run->options->profile == PROFILE_FULL;
    double p99_s = P99_SAMPLES / load->rate_per_second;
    double tail_s = TAIL_SAMPLES / load->rate_per_second;
    if (p99_s <= P99_LONGEST_S)
        load->duration_ns = (int64_t)fmax((double)load->duration_ns, p99_s * (double)NS_PER_SECOND);
    if (load->fits_tail && tail_s <= (full ? FULL_LONGEST_S : TAIL_LONGEST_S))
        load->duration_ns = (int64_t)(fmax(tail_s, TAIL_SHORTEST_S) * NS_PER_SECOND);
}

static const struct trial *first_like(const struct plan *plan, const struct trial *trial)
{
    const struct trial *first = plan->trials;
    while (!capacity_is_shared(first, trial))
        first++;
    return first;
}

/* An arm that cannot even be tried will fail in its trials, each with its note; it does not set the
 * rates of the others. */
static int find_capacity(struct run *run, struct trial *trial, struct error *error)
{
    struct error fault = {{0}};
    char what[128];
    int steps = run->options->profile == PROFILE_QUICK ? 5 : 6;
    snprintf(what, sizeof what, "latency: what %s sustains%s", trial->arm.subject, trial->work);
    progress_show(&run->progress, what);
    int result = capacity_find(run, trial, steps, &trial->load.sustained_per_second, &fault);
    if (interrupt_signal())
        return error_set(error, -EINTR, "interrupted");
    if (result == -EAGAIN)
        trial->load.sustained_per_second = -1;
    if (result < 0) {
        progress_clear(&run->progress);
        warning_print("cannot find what %s sustains%s: %s", trial->arm.subject, trial->work,
                      fault.text);
    }
    return 0;
}

/* What the slowest arm sustains of this kind, among ours or among the foreign ones; INFINITY when
 * none does. */
static double slowest_of(const struct plan *plan, const struct trial *trial, bool foreign)
{
    double slowest = INFINITY;
    for (size_t i = 0; i < plan->count; i++) {
        const struct trial_load *load = &plan->trials[i].load;
        if (plan->trials[i].arm.foreign == foreign && load->sustained_per_second >= 1 &&
            load->sustained_per_second < slowest && capacity_is_comparable(&plan->trials[i], trial))
            slowest = load->sustained_per_second;
    }
    return slowest;
}

/* Ours set the rates where there are any: a slow foreign subject beside them shall not change what
 * they are measured at. */
static double slowest_like(const struct plan *plan, const struct trial *trial)
{
    double ours = slowest_of(plan, trial, false);
    return isfinite(ours) ? ours : slowest_of(plan, trial, true);
}

static void set_rate(const struct run *run, const struct plan *plan, struct trial *trial)
{
    struct trial_load *load = &trial->load;
    double basis =
        load->basis == RATE_EQUAL ? slowest_like(plan, trial) : load->sustained_per_second;
    bool known = isfinite(basis) && basis >= 1;
    /* Nothing is offered where nothing is sustained: the trial fails and says so. Of an arm that
     * could not even be tried any rate will show why. */
    if (!known && load->sustained_per_second < 0) {
        load->rate_per_second = 0;
        return;
    }
    /* Equal rates are read off charts and tables; of equal utilisation it is the share that is. */
    int digits = load->basis == RATE_EQUAL ? 2 : 4;
    load->rate_per_second = known ? rounded(load->capacity_share * basis, digits) : 1;
    if (run->options->profile != PROFILE_QUICK)
        fit_window(run, load);
}

int latency_prepare(struct run *run, struct plan *plan, struct error *error)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < plan->count; i++) {
        struct trial *trial = &plan->trials[i];
        const struct trial *first = first_like(plan, trial);
        if (first == trial)
            result = find_capacity(run, trial, error);
        else
            trial->load.sustained_per_second = first->load.sustained_per_second;
    }
    for (size_t i = 0; result == 0 && i < plan->count; i++)
        set_rate(run, plan, &plan->trials[i]);
    return result;
}
