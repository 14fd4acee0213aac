/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A/A: one arm against itself, through the same path as any two. Whatever differs then is noise, so
 * this tests the statistics, the runner and the machine at once. */
#ifndef WAITBENCH_EXPERIMENT_AA_H
#define WAITBENCH_EXPERIMENT_AA_H

#include "base/error.h"
#include "experiment/plan.h"

#include <stddef.h>

/* Reduces an experiment's plan to one program for each scenario (the loop, or the first where there
 * is no loop) and the foreign subjects, under all their conditions, and adds each of their trials a
 * second time as SUBJECT-again. Writes which programs were kept to `kept`, as "echo-loop,
 * counter-loop". Returns 0 or -errno with `error` set. */
int aa_plan(struct plan *plan, char *kept, size_t size, struct error *error);

#endif
