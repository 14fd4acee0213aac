/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/merge.h"

#include "load/generator/gather.h"

#include <errno.h>
#include <string.h>

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t sum_of_seen(int64_t a, int64_t b)
{
    return a < 0 || b < 0 ? -1 : a + b;
}

static void add_counts(struct load_result *whole, const struct load_result *part)
{
    whole->connected += part->connected;
    whole->interrupted = whole->interrupted || part->interrupted;
    whole->offered += part->offered;
    whole->answered += part->answered;
    whole->lost += part->lost;
    whole->failed += part->failed;
    whole->replies += part->replies;
    whole->punctual += part->punctual;
    whole->hung += part->hung;
    whole->never_answered += part->never_answered;
    whole->backlog_begin += part->backlog_begin;
    whole->reconnects += part->reconnects;
    whole->repeated += part->repeated;
    whole->given_up += part->given_up;
    for (int kind = 0; kind < LOAD_ERROR_KINDS; kind++)
        whole->errors[kind] += part->errors[kind];
    if (whole->first_error[0] == '\0')
        memcpy(whole->first_error, part->first_error, sizeof whole->first_error);
}

/* The window is the longest one, so that a rate never counts replies of more time than it has. */
static void add_times(struct load_result *whole, const struct load_result *part)
{
    whole->duration_ns = larger(whole->duration_ns, part->duration_ns);
    whole->connect_ns = larger(whole->connect_ns, part->connect_ns);
    whole->longest_service_ns = larger(whole->longest_service_ns, part->longest_service_ns);
    whole->silence_ns = larger(whole->silence_ns, part->silence_ns);
}

static void add_generator(struct load_result *whole, const struct load_result *part)
{
    whole->client_cpu_seconds += part->client_cpu_seconds;
    whole->client_work_seconds += part->client_work_seconds;
    if (part->client_busy > whole->client_busy)
        whole->client_busy = part->client_busy;
    whole->client_run_delay_ns = sum_of_seen(whole->client_run_delay_ns, part->client_run_delay_ns);
    whole->away_ns = larger(whole->away_ns, part->away_ns);
    whole->stalls.count += part->stalls.count;
    whole->stalls.sum_ns += part->stalls.sum_ns;
    whole->stalls.longest_ns = larger(whole->stalls.longest_ns, part->stalls.longest_ns);
}

static int add_histogram(struct histogram **whole, const struct histogram *part)
{
    if (!part)
        return 0;
    if (!*whole)
        *whole = histogram_create();
    if (!*whole)
        return -ENOMEM;
    histogram_merge(*whole, part);
    return 0;
}

bool load_merge_fits(const struct load_result *part, const struct load_options *options,
                     bool measured)
{
    bool open = measured && !options->closed;
    return (part->service != NULL) == measured && (part->reply_delay != NULL) == measured &&
           (part->latency != NULL) == open && (part->lateness != NULL) == open &&
           (part->other != NULL) == (measured && options->slow_every > 0);
}

int load_merge_add(struct load_result *whole, const struct load_result *part)
{
    whole->generators++;
    add_counts(whole, part);
    add_times(whole, part);
    add_generator(whole, part);
    trend_add(&whole->backlog, &part->backlog);
    int result = add_histogram(&whole->service, part->service);
    if (result == 0)
        result = add_histogram(&whole->latency, part->latency);
    if (result == 0)
        result = add_histogram(&whole->lateness, part->lateness);
    if (result == 0)
        result = add_histogram(&whole->other, part->other);
    return result == 0 ? add_histogram(&whole->reply_delay, part->reply_delay) : result;
}

void load_merge_tails(const struct load_result *whole, int64_t *longer_than_ns,
                      int64_t *other_longer_than_ns)
{
    *longer_than_ns =
        whole->latency ? histogram_quantile_ns(whole->latency, LOAD_TAIL_QUANTILE) : 0;
    *other_longer_than_ns =
        whole->other ? histogram_quantile_ns(whole->other, LOAD_OTHERS_TAIL_QUANTILE) : 0;
}

void load_merge_conclude(struct load_result *whole, const struct load_options *options)
{
    if (whole->service)
        gather_conclude(whole, options);
}
