/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/cpus.h"

#include <string.h>

/* Unknown machines are others. */
static bool share_machine(const struct client *a, const struct client *b)
{
    return a == b || (a->hello.boot[0] != '\0' && strcmp(a->hello.boot, b->hello.boot) == 0);
}

/* The CPUs that a client's machine has for clients. */
static size_t list_cpus(const struct client *client, const struct load_options *options,
                        int cpus[LOAD_THREADS_MAX])
{
    size_t count = 0;
    int cpu;
    for (; client->local && count < options->cpu_count && count < LOAD_THREADS_MAX; count++)
        cpus[count] = options->cpus[count];
    hwloc_bitmap_t list = client->local ? NULL : hwloc_bitmap_alloc();
    if (!list || hwloc_bitmap_list_sscanf(list, client->hello.cpus) < 0 ||
        hwloc_bitmap_weight(list) < 0) {
        hwloc_bitmap_free(list);
        return count;
    }
    hwloc_bitmap_foreach_begin(cpu, list)
    {
        if (count < LOAD_THREADS_MAX)
            cpus[count++] = cpu;
    }
    hwloc_bitmap_foreach_end();
    hwloc_bitmap_free(list);
    return count;
}

size_t clients_deal_cpus(const struct clients *clients, size_t used, size_t number,
                         const struct load_options *options, int cpus[LOAD_THREADS_MAX])
{
    const struct client *client = &clients->items[number];
    int all[LOAD_THREADS_MAX];
    size_t place = 0;
    size_t among = 0;
    for (size_t i = 0; i < used; i++)
        if (share_machine(client, &clients->items[i])) {
            place += i < number;
            among++;
        }
    if (!client->local && among == 1)
        return 0;
    size_t total = list_cpus(client, options, all);
    size_t count = 0;
    for (size_t i = place; i < total; i += among)
        cpus[count++] = all[i];
    if (count == 0 && total > 0)
        cpus[count++] = all[place % total];
    return count;
}
