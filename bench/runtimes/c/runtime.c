/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "runtime.h"

#include <argp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#if LOOKS_FOR_LEAKS
#include <sanitizer/lsan_interface.h>
#endif

/* Beside --work-stack: the buffer that a read goes into, and frames. */
#define STACK_RESERVE_BYTES (SERVER_BUFFER_BYTES + INT64_C(8) * 1024)

void runtime_name_kernel(char *name, size_t size, const char *what)
{
    struct utsname kernel = {0};
    uname(&kernel);
    snprintf(name, size, "%s of %s %s", what, kernel.sysname, kernel.release);
}

/* Counted without a call that takes heap, which is asked about at the same time: the folder of
 * threads has a link for each, besides the two that every folder has. */
static void print_threads(const void *nothing)
{
    struct stat threads;
    (void)nothing;
    if (stat("/proc/self/task", &threads) == 0)
        printf("runtime_threads %llu\n", (unsigned long long)threads.st_nlink - 2);
}

void runtime_init(struct server *server, const char *model, const char *name, unsigned features,
                  const struct parameter *own, int argc, char **argv)
{
    argp_program_version = name;
    server_init(server, features, own, argc, argv);
    server->control.model = model;
    server->control.runtime = name;
    server->control.print_own = print_threads;
}

void *runtime_create_waiter(size_t size)
{
    void *waiter = calloc(1, size);
    if (!waiter)
        server_fail("start a waiter", "out of memory");
#if LOOKS_FOR_LEAKS
    __lsan_ignore_object(waiter);
#endif
    return waiter;
}

void runtime_check_stack(const struct server *server, int64_t stack_bytes)
{
    int64_t work_bytes = server->options.work.stack_bytes;
    if (work_bytes + STACK_RESERVE_BYTES > stack_bytes)
        parameters_refuse("--work-stack %lld does not fit a stack of %lld bytes (%lld are needed "
                          "for the coroutine itself)",
                          (long long)work_bytes, (long long)stack_bytes,
                          (long long)STACK_RESERVE_BYTES);
}

void runtime_start_thread(void *(*thread_main)(void *), void *argument)
{
    pthread_t thread;
    int result = pthread_create(&thread, NULL, thread_main, argument);
    if (result != 0)
        server_fail("start a thread", strerror(result));
}
