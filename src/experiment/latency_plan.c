/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which shares of a rate, kinds of work and idle connections the latency experiment has. What they
 * are shares of is latency_rates.c's matter. */
#include "experiment/latency.h"

#include "base/clock.h"
#include "experiment/left_out.h"
#include "experiment/load_trial.h"

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

/* A tail takes ten separate events beyond it, and a virtual machine's stalls come a few in a
 * second: windows of less than two or three seconds hold too few of them. */
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
