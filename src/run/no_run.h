/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What to say of a path where a run was expected. */
#ifndef WAITBENCH_RUN_NO_RUN_H
#define WAITBENCH_RUN_NO_RUN_H

#include "base/error.h"

/* Says of a path that is no run's folder that there is nothing, that it holds runs (and names the
 * one that comes last by name, which is the newest of a machine), or that it is no run. Looks into
 * folders below it, and those below them. Returns -ENODATA with `error` set. */
int no_run(const char *path, struct error *error);

#endif
