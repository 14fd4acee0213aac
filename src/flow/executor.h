/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An executor: a fixed number of threads that run jobs, first come, first served.
 *
 * It accepts jobs until it is shut down; what was accepted before that is run. Any thread may
 * submit, a job's own function included. */
#ifndef WAITBENCH_FLOW_EXECUTOR_H
#define WAITBENCH_FLOW_EXECUTOR_H

#include "flow/future.h"

#include <stddef.h>
#include <sys/queue.h>

struct executor;

/* Work and the place for its result, in the caller's memory, so that submitting allocates nothing.
 * The executor uses it from executor_submit until `result` is resolved; then it is the caller's
 * again, to executor_job_finish or to reuse after an init. */
struct executor_job {
    /* Returns 0 with `value` set, or a negative errno: `result` is resolved with that. */
    int (*run)(void *argument, void **value);
    void *argument;
    struct future result;
    STAILQ_ENTRY(executor_job) entry;
};

void executor_job_init(struct executor_job *job, int (*run)(void *argument, void **value),
                       void *argument);
void executor_job_finish(struct executor_job *job);

/* Starts `worker_count` threads (at least 1). Returns 0, -EINVAL, -ENOMEM, or the -errno that kept
 * a thread from starting; nothing is left behind then. */
int executor_create(struct executor **executor, size_t worker_count);

/* Queues a job. Returns 0, or -ESHUTDOWN: the job was not taken, its future stays pending. */
int executor_submit(struct executor *executor, struct executor_job *job);

/* Calls `apply(context, index)` for every index below `count`, on the workers, and waits for all.
 * The place of a result is its index, so results come in order however the calls ran. Indexes are
 * handed out in chunks, many more than there are workers, so that uneven items even out.
 *
 * `apply` returns 0 or a negative errno. Every index is called, whatever others returned. Returns
 * 0, the error of the lowest index that had one, -ENOMEM, -ESHUTDOWN, or -EDEADLK when called from
 * one of the executor's own workers. */
int executor_map(struct executor *executor, int (*apply)(void *context, size_t index),
                 void *context, size_t count);

/* Refuses new jobs, runs those accepted, joins the threads. May be called again; not from a job. */
void executor_shutdown(struct executor *executor);

/* Shuts down and frees. NULL is accepted. */
void executor_destroy(struct executor *executor);

#endif
