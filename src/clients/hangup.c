/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/hangup.h"

#include "base/interrupt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

static atomic_bool came;

static void wake_cb(int signal)
{
    (void)signal;
}

static void *watch(void *argument)
{
    struct hangup *hangup = argument;
    struct pollfd fds[2] = {{.fd = STDIN_FILENO, .events = POLLIN},
                            {.fd = hangup->done_fd, .events = POLLIN}};
    while (poll(fds, 2, -1) < 0 && errno == EINTR)
        ;
    if (fds[0].revents && !fds[1].revents) {
        atomic_store(&came, true);
        pthread_kill(hangup->owner, SIGUSR1);
    }
    return NULL;
}

/* The watcher takes no signals: interrupts are the owner's. */
static int start(struct hangup *hangup)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int result = -pthread_create(&hangup->watcher, NULL, watch, hangup);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result;
}

int hangup_begin(struct hangup *hangup)
{
    const struct sigaction wake = {.sa_handler = wake_cb};
    *hangup = (struct hangup){.owner = pthread_self(), .done_fd = eventfd(0, EFD_CLOEXEC)};
    if (hangup->done_fd < 0)
        return -errno;
    if (sigaction(SIGUSR1, &wake, NULL) < 0)
        return -errno;
    int result = start(hangup);
    hangup->watching = result == 0;
    if (result < 0)
        close(hangup->done_fd);
    return result;
}

void hangup_end(struct hangup *hangup)
{
    if (!hangup->watching)
        return;
    eventfd_write(hangup->done_fd, 1);
    pthread_join(hangup->watcher, NULL);
    close(hangup->done_fd);
    hangup->watching = false;
}

int hangup_came(void)
{
    return atomic_load(&came) || interrupt_signal() != 0;
}

void hangup_forget(void)
{
    atomic_store(&came, false);
}
