/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What came of a part of a load, as lines of text from a generator elsewhere. Histograms travel
 * whole, bucket by bucket, so that percentiles of the load are those of all its requests: there is
 * no way from several percentiles to one. */
#ifndef WAITBENCH_LOAD_WIRE_WIRE_RESULT_H
#define WAITBENCH_LOAD_WIRE_WIRE_RESULT_H

#include "base/error.h"
#include "load/options.h"
#include "load/result.h"

#include <stdbool.h>
#include <stdio.h>

/* A result while it comes. */
struct wire_result {
    struct load_result result; /* the caller's to finish, whatever became of it */
    struct histogram *filled;  /* whose buckets come */
    bool has_trend;
    bool has_errors;
};

/* Writes lines that say it all but the excursions, the last one "end". */
void wire_result_write(const struct load_result *result, FILE *out);

/* Writes the excursions of more than so long: of all requests, and of those that were not slow. */
void wire_result_write_excursions(const struct load_result *result, int64_t longer_than_ns,
                                  int64_t other_longer_than_ns, FILE *out);

/* Takes one line, without its newline, of either; starts with a zeroed one. Returns 1 after the
 * last line, 0 before, or -EPROTO or -ENOMEM with `error` set. */
int wire_result_take(struct wire_result *wire, const char *line, struct error *error);

#endif
