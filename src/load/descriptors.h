/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one limit of this process that a load runs into: open descriptors. */
#ifndef WAITBENCH_LOAD_DESCRIPTORS_H
#define WAITBENCH_LOAD_DESCRIPTORS_H

#include "base/error.h"

#include <stdint.h>

/* Makes room for `needed` descriptors beside those open now, raising the soft limit to the hard one
 * if need be. Returns 0, or -EMFILE with the limit and the command that lifts it in `error`. */
int descriptors_allow(int64_t needed, struct error *error);

#endif
