/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody else's server at one of the shared addresses: it speaks HTTP and has a page for
 * everything, but is none of the cluster. */
#ifndef WAITBENCH_BENCH_FINDSELF_STRANGER_H
#define WAITBENCH_BENCH_FINDSELF_STRANGER_H

#include "base/error.h"

/* Prints `listening PORT` and serves one connection after the other until standard input ends.
 * Returns 0 or -errno. */
int stranger_serve(const char *listen, struct error *error);

#endif
