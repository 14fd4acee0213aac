/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A load whose generators run behind prefixes, on other hosts maybe. They begin together, on one
 * schedule split between them (load/part.h); what they counted is put together as if one had
 * counted it (load/merge.h). Both times of a request come from the clock of the client that sent
 * it; the clocks of two clients are compared only so that they begin together. */
#ifndef WAITBENCH_CLIENTS_CLIENTS_H
#define WAITBENCH_CLIENTS_CLIENTS_H

#include "base/error.h"
#include "clients/client.h"
#include "load/load.h"

#include <hwloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLIENTS_MAX 64

/* Zeroed: none, and loads are this process's own. */
struct clients {
    struct client items[CLIENTS_MAX];
    size_t count;
    struct hello own;
    char note[512]; /* of the last load: which clients were a limit, or late; "" none */
};

/* Starts one behind each prefix; strings are borrowed. Returns 0, -EINVAL for a prefix that is
 * none, -ENOENT for a client that does not start or is of another version, or -errno, with `error`
 * set; clients_finish is due in any case. */
int clients_start(struct clients *clients, const char *const *prefixes, size_t count,
                  struct error *error);

void clients_finish(struct clients *clients);

/* Whether none of them has CPUs of this machine. */
bool clients_are_elsewhere(const struct clients *clients);

/* Whether those on this machine have to share one of so many CPUs: then they must not spin. */
bool clients_share_cpus(const struct clients *clients, size_t cpu_count);

/* How many of them a load of so many active connections takes. */
size_t clients_used(const struct clients *clients, const struct load_options *options);

/* load_run (load/load.h) by them, or by this process where there are none. What runs on this
 * machine is spread over options->cpus, others choose their own. `progress` is called from
 * LOAD_CONNECTED on. A client that has ended since is started again. Returns 0; -EPIPE
 * with `error` naming a client that died, is silent, or could not load; -EINVAL for options that
 * cannot be; -EINTR; -ENOMEM. */
int clients_load(struct clients *clients, const struct load_options *options,
                 struct load_result *result, struct error *error);

/* Measures the round trip between each of them and `host` of this machine, served on those CPUs.
 * Returns 0; -EINVAL where this machine has no such address; -ENOENT where a client does not reach
 * it; or -errno, with `error` set. */
int clients_find_floors(struct clients *clients, const char *host, hwloc_const_bitmap_t cpus,
                        struct error *error);

/* CPU time of those on this machine, as they said at a load's begin (LOAD_CONNECTED) or at its end
 * (LOAD_FINISHED); in a container, too, or behind a daemon. */
int64_t clients_cpu_ns(const struct clients *clients);

/* The longest way to one of them and back, as clients_find_floors measured it; 0 without any. */
int64_t clients_longest_path_ns(const struct clients *clients);

#endif
