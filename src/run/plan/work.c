/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/plan/work.h"

#include <string.h>

/* What the programs take; a test holds these to theirs. */
#define CPU_US_MAX      INT64_C(10000000)
#define STACK_BYTES_MAX (INT64_C(4) << 20)
#define HEAP_BYTES_MAX  (INT64_C(1) << 30)

#define PAYLOAD_BYTES_MIN 8
#define PAYLOAD_BYTES_MAX (1 << 20)

#define WORK(key, least, most)                                 \
    {                                                          \
#key, offsetof(struct plan_work, key), (least), (most) \
    }

const struct plan_work_key plan_work_keys[] = {
    WORK(cpu_us, 0, CPU_US_MAX),
    WORK(stack_bytes, 0, STACK_BYTES_MAX),
    WORK(heap_bytes, 0, HEAP_BYTES_MAX),
    WORK(cache_bytes, 0, HEAP_BYTES_MAX),
    WORK(hold_bytes, 0, HEAP_BYTES_MAX),
    WORK(slow_us, 0, CPU_US_MAX),
    WORK(slow_every, 0, PLAN_NUMBER_MAX),
    WORK(payload_bytes, PAYLOAD_BYTES_MIN, PAYLOAD_BYTES_MAX),
    WORK(requests_per_connection, 0, PLAN_NUMBER_MAX),
    {0},
};

const struct plan_work_key *plan_work_key_find(const char *name)
{
    for (const struct plan_work_key *key = plan_work_keys; key->name; key++)
        if (strcmp(key->name, name) == 0)
            return key;
    return NULL;
}

int64_t *plan_work_value(struct plan_work *work, const struct plan_work_key *key)
{
    return (int64_t *)(void *)((char *)work + key->offset);
}

void plan_work_init(struct plan_work *work)
{
    *work = (struct plan_work){.payload_bytes = PLAN_PAYLOAD_BYTES};
}

bool plan_work_is_same(const struct plan_work *a, const struct plan_work *b)
{
    struct plan_work first = *a;
    struct plan_work other = *b;
    for (const struct plan_work_key *key = plan_work_keys; key->name; key++)
        if (*plan_work_value(&first, key) != *plan_work_value(&other, key))
            return false;
    return true;
}

bool plan_work_is_of_memory(const struct plan_work *work)
{
    return work->cpu_us == 0 && work->cache_bytes == 0 && work->slow_us == 0 &&
           work->slow_every == 0 && work->payload_bytes == PLAN_PAYLOAD_BYTES &&
           work->requests_per_connection == 0;
}

bool plan_work_needs_options(const struct plan_work *work)
{
    return work->cpu_us > 0 || work->stack_bytes > 0 || work->heap_bytes > 0 ||
           work->cache_bytes > 0 || work->hold_bytes > 0 || work->slow_every > 0;
}
