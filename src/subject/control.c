/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subject/control.h"

#include "subject/heap.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static void print_stats(struct control *control)
{
    printf("model %s\nruntime %s\n", control->model, control->runtime);
    printf("allocator %s\nallocator_version %s\n", heap_allocator(), heap_allocator_version());
    struct heap_figures heap;
    if (heap_read(&heap) == 0) {
        printf("heap_allocated_bytes %" PRId64 "\n", heap.allocated_bytes);
        printf("heap_resident_bytes %" PRId64 "\n", heap.resident_bytes);
    }
    if (control->loop_iterations)
        printf("loop_iterations %" PRId64 "\n", control->loop_iterations(control->loops));
    if (RUNTIME_THREADS > 0)
        printf("runtime_threads %d\n", RUNTIME_THREADS);
    if (control->stack_bytes > 0)
        printf("stack_bytes %" PRId64 "\n", control->stack_bytes);
    if (control->work_spins_per_us > 0)
        printf("work_spins_per_us %" PRId64 "\n", control->work_spins_per_us);
    if (control->print_own)
        control->print_own(control->own);
    puts("end");
}

static void serve(struct control *control) __attribute__((noreturn));

static void serve(struct control *control)
{
    /* Lines of fixed size on the stack: the control thread's own heap must not grow between two
     * questions about the heap. */
    char line[256];
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\r\n")] = '\0';
        if (strcmp(line, "waiters") == 0)
            printf("waiters %" PRIdFAST64 "\n",
                   atomic_load_explicit(&control->waiters, memory_order_acquire));
        else if (strcmp(line, "stats") == 0)
            print_stats(control);
        else
            fprintf(stderr, "subject: unknown question '%s' (known: waiters, stats)\n", line);
        fflush(stdout);
    }
    exit(0);
}

void control_serve(struct control *control, int port)
{
    printf("listening %d\n", port);
    serve(control);
}

void control_serve_waiting(struct control *control)
{
    printf("waiting %" PRIdFAST64 "\n", control->waiters);
    serve(control);
}

void control_raise_nofile(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}
