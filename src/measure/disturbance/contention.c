/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/disturbance/contention.h"

#include "base/clock.h"
#include "measure/cgroup/cpu_quota.h"
#include "measure/process/usage.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void contention_take(struct contention_mark *mark, const struct placement *placement,
                     hwloc_const_bitmap_t store_cpus)
{
    struct cpu_quota quota;
    *mark = (struct contention_mark){.subject_ns = -1, .store_ns = -1, .throttled_ns = -1};
    cpu_quota_read(&quota, "");
    if (quota.version != 0)
        mark->throttled_ns = quota.throttled_ns;
    cpu_times_read(&mark->client, "", placement->client_cpus);
    cpu_times_read(&mark->server, "", placement->server_cpus);
    if (store_cpus)
        cpu_times_read(&mark->store, "", store_cpus);
    mark->own_ns = usage_own_ns();
    mark->at_ns = clock_now_ns();
}

static double seconds_of(int64_t ns)
{
    return (double)ns / (double)NS_PER_SECOND;
}

/* What is left of a side's busy time when ours is taken off. */
static double foreign(const struct cpu_times *before, const struct cpu_times *after,
                      double elapsed_seconds, int64_t ours_ns)
{
    double busy = cpu_times_busy_seconds(before, after, elapsed_seconds);
    return busy < 0 ? -1 : fmax(0, busy - seconds_of(ours_ns));
}

static double share_of(double seconds, double share)
{
    return seconds < 0 ? -1 : seconds * share;
}

static double sum(double a, double b)
{
    return a < 0 || b < 0 ? -1 : a + b;
}

/* Whether a database has CPUs of its own, of which it is known what it used. One that ended says
 * nothing, and takes the others' figures with it no more than one that was not there. */
static bool has_store(const struct contention_mark *before, const struct contention_mark *after)
{
    return before->store.cpus > 0 && after->store.cpus > 0 && before->store_ns >= 0 &&
           after->store_ns >= 0;
}

static void find_foreign_of_store(const struct contention_mark *before,
                                  const struct contention_mark *after, double share,
                                  struct contention *contention)
{
    double elapsed = seconds_of(after->at_ns - before->at_ns);
    if (!has_store(before, after))
        return;
    double store =
        foreign(&before->store, &after->store, elapsed, after->store_ns - before->store_ns);
    contention->store_foreign_seconds = share_of(store, share);
    contention->foreign_seconds =
        sum(contention->foreign_seconds, contention->store_foreign_seconds);
}

static void find_foreign(const struct contention_mark *before, const struct contention_mark *after,
                         double share, struct contention *contention)
{
    double elapsed = seconds_of(after->at_ns - before->at_ns);
    bool shared = contention->shared;
    int64_t own_ns = after->own_ns - before->own_ns;
    int64_t subject_ns = after->subject_ns - before->subject_ns;
    contention->server_foreign_seconds = contention->client_foreign_seconds = -1;
    contention->store_foreign_seconds = contention->foreign_seconds = -1;
    if (before->subject_ns < 0 || after->subject_ns < 0)
        return;
    double server =
        foreign(&before->server, &after->server, elapsed, subject_ns + (shared ? own_ns : 0));
    double client = shared ? server : foreign(&before->client, &after->client, elapsed, own_ns);
    contention->server_foreign_seconds = share_of(server, share);
    contention->client_foreign_seconds = share_of(client, share);
    contention->foreign_seconds =
        shared ? contention->server_foreign_seconds
               : sum(contention->server_foreign_seconds, contention->client_foreign_seconds);
    find_foreign_of_store(before, after, share, contention);
}

static double steal_of(const struct contention_mark *before, const struct contention_mark *after,
                       bool shared)
{
    double steal = cpu_times_steal_seconds(&before->server, &after->server);
    if (!shared)
        steal = sum(steal, cpu_times_steal_seconds(&before->client, &after->client));
    if (has_store(before, after))
        steal = sum(steal, cpu_times_steal_seconds(&before->store, &after->store));
    return steal;
}

void contention_between(const struct contention_mark *before, const struct contention_mark *after,
                        int64_t window_ns, bool shared, struct contention *contention)
{
    double elapsed = seconds_of(after->at_ns - before->at_ns);
    double share = fmin(1, seconds_of(window_ns) / elapsed);
    bool seen = before->throttled_ns >= 0 && after->throttled_ns >= before->throttled_ns;
    *contention = (struct contention){
        .window_seconds = seconds_of(window_ns),
        .shared = shared,
        .cpus = after->server.cpus + (shared ? 0 : after->client.cpus) +
                (has_store(before, after) ? after->store.cpus : 0),
        .server_cpus = after->server.cpus,
        .steal_seconds = share_of(steal_of(before, after, shared), share),
        .throttled_seconds =
            seen ? share * seconds_of(after->throttled_ns - before->throttled_ns) : -1,
    };
    find_foreign(before, after, share, contention);
}

bool contention_is_foreign(const struct contention *contention)
{
    return cpu_times_is_much(contention->foreign_seconds, contention->cpus,
                             contention->window_seconds);
}

bool contention_starves_server(const struct contention *contention)
{
    double whole = contention->window_seconds * contention->server_cpus;
    return contention_is_foreign(contention) &&
           contention->server_foreign_seconds >= CONTENTION_WRONG_SHARE * whole;
}

static void note_foreign(FILE *out, const struct contention *contention)
{
    fprintf(out, "others used %.2f s of the measured CPUs in a window of %.2f s",
            contention->foreign_seconds, contention->window_seconds);
    if (!contention->shared)
        fprintf(out, " (%.2f s of the server's, %.2f s of the clients'",
                contention->server_foreign_seconds, contention->client_foreign_seconds);
    if (!contention->shared && contention->store_foreign_seconds >= 0)
        fprintf(out, ", %.2f s of the database's", contention->store_foreign_seconds);
    if (!contention->shared)
        fputc(')', out);
    fputs("; ", out);
}

void contention_note(const struct contention *contention, char *note, size_t size)
{
    FILE *out = fmemopen(note, size, "w");
    note[0] = '\0';
    if (!out)
        return;
    if (contention_is_foreign(contention))
        note_foreign(out, contention);
    if (contention->throttled_seconds > CONTENTION_THROTTLED_SHARE * contention->window_seconds)
        fprintf(out, "the CPU quota stopped the trial for %.2f s, added up over CPUs; ",
                contention->throttled_seconds);
    fclose(out);
    size_t length = strlen(note);
    if (length >= 2)
        note[length - 2] = '\0';
}
