/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A subject of several processes, of which each waits for its part of the connections: what one
 * process's open files or mappings do not allow, several do. They are started, asked and ended as
 * one; figures are sums. Most subjects have a single one. */
#ifndef WAITBENCH_MEASURE_PROCESS_SHARDS_H
#define WAITBENCH_MEASURE_PROCESS_SHARDS_H

#include "measure/process/subject.h"
#include "measure/process/usage.h"

#include <stddef.h>
#include <stdint.h>

/* Each has a port, and connections go to ports in turn. */
#define SHARDS_MAX 1024

/* On the caller's memory, zeroed. */
struct shards {
    struct subject *items;
    size_t count;
};

/* Starts `count` (1 to SHARDS_MAX) of the program, one after the other, each once the one before
 * listens (subject_start). Returns 0 or -errno with `error` set; shards_kill follows either way. */
int shards_start(struct shards *shards, size_t count, char *const *argv,
                 const struct cgroup *cgroup, hwloc_const_bitmap_t cpus, struct error *error);

/* Starts one program and waits for nothing (subject_launch). The same otherwise. */
int shards_launch(struct shards *shards, char *const *argv, const struct cgroup *cgroup,
                  hwloc_const_bitmap_t cpus, struct error *error);

/* Starts one program that makes `waiters` waiters of its own (subject_start_waiting). The same
 * otherwise. */
int shards_start_waiting(struct shards *shards, char *const *argv, const struct cgroup *cgroup,
                         hwloc_const_bitmap_t cpus, int64_t waiters, struct error *error);

/* The first process's id; 0 where none was started. */
pid_t shards_pid(const struct shards *shards);

/* The processes and what they have started, below `root` ("" for this machine): writes at most
 * `size` of them. Returns how many, or -errno; -E2BIG where there are more. */
int shards_pids(const struct shards *shards, const char *root, pid_t *pids, size_t size);

/* How many of `total` connections are the one's: as many as another's, or one more. */
int64_t shards_share(const struct shards *shards, size_t number, int64_t total);

/* The waiters of all. Returns 0 or -errno with `error` set. */
int shards_waiters(struct shards *shards, int64_t *waiters, struct error *error);

/* `stats` of all: numbers are sums, as far as all of them gave one, texts are the first one's,
 * which is the same program as the others. Returns 0 or -errno with `error` set. */
int shards_stats(struct shards *shards, struct subject_stats *stats, struct error *error);

/* What all have used so far (usage_read): never within a measured window. Returns 0 or -errno. */
int shards_usage(const struct shards *shards, struct usage *usage);

/* The threads that the kernel counts, of all; -1 when one is gone. */
int64_t shards_threads(const struct shards *shards);

/* Ends each (subject_stop). Returns 0, or the first fault with
 * `error` set; all are gone either way. */
int shards_stop(struct shards *shards, struct error *error);

/* Names in `error` one that has died, or does within its time (subject_blame). */
void shards_blame(struct shards *shards, struct error *error);

/* Kills what still runs, and frees. Fine on one that is zeroed. */
void shards_kill(struct shards *shards);

#endif
