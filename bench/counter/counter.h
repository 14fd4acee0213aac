/* SPDX-License-Identifier: GPL-3.0-or-later */
/* K workers each add one to the same counter, M times. What the halves share: options, verification
 * and figures. A half says who the workers are, and what makes `counter += 1` safe among them.
 *
 * The clock covers the same in both halves: from the first addition to the last, all workers there
 * before. `unsynchronised` is the same code in both; with threads it loses updates, so its price is
 * that of a wrong answer. The lock, the atomic addition and the yield are prices of their own. */
#ifndef WAITBENCH_BENCH_COUNTER_H
#define WAITBENCH_BENCH_COUNTER_H

#include "base/error.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* A way to write `counter += 1`. */
struct counter_form {
    const char *name;
    bool exact; /* must end at K*M; otherwise it may lose updates */
    int64_t total;
    int64_t elapsed_ns;
};

#define COUNTER_FORMS_MAX 3

struct counter {
    int64_t workers;
    int64_t increments; /* of each worker */
    struct counter_form forms[COUNTER_FORMS_MAX];
    int form_count;
};

/* `counter += 1` as a program says it that thinks of nobody else: a load and a store. Both are
 * relaxed atomics, so that two threads at once lose updates without undefined behaviour. */
static inline void counter_add_unsynchronised(atomic_int_fast64_t *counter)
{
    int_fast64_t value = atomic_load_explicit(counter, memory_order_relaxed);
    atomic_store_explicit(counter, value + 1, memory_order_relaxed);
}

/* Each half's own: counts in every form it has and fills in `forms`. Returns 0 or -errno. */
int counter_run(struct counter *counter, struct error *error);

#endif
