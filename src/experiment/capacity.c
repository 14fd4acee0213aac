/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/capacity.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "experiment/load_trial.h"

#include <errno.h>
#include <math.h>

#define LOWEST_SHARE  0.3
#define HIGHEST_SHARE 1.05

/* Where not even the lowest is sustained, lower ones are tried, by this factor and so often: what a
 * disturbance or a collapse leaves is found rather than taken for granted. */
#define FLOOR_STEP  3
#define FLOOR_TRIES 4

/* What a sustained window may leave unanswered: what is under way at its end. */
#define ANSWERED_SHARE 0.98

/* A generator that is later than this in one of ten requests is behind itself. (A tick's stall of
 * 4 ms alone makes one in a hundred late in so short a window.) */
#define LATENESS_NS NS_PER_MS

/* How often a step is tried before its rate counts as not sustained: one disturbance shall not
 * halve the rates of a whole run. */
#define TRIES 2

/* An open loop that sustains less than this of what a closed one reached is worth a word. */
#define COLLAPSE_SHARE 0.6

/* The window of a step: some slow requests have to fall into it. */
#define WINDOW_NS        (400 * NS_PER_MS)
#define SLOW_WINDOW_NS   (1000 * NS_PER_MS)
#define CLOSED_WINDOW_NS (250 * NS_PER_MS)

/* A window lasts as long as so many delays of a store, and as many ways to the clients and back. */
#define WINDOW_DELAYS 200

/* Of a closed loop a few times each connection's turn are enough. */
#define CLOSED_WINDOW_TURNS 20

/* Of a slow arm a step takes longer: among fewer requests the one under way at the end is more than
 * a step may leave unanswered. But no longer than this. */
#define STEP_REQUESTS     100
#define LONGEST_WINDOW_NS (2000 * NS_PER_MS)

static int64_t connections_of(const struct trial *trial)
{
    const struct trial_load *load = &trial->load;
    return load->capacity_active > 0 ? load->capacity_active : load->active;
}

bool capacity_is_comparable(const struct trial *a, const struct trial *b)
{
    const struct arm_parameters *work_a = &a->arm.parameters;
    const struct arm_parameters *work_b = &b->arm.parameters;
    return strcmp(a->arm.scenario, b->arm.scenario) == 0 &&
           connections_of(a) == connections_of(b) && a->load.size_bytes == b->load.size_bytes &&
           a->load.requests_per_connection == b->load.requests_per_connection &&
           work_a->work_cpu_us == work_b->work_cpu_us &&
           work_a->work_stack_bytes == work_b->work_stack_bytes &&
           work_a->work_heap_bytes == work_b->work_heap_bytes &&
           work_a->hold_bytes == work_b->hold_bytes &&
           work_a->work_cache_bytes == work_b->work_cache_bytes &&
           work_a->work_slow_us == work_b->work_slow_us &&
           work_a->work_slow_every == work_b->work_slow_every &&
           option_conditions_are_same(arm_options(&a->arm), &work_a->options, &work_b->options);
}

bool capacity_is_shared(const struct trial *a, const struct trial *b)
{
    return arm_has_same_command(&a->arm, &b->arm) &&
           a->arm.parameters.loops == b->arm.parameters.loops &&
           option_values_are_same(&a->arm.parameters.options, &b->arm.parameters.options) &&
           capacity_is_comparable(a, b);
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t bounded(int64_t window_ns)
{
    return window_ns < LONGEST_WINDOW_NS ? window_ns : LONGEST_WINDOW_NS;
}

static int try_once(struct run *run, const struct trial *trial, uint64_t seed,
                    struct load_trial *done, struct error *error)
{
    run->trial_number++;
    int result = load_trial_run(run, trial, run->options->seed + seed, done, error);
    if (result == 0 && interrupt_signal()) {
        load_trial_finish(done);
        result = error_set(error, -EINTR, "interrupted");
    }
    return result;
}

static int try_closed(struct run *run, const struct trial *trial, int64_t duration_ns,
                      uint64_t seed, double *per_second, struct error *error)
{
    struct load_trial done = {0};
    struct trial closed = *trial;
    closed.load.capacity_share = 0;
    closed.load.duration_ns = duration_ns;
    int result = try_once(run, &closed, seed, &done, error);
    if (result < 0)
        return result;
    *per_second = fmax(*per_second, done.result.achieved_per_second);
    load_trial_finish(&done);
    return 0;
}

/* Whether it may be otherwise the next time: others had all of a side's CPUs (-EBUSY), or a client
 * elsewhere died or was held up (-EPIPE). */
static bool may_pass(int result)
{
    return result == -EBUSY || result == -EPIPE;
}

/* The best of two: a disturbance only ever takes away. One that takes all leaves the other try. A
 * slow foreign arm needs a longer window, or all that it answers there was asked before. */
static int closed_rate(struct run *run, const struct trial *trial, double *per_second,
                       struct error *error)
{
    int64_t turns_ns = CLOSED_WINDOW_TURNS * clients_longest_path_ns(&run->clients);
    int64_t usual_ns = bounded(larger(CLOSED_WINDOW_NS, turns_ns));
    int result = 0;
    *per_second = 0;
    for (uint64_t i = 0; result == 0 && i < TRIES; i++) {
        result = try_closed(run, trial, usual_ns, i, per_second, error);
        if (may_pass(result) && (i + 1 < TRIES || *per_second > 0))
            result = 0;
    }
    double few = STEP_REQUESTS * (double)NS_PER_SECOND / (double)CLOSED_WINDOW_NS;
    if (result == 0 && trial->arm.foreign && *per_second < few)
        result = try_closed(run, trial, LONGEST_WINDOW_NS, TRIES, per_second, error);
    if (result < 0)
        return result;
    return *per_second > 0 ? 0 : error_set(error, -EPROTO, "no request was answered");
}

/* What is on its way to a client and back when the window ends is no fault of the server's, and may
 * be more than a step may leave unanswered. */
bool capacity_is_sustained(const struct load_result *result, int64_t path_ns)
{
    double on_the_way =
        (double)result->offered * fmin(1, (double)path_ns / (double)result->duration_ns);
    return !result->overloaded && result->duration_ns > 0 &&
           (double)result->punctual + on_the_way >= ANSWERED_SHARE * (double)result->offered &&
           histogram_quantile_ns(result->lateness, 0.9) <= LATENESS_NS;
}

/* Returns 1 or 0, or -errno. */
static int try_rate(struct run *run, const struct trial *trial, double per_second,
                    struct error *error)
{
    struct trial open = *trial;
    bool sustained = false;
    open.load.rate_per_second = per_second;
    for (uint64_t i = 0; !sustained && i < TRIES; i++) {
        struct load_trial done = {0};
        int result = try_once(run, &open, i, &done, error);
        /* So far beyond what it can do that nothing of the window's was answered. */
        if (result == -ENODATA || (may_pass(result) && i + 1 < TRIES))
            continue;
        if (result < 0)
            return result;
        sustained = capacity_is_sustained(&done.result, clients_longest_path_ns(&run->clients));
        load_trial_finish(&done);
    }
    return sustained;
}

static void warn_of_collapse(struct run *run, const struct trial *trial, double open, double closed)
{
    char name[256];
    arm_describe(&trial->arm, name, sizeof name);
    progress_clear(&run->progress);
    warning_print("%s sustains %.0f requests/s%s in an open loop, where a closed one reached "
                  "%.0f/s: something else was running, or it collapses under load",
                  name, open, trial->work, closed);
}

/* Where a store takes its time for each request, as many are under way at the end: that must be
 * few of the window's. */
static int64_t usual_window_ns(const struct trial *trial, int64_t path_ns)
{
    int64_t usual = arm_slow_every(&trial->arm) > 0 ? SLOW_WINDOW_NS : WINDOW_NS;
    int64_t delayed = (arm_store_delay_us(&trial->arm) * NS_PER_US + path_ns) * WINDOW_DELAYS;
    return bounded(larger(usual, delayed));
}

static int64_t window_ns(const struct trial *trial, double closed, int64_t path_ns)
{
    int64_t usual = usual_window_ns(trial, path_ns);
    double needed = STEP_REQUESTS / (LOWEST_SHARE * closed) * (double)NS_PER_SECOND;
    if (!trial->arm.foreign || needed <= (double)usual)
        return usual;
    return needed < (double)LONGEST_WINDOW_NS ? (int64_t)needed : LONGEST_WINDOW_NS;
}

/* What is known of the rate: it lies between the two. */
struct bracket {
    double sustained;
    double not_sustained;
};

/* Goes down from where bisection begins until a rate is sustained. Returns 0 or -errno. */
static int find_floor(struct run *run, const struct trial *trial, struct bracket *bracket,
                      struct error *error)
{
    double lowest = LOWEST_SHARE * bracket->not_sustained / HIGHEST_SHARE;
    for (int i = 0; i < FLOOR_TRIES; i++) {
        int result = try_rate(run, trial, lowest, error);
        if (result < 0)
            return result;
        if (result == 1) {
            bracket->sustained = lowest;
            return 0;
        }
        bracket->not_sustained = lowest;
        lowest /= FLOOR_STEP;
    }
    return error_set(error, -EAGAIN, "not even %.0f requests/s are sustained in an open loop",
                     bracket->not_sustained);
}

int capacity_find(struct run *run, const struct trial *trial, int steps, double *per_second,
                  struct error *error)
{
    struct trial tried = *trial;
    double closed;
    tried.load.connections = tried.load.active = connections_of(trial);
    tried.load.warmup_ns = 100 * NS_PER_MS;
    tried.load.capacity_share = 1;
    int result = closed_rate(run, &tried, &closed, error);
    tried.load.duration_ns = window_ns(trial, closed, clients_longest_path_ns(&run->clients));
    struct bracket bracket = {0, HIGHEST_SHARE * closed};
    if (result == 0)
        result = find_floor(run, &tried, &bracket, error);
    for (int step = 0; result >= 0 && step < steps; step++) {
        double middle = (bracket.sustained + bracket.not_sustained) / 2;
        result = try_rate(run, &tried, middle, error);
        if (result == 1)
            bracket.sustained = middle;
        else
            bracket.not_sustained = middle;
    }
    if (result < 0)
        return result;
    *per_second = (bracket.sustained + bracket.not_sustained) / 2;
    if (*per_second < COLLAPSE_SHARE * closed)
        warn_of_collapse(run, trial, *per_second, closed);
    return 0;
}
