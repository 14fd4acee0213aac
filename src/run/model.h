/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The models: how waiters are organised. This is the one list of them (what colour each has in a
 * chart is plots/style.gp's and report/charts/arm_rows.c's matter). */
#ifndef WAITBENCH_RUN_MODEL_H
#define WAITBENCH_RUN_MODEL_H

#include <stdbool.h>

enum model {
    MODEL_THREADS, /* a thread per waiter */
    MODEL_LOOP,    /* one libuv loop for all */
    MODEL_LOOPS,   /* one loop per server CPU: the loop's program with more than one */
    MODEL_POOL,    /* a fixed number of threads, between which keep-alive connections take turns */
    MODEL_SOCKETS, /* the control: connections accepted, and nobody waits */
    MODEL_COUNT,
};

/* As on the command line, in plans and in the `model` column. Static. */
const char *model_name(enum model model);

/* What its program is called behind the scenario's name: "loop" of the loops. Static. */
const char *model_program(enum model model);

/* Finds the model of that name. False, with `model` untouched, where there is none. */
bool model_find(const char *name, enum model *model);

/* Whether that is the model's name; other programs' names and "" are fine. */
bool model_is(const char *name, enum model model);

/* Whether that names the loop or the loops. */
bool model_is_loop(const char *name);

#endif
