/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/clients.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What is missing on another host is missing. */
static int missing(int result)
{
    return result == -EINTR || result == -EINVAL || result == -ENOMEM ? result : -ENOENT;
}

int clients_start(struct clients *clients, const char *const *prefixes, size_t count,
                  struct error *error)
{
    int result = count > 0 ? hello_fill(&clients->own, error) : 0;
    for (size_t i = 0; result == 0 && i < count; i++) {
        struct client *client = &clients->items[clients->count++];
        result = client_init(client, prefixes[i], error);
        if (result == 0)
            result = client_start(client, &clients->own, error);
        result = result < 0 ? missing(result) : 0;
    }
    return result;
}

void clients_finish(struct clients *clients)
{
    for (size_t i = 0; i < clients->count; i++)
        client_finish(&clients->items[i]);
    clients->count = 0;
}

static size_t count_local(const struct clients *clients)
{
    size_t local = 0;
    for (size_t i = 0; i < clients->count; i++)
        local += clients->items[i].local;
    return local;
}

bool clients_are_elsewhere(const struct clients *clients)
{
    return clients->count > 0 && count_local(clients) == 0;
}

bool clients_share_cpus(const struct clients *clients, size_t cpu_count)
{
    return count_local(clients) > cpu_count;
}

size_t clients_used(const struct clients *clients, const struct load_options *options)
{
    return (size_t)load_part_count(options, (int64_t)clients->count);
}

int clients_find_floors(struct clients *clients, const char *host, hwloc_const_bitmap_t cpus,
                        struct error *error)
{
    struct round_trips_server server;
    struct error fault = {{0}};
    int result = round_trips_serve(&server, host, cpus, error);
    if (result < 0)
        return result;
    for (size_t i = 0; result == 0 && i < clients->count; i++)
        result = client_find_floor(&clients->items[i], host, server.port, &fault);
    round_trips_end(&server);
    if (result < 0 && result != -EINTR)
        return error_set(error, missing(result),
                         "%s (--host ADDRESS: one of this machine's that it can reach)",
                         fault.text);
    return result < 0 ? error_set(error, result, "%s", fault.text) : 0;
}

int64_t clients_cpu_ns(const struct clients *clients)
{
    int64_t sum_ns = 0;
    for (size_t i = 0; i < clients->count; i++)
        if (clients->items[i].local && clients->items[i].running)
            sum_ns += clients->items[i].cpu_ns;
    return sum_ns;
}

int64_t clients_longest_path_ns(const struct clients *clients)
{
    int64_t longest_ns = 0;
    for (size_t i = 0; i < clients->count; i++)
        if (clients->items[i].floor.p50_ns > longest_ns)
            longest_ns = clients->items[i].floor.p50_ns;
    return longest_ns;
}
