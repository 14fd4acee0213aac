/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/output.h"

#include "base/error.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The reason of a write that failed earlier is gone by now: a pipe without a reader tells it. */
static bool reader_has_gone(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return errno == EPIPE || (poll(&out, 1, 0) > 0 && (out.revents & POLLERR));
}

/* Why a write failed earlier, as one more does. Should that succeed, the reason is not known. */
static int ask_again(void)
{
    return write(STDOUT_FILENO, "\n", 1) < 0 ? errno : EIO;
}

static void check(void)
{
    bool failed = ferror(stdout) != 0;
    errno = 0;
    if ((fflush(stdout) == 0 && !failed) || reader_has_gone())
        return;
    error_print("cannot write to standard output: %s", strerror(errno ? errno : ask_again()));
    _exit(EXIT_MEASUREMENT_FAILED);
}

void output_check_at_exit(void)
{
    /* It fails only where memory is out, and then all else does. */
    (void)!atexit(check);
}
