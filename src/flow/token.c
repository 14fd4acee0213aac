/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flow/token.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

static void parent_cancelled_cb(struct token_watch *watch)
{
    token_cancel((struct token *)((char *)watch - offsetof(struct token, parent_watch)));
}

void token_init(struct token *token, struct token *parent)
{
    atomic_init(&token->cancelled, false);
    atomic_init(&token->descriptor, -1);
    pthread_mutex_init(&token->mutex, NULL);
    monotonic_cond_init(&token->cancelled_cond);
    LIST_INIT(&token->watches);
    token->parent = parent;
    if (parent)
        token_watch(parent, &token->parent_watch, parent_cancelled_cb);
}

void token_finish(struct token *token)
{
    if (token->parent)
        token_unwatch(token->parent, &token->parent_watch);
    if (token->descriptor >= 0)
        close(token->descriptor);
    pthread_cond_destroy(&token->cancelled_cond);
    pthread_mutex_destroy(&token->mutex);
}

/* Only a full counter can refuse, and a token writes once. */
static void descriptor_raise(int descriptor)
{
    if (eventfd_write(descriptor, 1) != 0)
        abort();
}

/* Locks go from parent to child, as the watches do, so they cannot deadlock. */
void token_cancel(struct token *token)
{
    pthread_mutex_lock(&token->mutex);
    if (!token_is_cancelled(token)) {
        atomic_store_explicit(&token->cancelled, true, memory_order_release);
        if (token->descriptor >= 0)
            descriptor_raise(token->descriptor);
        pthread_cond_broadcast(&token->cancelled_cond);
    }
    struct token_watch *watch;
    while ((watch = LIST_FIRST(&token->watches)) != NULL) {
        LIST_REMOVE(watch, entry);
        watch->linked = false;
        watch->cancelled_cb(watch);
    }
    pthread_mutex_unlock(&token->mutex);
}

void token_watch(struct token *token, struct token_watch *watch,
                 void (*cancelled_cb)(struct token_watch *watch))
{
    watch->cancelled_cb = cancelled_cb;
    pthread_mutex_lock(&token->mutex);
    watch->linked = !token_is_cancelled(token);
    if (watch->linked)
        LIST_INSERT_HEAD(&token->watches, watch, entry);
    else
        cancelled_cb(watch);
    pthread_mutex_unlock(&token->mutex);
}

/* Taking the lock is what waits for a callback under way. */
void token_unwatch(struct token *token, struct token_watch *watch)
{
    pthread_mutex_lock(&token->mutex);
    if (watch->linked)
        LIST_REMOVE(watch, entry);
    watch->linked = false;
    pthread_mutex_unlock(&token->mutex);
}

/* Many waiters that begin at once must not queue for a lock on the way. */
int token_descriptor(struct token *token)
{
    int descriptor = atomic_load_explicit(&token->descriptor, memory_order_acquire);
    if (descriptor >= 0)
        return descriptor;
    pthread_mutex_lock(&token->mutex);
    descriptor = token->descriptor;
    if (descriptor < 0) {
        descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (descriptor < 0)
            descriptor = -errno;
        else if (token_is_cancelled(token))
            descriptor_raise(descriptor);
        if (descriptor >= 0)
            atomic_store_explicit(&token->descriptor, descriptor, memory_order_release);
    }
    pthread_mutex_unlock(&token->mutex);
    return descriptor;
}

/* ppoll(2) wants the time left; NULL is for ever. */
static int poll_until(struct pollfd *polled, nfds_t count, int64_t deadline_ns)
{
    struct timespec left = {0};
    int64_t left_ns = deadline_ns == FLOW_NEVER ? 0 : deadline_ns - clock_now_ns();
    if (left_ns > 0) {
        left.tv_sec = left_ns / NS_PER_SECOND;
        left.tv_nsec = left_ns % NS_PER_SECOND;
    }
    return ppoll(polled, count, deadline_ns == FLOW_NEVER ? NULL : &left, NULL);
}

int token_poll(struct token *token, int fd, short events, int64_t deadline_ns)
{
    struct pollfd polled[2] = {
        {.fd = token_descriptor(token), .events = POLLIN},
        {.fd = fd, .events = events},
    };
    if (polled[0].fd < 0)
        return polled[0].fd;
    for (;;) {
        int count = poll_until(polled, 2, deadline_ns);
        if (token_is_cancelled(token))
            return -ECANCELED;
        if (count > 0)
            return polled[1].revents;
        if (count == 0)
            return -ETIMEDOUT;
        if (errno != EINTR)
            return -errno;
    }
}

int token_sleep_until(struct token *token, int64_t deadline_ns)
{
    int result = 0;
    pthread_mutex_lock(&token->mutex);
    while (result == 0 && !token_is_cancelled(token))
        result = monotonic_cond_wait_until(&token->cancelled_cond, &token->mutex, deadline_ns);
    pthread_mutex_unlock(&token->mutex);
    return token_is_cancelled(token) ? -ECANCELED : 0;
}
