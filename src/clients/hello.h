/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The load generator on another host, and what is spoken with it. `waitbench client` is started
 * behind a prefix such as `ssh load1`; stdin and stdout are the control channel, line by line:
 *
 *   it begins with its hello, "name value" lines and "end"
 *   clock               clock NS            its monotonic clock; once connected, too
 *   floor PORT          floor COUNT P50 P99 bare round trips to that port of the last load's host,
 *                       or of the one that `host H` named before, in ns; P99 is -1 of a few
 *   load, then the      connecting N        now and then
 *   lines of its        connected N CPU     all of its connections are served, and its process has
 *   options                                 used so many ns of CPU time; it waits for
 *                       begin NS            when the schedule begins, on its clock
 *                       finished N CPU      requests answered; connections stay open until
 *   close               ended               and the lines of its result
 *   excursions A B      the lines of those that are longer
 *   stop                ended or nothing    a load ends early; any line does that
 *
 * What goes wrong is "error TEXT" in the place of an answer. When stdin ends, so does the client,
 * whatever it does. */
#ifndef WAITBENCH_CLIENTS_HELLO_H
#define WAITBENCH_CLIENTS_HELLO_H

#include "base/error.h"

#include <stdint.h>
#include <stdio.h>

/* Of the lines above. */
#define CLIENT_PROTOCOL 3

struct hello {
    int64_t protocol;
    char version[64]; /* of waitbench */
    int64_t measurement;
    char revision[64];
    char host[128];
    char boot[64];  /* of the kernel that it runs on; two on one machine have the same */
    char cpus[256]; /* of its generator, where it is alone on its machine */
};

/* This process's. Returns 0 or -errno with `error` set. */
int hello_fill(struct hello *hello, struct error *error);

/* Writes its lines, the last one "end". */
void hello_write(const struct hello *hello, FILE *out);

/* Takes one line. Returns 1 after the last one, 0 before, or -EPROTO. */
int hello_take(struct hello *hello, const char *line);

/* Whether a client can take part in a run of `own`: figures of two versions are not one load's.
 * Returns 0, or -EPROTO with `error` saying which versions they are. */
int hello_check(const struct hello *client, const struct hello *own, struct error *error);

#endif
