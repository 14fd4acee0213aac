/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts one of PostgreSQL's programs, of a keeper. */
#ifndef WAITBENCH_STORE_POSTGRES_LAUNCH_H
#define WAITBENCH_STORE_POSTGRES_LAUNCH_H

#include "store/postgres/user.h"
#include "store/postgres/words.h"

#include <sys/types.h>

struct postgres_launch {
    const struct postgres_words *command;
    const struct postgres_user *user;
    const char *folder; /* it is started in */
    int output_fd;      /* its standard output and error */
    int end_signal;     /* it gets when the keeper ends */
};

/* Starts it with a small environment, nothing of the user's own, and timers as exact as the kernel
 * has them. Returns its pid or -errno. */
pid_t postgres_launch(const struct postgres_launch *launch);

#endif
