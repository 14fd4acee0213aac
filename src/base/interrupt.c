/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/interrupt.h"

#include <signal.h>
#include <stddef.h>

/* A handler is given nothing but the signal's number, so this has to be the process's own. */
static volatile sig_atomic_t caught_signal;

static void remember(int signal_number)
{
    caught_signal = signal_number;
}

void interrupt_catch(void)
{
    struct sigaction action = {.sa_handler = remember};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    /* A hung-up terminal must not leave a half-cleaned run behind either. */
    sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    /* Past a limit on the size of files a write fails, as on a full disk. */
    signal(SIGXFSZ, SIG_IGN);
}

int interrupt_signal(void)
{
    return caught_signal;
}

void interrupt_restore(void)
{
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
}
