/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a load is to be, as lines of text from who asks for it to a generator elsewhere. */
#ifndef WAITBENCH_LOAD_WIRE_WIRE_OPTIONS_H
#define WAITBENCH_LOAD_WIRE_WIRE_OPTIONS_H

#include "base/error.h"
#include "load/options.h"

#include <stdio.h>

#define WIRE_PORTS_MAX 1024

/* Options that own what they point to. */
struct wire_options {
    struct load_options options;
    int ports[WIRE_PORTS_MAX];
    int cpus[LOAD_THREADS_MAX];
};

/* The defaults, which are whole. */
void wire_options_init(struct wire_options *wire);

/* Fine to call twice. */
void wire_options_finish(struct wire_options *wire);

/* Writes lines that say it all but the hooks, the last one "end". */
void wire_options_write(const struct load_options *options, FILE *out);

/* Takes one line, without its newline. Returns 1 after the last one, 0 before, or -EPROTO with
 * `error` set. */
int wire_options_take(struct wire_options *wire, const char *line, struct error *error);

#endif
