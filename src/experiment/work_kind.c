/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/work_kind.h"

static const struct kind {
    const char *text;
    int64_t cpu_us;
    int64_t stack_bytes;
    int64_t heap_bytes;
    int64_t cache_bytes;
    int64_t slow_us;
    int64_t slow_every;
    int64_t size_bytes; /* 0: the default */
    int64_t requests_per_connection;
} kinds[WORK_KINDS] = {
    [WORK_LIGHT] = {.text = ""},
    [WORK_REALISTIC] =
        {
            .text = ", with work",
            .cpu_us = 20,
            .stack_bytes = INT64_C(16) << 10,
            .heap_bytes = INT64_C(4) << 10,
        },
    [WORK_SLOW_RARELY] =
        {
            .text = ", 1 in 1,000 slow",
            .cpu_us = 5,
            .slow_us = 20000,
            .slow_every = 1000,
        },
    [WORK_SLOW_OFTEN] =
        {
            .text = ", 1 in 100 slow",
            .cpu_us = 5,
            .slow_us = 2000,
            .slow_every = 100,
        },
    [WORK_CACHE] = {.text = ", cache-heavy", .cache_bytes = INT64_C(256) << 10},
    [WORK_PAYLOAD] = {.text = ", 1 KiB", .size_bytes = INT64_C(1) << 10},
    [WORK_LARGE_PAYLOAD] = {.text = ", 16 KiB", .size_bytes = INT64_C(16) << 10},
    [WORK_SHORT] = {.text = ", new connections", .requests_per_connection = 1},
};

/* As in sockperf's and wrk's smallest messages: it is the system calls that cost. */
#define SIZE_BYTES 64

const char *work_kind_text(enum work_kind kind)
{
    return kinds[kind].text;
}

void work_kind_apply(enum work_kind kind, struct arm_parameters *parameters,
                     struct trial_load *load)
{
    const struct kind *work = &kinds[kind];
    load->size_bytes = work->size_bytes > 0 ? work->size_bytes : SIZE_BYTES;
    load->requests_per_connection = work->requests_per_connection;
    parameters->work_cpu_us = work->cpu_us;
    parameters->work_stack_bytes = work->stack_bytes;
    parameters->work_heap_bytes = work->heap_bytes;
    parameters->work_cache_bytes = work->cache_bytes;
    parameters->work_slow_us = work->slow_us;
    parameters->work_slow_every = work->slow_every;
    /* Work is done once a request, which the server has to tell from a part of one. */
    parameters->request_bytes = work_kind_needs_options(kind) ? load->size_bytes : 0;
}

bool work_kind_needs_options(enum work_kind kind)
{
    return kinds[kind].cpu_us > 0 || kinds[kind].cache_bytes > 0;
}
