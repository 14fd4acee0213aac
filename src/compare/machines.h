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

/* A label with what tells it from others, the NUL included. */
#define MACHINE_NAME_SIZE 264

/* In a terminal, in characters. */
#define MACHINE_SHORT_WIDTH 44

struct compared_machine {
    const struct recorded_run *run; /* borrowed */
    char name[MACHINE_NAME_SIZE];   /* its label (run/label.h), unique: of runs of one label with
                                       what differs behind it, "vm (kernel 6.1.0)"; printable,
                                       without a double quote */
    char label[MACHINE_NAME_SIZE];  /* the same, shortened in the middle to MACHINE_SHORT_WIDTH, but
                                       whole where two would look alike */
    size_t repeats;     /* the number of the first machine that is the same run: the same
                           folder, or a copy; else its own */
    bool is_numbered;   /* nothing recorded tells it from another run but their order */
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

/* Names those that are read, each after its label. machines_read has done so. */
void machines_name(struct machines *machines);

/* A number of machine.json, such as "calibration.clock_read_ns", or NAN. */
double machines_number(const struct compared_machine *machine, const char *path);

/* What disturbed the run, by the names that machine.json has for it: "load, steal"; "" for nothing.
 * Printable; cut to `size`. */
void machines_disturbances(const struct compared_machine *machine, char *text, size_t size);

#endif
