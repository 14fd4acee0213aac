/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The runs that are compared, each of which stands for its machine. */
#ifndef WAITBENCH_COMPARE_MACHINES_H
#define WAITBENCH_COMPARE_MACHINES_H

#include "base/error.h"
#include "run/recorded_run.h"

#include <jansson.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define MACHINES_MAX 16

/* A host name has 253 bytes at most. */
#define MACHINE_NAME_SIZE 264

/* In a terminal, in characters. */
#define MACHINE_SHORT_WIDTH 23

struct compared_machine {
    const struct recorded_run *run; /* borrowed */
    char name[MACHINE_NAME_SIZE];   /* its host name, whole and made unique: "vm", "vm#2" for the
                                       second run on a machine of that name; printable, without the
                                       comma and quote that part CSV cells */
    char label[MACHINE_NAME_SIZE];  /* the same, shortened in the middle to MACHINE_SHORT_WIDTH, but
                                       whole where two would look alike */
    size_t repeats;     /* the number of the first machine that is the same run: the same
                           folder, or a copy; else its own */
    bool is_numbered;   /* another run before it has its host name */
    char started[32];   /* "2026-11-22T12:20:10Z", or "" */
    bool cut_short;     /* it has no end time */
    const json_t *json; /* the run's; NULL when it has no machine.json */
};

struct machines {
    struct compared_machine machines[MACHINES_MAX];
    size_t count;
};

/* Looks at the runs, which must outlive it. Refuses a folder that is no run (-ENODATA) and a
 * machine.json that is malformed (-EBADMSG, with its line); or returns another -errno with `error`
 * set. */
int machines_read(struct machines *machines, const struct recorded_run *const *runs, size_t count,
                  struct error *error);

/* A number of machine.json, such as "calibration.clock_read_ns", or NAN. */
double machines_number(const struct compared_machine *machine, const char *path);

/* What disturbed the run, by the names that machine.json has for it: "load, steal"; "" for nothing.
 * Printable; cut to `size`. */
void machines_disturbances(const struct compared_machine *machine, char *text, size_t size);

#endif
