/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one limit of this process that a load runs into: open descriptors. */
#ifndef WAITBENCH_LOAD_CONNECTION_DESCRIPTORS_H
#define WAITBENCH_LOAD_CONNECTION_DESCRIPTORS_H

#include "base/error.h"

#include <stdint.h>

/* How many are open with `needed` beside those open now. */
int64_t descriptors_total(int64_t needed);

/* Makes room for `needed` descriptors beside those open now, raising the soft limit to the hard one
 * if need be. Returns 0, or -EMFILE with the limit in `error`. */
int descriptors_allow(int64_t needed, struct error *error);

#endif
