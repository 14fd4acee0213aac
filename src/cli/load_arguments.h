/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of waitbench load. */
#ifndef WAITBENCH_CLI_LOAD_ARGUMENTS_H
#define WAITBENCH_CLI_LOAD_ARGUMENTS_H

#include "load/load.h"

struct load_arguments {
    struct load_options load; /* all but the CPUs */
    const char *cpus;         /* --cpus, or NULL */
    const char *csv_path;     /* or NULL: standard output */
    const char *hgrm_path;    /* or NULL */
    bool rate_given;
    bool size_given;
    bool path_given;
    bool ids_given;
};

/* Fills `arguments`; texts are borrowed from `argv`. Prints a line and exits 2 on wrong usage, 0 on
 * --help. */
void load_arguments_parse(struct load_arguments *arguments, int argc, char **argv);

#endif
