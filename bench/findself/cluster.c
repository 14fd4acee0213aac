/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cluster.h"

#include "base/clock.h"
#include "member.h"

#include <errno.h>
#include <gsl/gsl_rng.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Last bytes of the hosts: the servers' begin at 1. */
#define SILENT_HOST   101
#define STRANGER_HOST 102
/* How long a request to a server waits that cannot find itself. */
#define LOST_DEADLINE_MS 50

struct stage {
    struct cluster *cluster;
    unsigned char host[4];
    in_port_t port;
    struct address silent; /* connections are taken by the kernel, and never answered */
    int silent_fd;
    struct address stranger;
    struct child stranger_child;
    char addresses[(CLUSTER_SERVERS_MAX + 2) * sizeof(((struct address *)0)->text)];
    char strange_addresses[2 * sizeof(((struct address *)0)->text)];
    gsl_rng *rng;
};

/* A thread of the driver: sees one server through. */
struct watcher {
    struct member member;
    pthread_t thread;
    int result;
    struct error error;
};

static struct address host_address(struct stage *stage, unsigned char last)
{
    struct address address;
    stage->host[3] = last;
    address_set(&address, stage->host, stage->port);
    return address;
}

static void list_addresses(struct stage *stage)
{
    size_t length = 0;
    for (int64_t i = 0; i < stage->cluster->servers; i++) {
        struct address address = host_address(stage, (unsigned char)(1 + i));
        length += (size_t)snprintf(stage->addresses + length, sizeof stage->addresses - length,
                                   "%s,", address.text);
    }
    snprintf(stage->strange_addresses, sizeof stage->strange_addresses, "%s,%s", stage->silent.text,
             stage->stranger.text);
    snprintf(stage->addresses + length, sizeof stage->addresses - length, "%s",
             stage->strange_addresses);
}

static int start_stranger(struct stage *stage, struct error *error)
{
    char line[64];
    stage->stranger = host_address(stage, STRANGER_HOST);
    const char *const arguments[] = {"findself", "--stranger", stage->stranger.text, NULL};
    int result = child_start(&stage->stranger_child, arguments);
    if (result == 0)
        result = child_read_line(&stage->stranger_child, line, sizeof line,
                                 clock_now_ns() + 30 * NS_PER_SECOND);
    return result == 0 ? 0
                       : error_set(error, result, "cannot start %s: %s", stage->stranger.text,
                                   strerror(-result));
}

/* Runs at the same time get different hosts; the port is one that the kernel has free. */
static int stage_init(struct stage *stage, struct cluster *cluster, struct error *error)
{
    unsigned pid = (unsigned)getpid();
    memset(stage, 0, sizeof *stage);
    stage->cluster = cluster;
    stage->host[0] = 127;
    stage->host[1] = (unsigned char)(1 + (pid >> 8) % 250);
    stage->host[2] = (unsigned char)pid;
    stage->silent = host_address(stage, SILENT_HOST);
    stage->silent_fd = address_listen(&stage->silent);
    if (stage->silent_fd < 0)
        return error_set(error, stage->silent_fd, "cannot listen on %s: %s", stage->silent.text,
                         strerror(-stage->silent_fd));
    stage->port = ntohs(stage->silent.socket.sin_port);
    stage->rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(stage->rng, (unsigned long)cluster->seed);
    int result = start_stranger(stage, error);
    list_addresses(stage);
    return result;
}

static int stage_finish(struct stage *stage)
{
    if (stage->silent_fd >= 0)
        close(stage->silent_fd);
    gsl_rng_free(stage->rng);
    return child_end(&stage->stranger_child, clock_now_ns() + 30 * NS_PER_SECOND);
}

static void *watcher_main(void *argument)
{
    struct watcher *watcher = argument;
    struct member *member = &watcher->member;
    watcher->result = member_start(member, *member->cluster->deadline_ms, &watcher->error);
    if (watcher->result == 0)
        watcher->result = member_drive(member, &watcher->error);
    return NULL;
}

static void note_samples(struct cluster *cluster, const struct member *member)
{
    int64_t began_ns = member->search_began_ns;
    samples_add(&cluster->search, member->found_ns - began_ns);
    for (int64_t i = 0; i < cluster->requests; i++) {
        const struct client *client = &member->clients[i];
        int64_t waits_ns = client->sent_ns > began_ns ? client->sent_ns : began_ns;
        samples_add(&cluster->gated, client->answered_ns - waits_ns);
        samples_add(&cluster->released, client->answered_ns - member->found_ns);
    }
}

/* Everybody ends only when all have found themselves. */
static int watchers_leave(struct cluster *cluster, struct watcher *watchers, int64_t count,
                          struct error *error)
{
    int result = 0;
    for (int64_t i = 0; i < count; i++)
        pthread_join(watchers[i].thread, NULL);
    for (int64_t i = 0; i < count; i++) {
        struct watcher *watcher = &watchers[i];
        int ended = member_end(&watcher->member, watcher->result == 0 ? &watcher->error : NULL);
        if (watcher->result == 0)
            watcher->result = ended;
        if (watcher->result == 0)
            note_samples(cluster, &watcher->member);
        else
            result = error_set(error, watcher->result, "findself: %s", watcher->error.text);
    }
    return result;
}

static int run_one(struct stage *stage, struct watcher *watchers, struct error *error)
{
    struct cluster *cluster = stage->cluster;
    int64_t begin_ns = clock_now_ns();
    int64_t started = 0;
    int failure = 0;
    for (int64_t i = 0; i < cluster->servers && failure == 0; i++) {
        double late_ns = gsl_rng_uniform(stage->rng) * (double)(cluster->late_ms * NS_PER_MS);
        watchers[i] =
            (struct watcher){.member = {.cluster = cluster,
                                        .addresses = stage->addresses,
                                        .address = host_address(stage, (unsigned char)(1 + i)),
                                        .start_at_ns = begin_ns + (int64_t)late_ns}};
        failure = pthread_create(&watchers[i].thread, NULL, watcher_main, &watchers[i]);
        if (failure == 0)
            started++;
    }
    int result = watchers_leave(cluster, watchers, started, error);
    return failure == 0 ? result : error_set(error, -failure, "no thread: %s", strerror(failure));
}

/* A server whose own address nobody told it. */
static int run_lost(struct stage *stage, struct error *error)
{
    struct member member = {.cluster = stage->cluster,
                            .addresses = stage->strange_addresses,
                            .address = host_address(stage, 1)};
    int result = member_start(&member, LOST_DEADLINE_MS, error);
    if (result == 0)
        result = member_drive_lost(&member, LOST_DEADLINE_MS, error);
    stage->cluster->refused_ns = member.clients[0].answered_ns - member.clients[0].sent_ns;
    int ended = member_end(&member, result == 0 ? error : NULL);
    return result != 0 ? result : ended;
}

static int run_all(struct stage *stage, struct error *error)
{
    struct watcher *watchers = calloc((size_t)stage->cluster->servers, sizeof *watchers);
    if (!watchers)
        return error_set(error, -ENOMEM, "no memory for a cluster");
    int result = 0;
    for (int64_t i = 0; i < stage->cluster->clusters && result == 0; i++)
        result = run_one(stage, watchers, error);
    free(watchers);
    return result == 0 ? run_lost(stage, error) : result;
}

int cluster_run(struct cluster *cluster, struct error *error)
{
    struct stage stage;
    size_t servers = (size_t)(cluster->clusters * cluster->servers);
    size_t requests = servers * (size_t)cluster->requests;
    if (samples_init(&cluster->search, servers) != 0 ||
        samples_init(&cluster->gated, requests) != 0 ||
        samples_init(&cluster->released, requests) != 0)
        return error_set(error, -ENOMEM, "findself: no memory");
    int result = stage_init(&stage, cluster, error);
    if (result == 0)
        result = run_all(&stage, error);
    if (stage_finish(&stage) != 0 && result == 0)
        result = error_set(error, -EPROTO, "findself: the stranger did not end well");
    return result;
}

/* A few clusters make too few samples for quantiles, hence the means. */
void cluster_print(struct cluster *cluster)
{
    metric_print("search_ns", samples_mean(&cluster->search));
    metric_print_samples("search", &cluster->search);
    metric_print("gated_ns", samples_mean(&cluster->gated));
    metric_print_samples("gated", &cluster->gated);
    metric_print("released_ns", samples_mean(&cluster->released));
    metric_print_samples("released", &cluster->released);
    metric_print_count("refused_ns", cluster->refused_ns);
}

void cluster_finish(struct cluster *cluster)
{
    samples_finish(&cluster->search);
    samples_finish(&cluster->gated);
    samples_finish(&cluster->released);
}
