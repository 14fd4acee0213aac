/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A result in words: what its reader must know before believing it. */
#ifndef WAITBENCH_LOAD_NOTE_H
#define WAITBENCH_LOAD_NOTE_H

#include "load/options.h"
#include "load/result.h"

/* Writes what a reader of the result must know ("" if nothing) and returns whether it is valid:
 * all connections served, nothing interrupted, no error, its requests add up, it is answered, and a
 * generator that ran (LOAD_AWAY_WRONG). Lost requests and a late generator are noted but leave it
 * valid; `client_bound` speaks for itself, unless others or a stop made it. */
bool load_result_note(const struct load_options *options, const struct load_result *result,
                      char *note, size_t note_bytes);

#endif
