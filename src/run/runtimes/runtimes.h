/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalogue of runtimes: subjects in other languages, and with other ways to wait. Each folder
 * of bench/runtimes/ has a runtimes.cfg (in libconfig's format; bench/runtimes/README.md says what
 * an entry has) and the programs that it names. Here they are data; what starts them is
 * experiment/'s matter. */
#ifndef WAITBENCH_RUN_RUNTIMES_RUNTIMES_H
#define WAITBENCH_RUN_RUNTIMES_RUNTIMES_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* The most entries of a catalogue, and with the NUL the most bytes of a word and of a sentence. */
#define RUNTIMES_MAX       64
#define RUNTIME_NAME_SIZE  48
#define RUNTIME_ABOUT_SIZE 128

/* One entry. Lists end with NULL and are the catalogue's. */
struct runtime {
    char name[RUNTIME_NAME_SIZE];   /* the column `subject` */
    char group[RUNTIME_NAME_SIZE];  /* by which several are chosen at once */
    char about[RUNTIME_ABOUT_SIZE]; /* for people */
    char model[RUNTIME_NAME_SIZE];  /* one of ours, or another word */
    char pair[RUNTIME_NAME_SIZE];   /* empty: it is no half of one */
    char **scenarios;               /* by name; not all need to be known here */
    char **command;                 /* with the places of sources and of built programs in it */
    char **packages;                /* Debian's, each as apt-get satisfy takes it: "a | b" */
    char **probe;                   /* a command that exits 0 where the runtime is there */
    char *file;                     /* where it stands... */
    int line;                       /* ...and where in it */
};

struct runtimes {
    char *folder;         /* where it was read... */
    char *built;          /* ...and where the programs of its compiled languages are */
    struct runtime *list; /* folder by folder, in the order of their names */
    size_t count;
};

/* Reads FOLDER/NAME/runtimes.cfg of each folder that has one. {source} in a command stands for
 * `folder`, {built} for `built`. Refuses, with file and line in `error`, an unknown key, one that
 * is missing, a value that is not fit, two entries of one name, and two that are the same half of
 * one pair in a scenario. Returns 0 (the caller ends it with runtimes_finish), -EINVAL, -ENOENT
 * where there is no such folder, or -errno. */
int runtimes_read(struct runtimes *runtimes, const char *folder, const char *built,
                  struct error *error);

/* The same of the catalogue that belongs to the running program (base/places.h), or of the folder
 * that the environment's WAITBENCH_RUNTIMES names. */
int runtimes_read_ours(struct runtimes *runtimes, struct error *error);

void runtimes_finish(struct runtimes *runtimes);

/* Whether it takes part in the scenario of that name. */
bool runtime_has_scenario(const struct runtime *runtime, const char *scenario);

/* Sets `chosen`, which has an element for each entry, to whether `list` has its name, its group or
 * `all`; names have commas between. Returns 0, or -EINVAL with `error` saying which name nobody
 * has, and which there are. */
int runtimes_choose(const struct runtimes *runtimes, const char *list, bool *chosen,
                    struct error *error);

#endif
