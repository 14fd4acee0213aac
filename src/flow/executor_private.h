/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For executor.c and executor_map.c only. */
#ifndef WAITBENCH_FLOW_EXECUTOR_PRIVATE_H
#define WAITBENCH_FLOW_EXECUTOR_PRIVATE_H

#include "flow/executor.h"

struct executor {
    pthread_mutex_t mutex;
    pthread_cond_t work_cond;
    STAILQ_HEAD(, executor_job) queue;
    size_t idle_count; /* workers waiting for work */
    bool stopping;
    bool joined;
    size_t worker_count;
    pthread_t workers[];
};

#endif
