/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres/settings.h"

#include <inttypes.h>
#include <stddef.h>

/* Its own for a superuser, and ours: filling, looking. */
#define CONNECTIONS_SPARE 20
/* A row with its header and its place in the index, and as much again. */
#define BUFFER_BYTES_PER_ROW 200
#define BUFFER_MIB_LEAST     64

static const char *const constant[] = {
    /* Nobody but who may enter the folder, and nothing to negotiate. */
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "ssl=off",
    /* Nothing is to survive, and filling shall not wait for a disk. Full pages and replicas'
     * records would only be more to write. */
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    /* Nobody works beside the queries: what is dirty after filling is written then, by a CHECKPOINT
     * of ours. */
    "autovacuum=off",
    "checkpoint_timeout=1d",
    "max_wal_size=16GB",
    "bgwriter_lru_maxpages=0",
    "bgwriter_delay=10s",
    "wal_writer_delay=10s",
    "max_logical_replication_workers=0",
    /* Figures for autovacuum, which is off, written at moments of their own. */
    "track_counts=off",
    /* A look-up of microseconds is never worth compiling. */
    "jit=off",
    /* Whether there are huge pages to be had is up to the hour. */
    "huge_pages=off",
    /* In the folder rather than in /dev/shm, and so gone with it. */
    "dynamic_shared_memory_type=mmap",
    /* The log is read by us, when a start fails. */
    "logging_collector=off",
    "log_checkpoints=off",
    "log_line_prefix=",
    "lc_messages=C",
};

void postgres_settings_add(struct postgres_words *words, const char *folder, int64_t rows,
                           int64_t connections)
{
    postgres_words_add(words, "-D");
    postgres_words_add(words, "%s/data", folder);
    for (size_t i = 0; i < sizeof constant / sizeof *constant; i++)
        postgres_words_add(words, "--%s", constant[i]);
    postgres_words_add(words, "--unix_socket_directories=%s", folder);
    postgres_words_add(words, "--max_connections=%" PRId64, connections + CONNECTIONS_SPARE);
    /* All rows in memory: queries shall never wait for a file. Pages are only taken when used. */
    postgres_words_add(words, "--shared_buffers=%" PRId64 "MB",
                       BUFFER_MIB_LEAST + rows * BUFFER_BYTES_PER_ROW / (INT64_C(1) << 20));
}
