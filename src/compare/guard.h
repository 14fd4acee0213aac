/* SPDX-License-Identifier: GPL-3.0-or-later */
/* May the figures of two runs be set against each other? The rule:
 *
 * - A figure of one arm (bytes, nanoseconds, requests per second) says something about the machines
 *   only when nothing else moves it. A field that moves the figures of every arm alike (the kernel,
 *   the C library, the CPU, ...) takes the absolute figures away when it differs, and leaves the
 *   ratio of two arms that shared a machine: RATIOS ONLY.
 * - A field that moves one model more than the other, or makes it another program (libuv under the
 *   loop alone, huge pages under thread stacks alone, the server sharing its CPUs with the load,
 * the version of waitbench), takes the ratio away too: NOT COMPARABLE.
 * - Memory and time are judged apart, for a faster clock moves no page. The runs as a whole are as
 *   comparable as the worse of the two.
 * - What only one of the two runs recorded counts as a difference; of a field that runs of this
 *   measurement version did not have from the beginning (GUARD_LATER) it takes absolute figures at
 *   most. What neither recorded cannot be told and takes nothing; a run without machine.json,
 *   however, tells nothing at all and is not comparable.
 *
 * What is taken away is still shown, with its interval: only the verdict is withheld.
 *
 * One table (guard_fields.c) has every field that machine.json may hold: how it is compared and
 * what a difference takes away, or why it is not compared. What a file has beside these is named,
 * for a field that nobody thought of must not pass for one that is equal. */
#ifndef WAITBENCH_COMPARE_GUARD_H
#define WAITBENCH_COMPARE_GUARD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* From good to bad. */
enum guard_level { GUARD_COMPARABLE, GUARD_RATIOS_ONLY, GUARD_NOT_COMPARABLE };

/* How two values of a field are set against each other. */
enum guard_look {
    GUARD_TEXT,    /* as they are written */
    GUARD_LATER,   /* likewise; older runs of the same measurement lack it */
    GUARD_USED,    /* likewise, where both have it: who lacks it has no figures made with it */
    GUARD_PROFILE, /* by its name, where not both have a plan's digest */
    GUARD_PLAN,    /* that digest, where both have it or one is not a plan of ours as it comes */
    GUARD_CPUS,    /* lists of CPUs: how many, whatever their numbers */
    GUARD_BYTES,   /* sizes: by more than a hundredth, for a kernel keeps some of its own */
    GUARD_WAY,     /* ns there and back: by more than a half, where that is more than noise */
    GUARD_CACHES,  /* the sizes of one cache of each level */
    GUARD_VERSION, /* of the measurement: a file that does not say it is of the first */
    /* An object of texts, of which one finding is made. */
    GUARD_MITIGATIONS,  /* what a kernel does not name does not affect its CPU */
    GUARD_VARIABLES,    /* of the environment: what is not there is not set */
    GUARD_NOT_COMPARED, /* nor is what it holds, if it is an object */
};

/* One thing that can differ, and what is left of memory and of times when it does. A field that
 * leaves both is told all the same, for a reader may know better. */
struct guard_field {
    const char *name;
    const char *path; /* in machine.json */
    enum guard_level memory;
    enum guard_level time;
    const char *reason; /* why, in a few words; of one that is not compared, why not */
    enum guard_look look;
};

/* Every field; the last has a NULL name. */
extern const struct guard_field guard_fields[];

/* The field that decides on that path of machine.json, or NULL for a path that the table does not
 * have. */
const struct guard_field *guard_field_of(const char *path);

/* Writes the paths of a machine.json that the table does not have, "kernel.foo, cpu.bar", as far as
 * `size` reaches; printable. Returns how many there are. */
size_t guard_unknown(const json_t *machine, char *text, size_t size);

#define GUARD_TEXT_SIZE 96

/* A field that differs. */
struct guard_finding {
    const struct guard_field *field;
    char first[GUARD_TEXT_SIZE]; /* printable; "not recorded" where it is not */
    char other[GUARD_TEXT_SIZE];
    bool in_both; /* else only one of the two recorded it */
};

#define GUARD_FINDINGS_MAX 96

struct guard {
    enum guard_level memory;
    enum guard_level time;
    struct guard_finding findings[GUARD_FINDINGS_MAX];
    size_t count;
    size_t looked_at; /* fields that both recorded */
};

/* Judges `other` against `first`: two machine.json, each NULL where the run has none. */
void guard_judge(struct guard *guard, const json_t *first, const json_t *other);

/* The worse of the two. */
enum guard_level guard_overall(const struct guard *guard);

/* "comparable", "ratios only", "not comparable". */
const char *guard_level_text(enum guard_level level);

/* What a field takes away: "nothing", "absolute times", "everything", ... */
const char *guard_takes(const struct guard_field *field);

#endif
