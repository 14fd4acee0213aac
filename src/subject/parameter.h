/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program's parameters, from one table: options on the command line, and with a flow subject
 * lines among the figures (`parameter_workers_count 4`), so that what was run is always told. */
#ifndef WAITBENCH_SUBJECT_PARAMETER_H
#define WAITBENCH_SUBJECT_PARAMETER_H

#include <stdint.h>

#define PARAMETERS_MAX 48

/* Tables end with a NULL option, after at most PARAMETERS_MAX rows. */
struct parameter {
    const char *option; /* "at-once" is --at-once N, parameter_at_once_UNIT */
    const char *unit;   /* what the key ends in, or ""; NULL: not printed */
    const char *help;
    int64_t *value; /* the default; parsing replaces it */
    int64_t low, high;
    const char *const
        *choices;      /* instead of a number: names ending in NULL; `value` is the index */
    const char **text; /* instead of a number: any text, kept as a pointer into argv */
};

/* The first thing a program does: what of standard input, output and error is closed becomes
 * /dev/null. Prints a line and exits 2 on wrong usage, 0 on --help. `about` is a sentence for the
 * help. */
void parameters_parse(const struct parameter *parameters, const char *about, int argc, char **argv);

/* For what a table cannot say of its parameters: prints the line, and exits 2. */
void parameters_refuse(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* Prints every parameter that has a unit. */
void parameters_print(const struct parameter *parameters);

#endif
