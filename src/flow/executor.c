/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flow/executor_private.h"

#include <errno.h>
#include <stdlib.h>

void executor_job_init(struct executor_job *job, int (*run)(void *argument, void **value),
                       void *argument)
{
    job->run = run;
    job->argument = argument;
    future_init(&job->result);
}

void executor_job_finish(struct executor_job *job)
{
    future_finish(&job->result);
}

/* The next job, or NULL when there will be none. */
static struct executor_job *take_job(struct executor *executor)
{
    pthread_mutex_lock(&executor->mutex);
    while (STAILQ_EMPTY(&executor->queue) && !executor->stopping) {
        executor->idle_count++;
        pthread_cond_wait(&executor->work_cond, &executor->mutex);
        executor->idle_count--;
    }
    struct executor_job *job = STAILQ_FIRST(&executor->queue);
    if (job)
        STAILQ_REMOVE_HEAD(&executor->queue, entry);
    pthread_mutex_unlock(&executor->mutex);
    return job;
}

static void *worker_main(void *argument)
{
    struct executor *executor = argument;
    struct executor_job *job;
    while ((job = take_job(executor)) != NULL) {
        void *value = NULL;
        int error = job->run(job->argument, &value);
        if (error == 0)
            future_set_value(&job->result, value);
        else
            future_set_error(&job->result, error);
    }
    return NULL;
}

int executor_create(struct executor **executor, size_t worker_count)
{
    if (worker_count == 0)
        return -EINVAL;
    struct executor *made = calloc(1, sizeof *made + worker_count * sizeof made->workers[0]);
    if (!made)
        return -ENOMEM;
    pthread_mutex_init(&made->mutex, NULL);
    pthread_cond_init(&made->work_cond, NULL);
    STAILQ_INIT(&made->queue);
    int error = 0;
    while (made->worker_count < worker_count && error == 0) {
        error = pthread_create(&made->workers[made->worker_count], NULL, worker_main, made);
        if (error == 0)
            made->worker_count++;
    }
    if (error != 0) {
        executor_destroy(made);
        return -error;
    }
    *executor = made;
    return 0;
}

int executor_submit(struct executor *executor, struct executor_job *job)
{
    pthread_mutex_lock(&executor->mutex);
    bool stopping = executor->stopping;
    bool wake = false;
    if (!stopping) {
        STAILQ_INSERT_TAIL(&executor->queue, job, entry);
        wake = executor->idle_count > 0;
    }
    pthread_mutex_unlock(&executor->mutex);
    if (wake)
        pthread_cond_signal(&executor->work_cond);
    return stopping ? -ESHUTDOWN : 0;
}

void executor_shutdown(struct executor *executor)
{
    pthread_mutex_lock(&executor->mutex);
    executor->stopping = true;
    bool join = !executor->joined;
    executor->joined = true;
    pthread_cond_broadcast(&executor->work_cond);
    pthread_mutex_unlock(&executor->mutex);
    for (size_t i = 0; join && i < executor->worker_count; i++)
        pthread_join(executor->workers[i], NULL);
}

void executor_destroy(struct executor *executor)
{
    if (!executor)
        return;
    executor_shutdown(executor);
    pthread_cond_destroy(&executor->work_cond);
    pthread_mutex_destroy(&executor->mutex);
    free(executor);
}
