/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the calling process is allowed, and how many tasks there are already. */
#ifndef WAITBENCH_MEASURE_LIMITS_PROCESS_H
#define WAITBENCH_MEASURE_LIMITS_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

struct limits_rlimit {
    int result;   /* 0, or the -errno for which it could not be read */
    int64_t soft; /* INT64_MAX = unlimited */
    int64_t hard;
};

struct limits_process {
    struct limits_rlimit files;
    struct limits_rlimit processes;
    struct limits_rlimit address_space;
    int64_t stack_bytes; /* that pthread_create gives a thread by default */
    int stack_result;    /* 0, or the -errno for which it could not be read */
    int64_t user;        /* real user id */
    int64_t tasks_of_system;
    int64_t tasks_of_user; /* 0 when may_exceed_tasks, since nobody asks then */
    bool may_exceed_tasks; /* root or CAP_SYS_RESOURCE or CAP_SYS_ADMIN */
    bool may_exceed_files; /* CAP_SYS_ADMIN */
    bool may_raise_hard;   /* CAP_SYS_RESOURCE, which root of a container often lacks */
};

/* Reads it below `root`. What cannot be read is taken as unlimited, unprivileged and unused. */
void limits_process_read(struct limits_process *process, const char *root);

#endif
