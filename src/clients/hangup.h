/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Watches stdin while the process's own thread sleeps in a load: whatever comes then, its end too,
 * says that the load is to end. */
#ifndef WAITBENCH_CLIENTS_HANGUP_H
#define WAITBENCH_CLIENTS_HANGUP_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct hangup {
    pthread_t owner; /* is woken by a signal that does nothing */
    pthread_t watcher;
    int done_fd; /* tells the watcher to end */
    bool watching;
};

/* Begins to watch, for the calling thread. Returns 0 or -errno. */
int hangup_begin(struct hangup *hangup);

/* Ends it. Fine where it was not begun. */
void hangup_end(struct hangup *hangup);

/* Whether something came while it was watched; for load_options.stop. It stays so until it is
 * forgotten. */
int hangup_came(void);
void hangup_forget(void);

#endif
