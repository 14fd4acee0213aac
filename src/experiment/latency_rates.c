/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which rates the latency experiment offers, and for how long. They are shares of what arms
 * sustain, which is found before the first block: of what the slowest of those that count sustains,
 * so that all are offered the same; of each one's own, so that all are as busy; and, where a
 * foreign arm is so slow that it does not count, one rate that it keeps up with as well. */
#include "experiment/latency.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "experiment/capacity.h"
#include "experiment/load_trial.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* The 99.9th percentile takes 100,000 samples. Windows that are to hold it are as long as that
 * takes, within bounds: where the rate is too low for it, the window has to do for the 99th. */
#define TAIL_SAMPLES    105e3
#define TAIL_SHORTEST_S 2.2

/* The 99th percentile takes 10,000 samples: at a low rate a longer window, within bounds. */
#define P99_SAMPLES   10.5e3
#define P99_LONGEST_S 4.0

/* A slow foreign arm's window lasts as long as that takes, too, but no longer than the plan's
 * subject_seconds: what is not there then is called too few samples. */

/* Foreign arms that sustain less than the fastest by more than this factor do not set the rates of
 * all: the others would be idle. */
#define SLOW_FACTOR 4.0
/* Who sustains less than what all are offered shares of, by more than this factor, keeps up with
 * hardly any of them. */
#define TOO_MUCH_FACTOR 2.0
/* Of what the slowest of all sustains. */
#define COMMON_SHARE_OF_ALL 0.5

/* To so many significant digits. */
static double rounded(double rate, int digits)
{
    double unit = pow(10, floor(log10(rate)) + 1 - digits);
    return round(rate / unit) * unit;
}

static double seconds_of(int64_t ns)
{
    return (double)ns / (double)NS_PER_SECOND;
}

static void fit_tail(struct trial_load *load)
{
    double p99_s = P99_SAMPLES / load->rate_per_second;
    double tail_s = TAIL_SAMPLES / load->rate_per_second;
    if (p99_s <= P99_LONGEST_S)
        load->duration_ns = (int64_t)fmax((double)load->duration_ns, p99_s * (double)NS_PER_SECOND);
    if (load->fit == PLAN_FIT_P999 && tail_s <= load->longest_seconds)
        load->duration_ns = (int64_t)(fmax(tail_s, TAIL_SHORTEST_S) * NS_PER_SECOND);
}

static void fit_slow(const struct run *run, struct trial_load *load)
{
    double wanted_s = fmin(P99_SAMPLES / load->rate_per_second, run->plan.subject_seconds);
    if (wanted_s > seconds_of(load->duration_ns))
        load->duration_ns = (int64_t)(wanted_s * NS_PER_SECOND);
}

/* The first that needs to know what this one sustains, too; NULL where nobody does, since all rates
 * are given. */
static const struct trial *first_like(const struct trial_list *list, const struct trial *trial)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->trials[i].load.basis != RATE_GIVEN && capacity_is_shared(&list->trials[i], trial))
            return &list->trials[i];
    return NULL;
}

/* An arm that cannot even be tried will fail in its trials, each with its note; it does not set the
 * rates of the others. */
static int find_capacity(struct run *run, struct trial *trial, struct error *error)
{
    struct error fault = {{0}};
    char name[256];
    char what[384];
    int steps = (int)run->plan.capacity_steps;
    arm_describe(&trial->arm, name, sizeof name);
    snprintf(what, sizeof what, "latency: what %s sustains%s", name, trial->work);
    progress_show(&run->progress, run->findings.text, what);
    int result = capacity_find(run, trial, steps, &trial->load.sustained_per_second, &fault);
    if (interrupt_signal())
        return error_set(error, -EINTR, "interrupted");
    if (result == -EAGAIN)
        trial->load.sustained_per_second = -1;
    if (result < 0) {
        progress_clear(&run->progress);
        warning_print("cannot find what %s sustains%s: %s", name, trial->work, fault.text);
    }
    return 0;
}

/* Whose arms. */
enum whose { OURS, FOREIGN, ANYBODY };

static bool is_theirs(const struct trial *trial, enum whose whose)
{
    return whose == ANYBODY || trial->arm.foreign == (whose == FOREIGN);
}

/* Of the arms that do this kind of work, the one that sustains the most, or the least of those that
 * sustain `least` or more. NULL for none. */
static const struct trial *extreme_of(const struct trial_list *list, const struct trial *like,
                                      enum whose whose, bool fastest, double least)
{
    const struct trial *found = NULL;
    for (size_t i = 0; i < list->count; i++) {
        const struct trial *trial = &list->trials[i];
        double rate = trial->load.sustained_per_second;
        if (!is_theirs(trial, whose) || !(rate >= fmax(least, 1)) ||
            !capacity_is_comparable(trial, like))
            continue;
        double best = found ? found->load.sustained_per_second : 0;
        if (!found || (fastest ? rate > best : rate < best))
            found = trial;
    }
    return found;
}

/* The arm whose rate all are offered shares of, or NULL. Ours set it where there are any: a slow
 * foreign subject beside them shall not change what they are measured at. */
static const struct trial *setter_of(const struct trial_list *list, const struct trial *like)
{
    const struct trial *ours = extreme_of(list, like, OURS, false, 0);
    if (ours)
        return ours;
    const struct trial *fastest = extreme_of(list, like, FOREIGN, true, 0);
    return fastest ? extreme_of(list, like, FOREIGN, false,
                                fastest->load.sustained_per_second / SLOW_FACTOR)
                   : NULL;
}

/* Whether a window of its own length is fair: all arms of the setting have it, or each has a rate
 * of its own anyway. Where the plan names the rate, windows are as long as it says, too. */
static bool may_take_longer(const struct trial_list *list, const struct trial *trial)
{
    if (trial->load.basis == RATE_COMMON)
        return true;
    if (trial->load.basis == RATE_GIVEN)
        return false;
    return trial->arm.foreign &&
           (trial->load.basis == UTILISATION_EQUAL || !extreme_of(list, trial, OURS, false, 0));
}

static void fit_window(const struct run *run, const struct trial_list *list, struct trial *trial)
{
    if (trial->load.fit != PLAN_FIT_NONE)
        fit_tail(&trial->load);
    if (may_take_longer(list, trial))
        fit_slow(run, &trial->load);
    trial->expected_seconds = load_trial_expected_seconds(&trial->load);
}

static void set_rate(const struct run *run, const struct trial_list *list, struct trial *trial)
{
    struct trial_load *load = &trial->load;
    if (load->basis == RATE_GIVEN) {
        fit_window(run, list, trial);
        return;
    }
    const struct trial *setter = setter_of(list, trial);
    double basis = load->sustained_per_second;
    if (load->basis == RATE_EQUAL)
        basis = setter ? setter->load.sustained_per_second : 0;
    bool known = basis >= 1;
    /* Nothing is offered where nothing is sustained: the trial fails and says so. Of an arm that
     * could not even be tried any rate will show why. */
    if (!known && load->sustained_per_second < 0) {
        load->rate_per_second = 0;
        return;
    }
    /* Equal rates are read off charts and tables; of equal utilisation it is the share that is. */
    int digits = load->basis == RATE_EQUAL ? 2 : 4;
    load->rate_per_second = known ? rounded(load->capacity_share * basis, digits) : 1;
    if (known)
        fit_window(run, list, trial);
}

static bool is_plain_at_own_rate(const struct trial *trial)
{
    return trial->load.basis == UTILISATION_EQUAL && trial->arm.parameters.work_cpu_us == 0;
}

/* By name: two names of one program are two arms. */
static bool is_same_arm(const struct trial *a, const struct trial *b)
{
    return strcmp(a->arm.scenario, b->arm.scenario) == 0 &&
           strcmp(a->arm.subject, b->arm.subject) == 0 &&
           a->arm.parameters.loops == b->arm.parameters.loops &&
           option_values_are_same(&a->arm.parameters.options, &b->arm.parameters.options);
}

/* A setting that each arm has once: its first of the plain echo at a share of its own. */
static bool is_template(const struct trial_list *list, const struct trial *trial)
{
    if (!is_plain_at_own_rate(trial))
        return false;
    for (const struct trial *other = list->trials; other < trial; other++)
        if (is_plain_at_own_rate(other) && is_same_arm(other, trial))
            return false;
    return true;
}

static int add_common_of(const struct run *run, struct trial_list *list, struct trial *trial,
                         double rate, struct error *error)
{
    trial->load.basis = RATE_COMMON;
    trial->load.capacity_share = COMMON_SHARE_OF_ALL;
    trial->load.rate_per_second = rate;
    if (trial->load.fit == PLAN_FIT_P999)
        trial->load.fit = PLAN_FIT_P99;
    fit_window(run, list, trial);
    int result = trial_list_add(list, trial);
    return result < 0 ? error_set(error, result, "out of memory") : 0;
}

/* One rate that every arm keeps up with, where RATE_EQUAL's are too much for one. */
static int add_common(const struct run *run, struct trial_list *list, struct error *error)
{
    size_t count = list->count;
    int result = 0;
    for (size_t i = 0; result == 0 && i < count; i++) {
        struct trial trial = list->trials[i];
        if (!is_template(list, &list->trials[i]) || trial.load.sustained_per_second < 1)
            continue;
        const struct trial *setter = setter_of(list, &trial);
        const struct trial *slowest = extreme_of(list, &trial, ANYBODY, false, 0);
        if (TOO_MUCH_FACTOR * slowest->load.sustained_per_second <
            setter->load.sustained_per_second)
            result = add_common_of(
                run, list, &trial,
                rounded(COMMON_SHARE_OF_ALL * slowest->load.sustained_per_second, 2), error);
    }
    return result;
}

/* That rates which all are offered leave one arm idle or are too much for another, is told. */
static void tell_collapse(struct run *run, const struct trial_list *list)
{
    const struct trial *like = list->trials;
    const struct trial *end = list->trials + list->count;
    while (like < end && !is_template(list, like))
        like++;
    if (like == end)
        return;
    const struct trial *slowest = extreme_of(list, like, ANYBODY, false, 0);
    const struct trial *fastest = extreme_of(list, like, ANYBODY, true, 0);
    const struct trial *setter = setter_of(list, like);
    if (!slowest || !setter ||
        fastest->load.sustained_per_second <= SLOW_FACTOR * slowest->load.sustained_per_second)
        return;
    progress_clear(&run->progress);
    warning_print(
        "%s sustains %.0f requests/s where %s sustains %.0f: rates that are equal for all "
        "follow %s, which sustains %.0f. Each is offered shares of its own rate, too%s",
        slowest->arm.subject, slowest->load.sustained_per_second, fastest->arm.subject,
        fastest->load.sustained_per_second, setter->arm.subject, setter->load.sustained_per_second,
        slowest == setter ? "" : ", and all of them one that the slowest keeps up with");
}

int latency_offer(struct run *run, struct trial_list *list, struct error *error)
{
    for (size_t i = 0; i < list->count; i++)
        set_rate(run, list, &list->trials[i]);
    tell_collapse(run, list);
    return add_common(run, list, error);
}

int latency_prepare(struct run *run, struct trial_list *list, struct error *error)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < list->count; i++)
        if (first_like(list, &list->trials[i]) == &list->trials[i])
            result = find_capacity(run, &list->trials[i], error);
    for (size_t i = 0; i < list->count; i++) {
        const struct trial *first = first_like(list, &list->trials[i]);
        if (first)
            list->trials[i].load.sustained_per_second = first->load.sustained_per_second;
    }
    return result == 0 ? latency_offer(run, list, error) : result;
}
