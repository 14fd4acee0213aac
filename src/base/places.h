/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the files lie that the program needs beside itself: in the build and source tree when it is
 * run from there, else where it was installed. */
#ifndef WAITBENCH_BASE_PLACES_H
#define WAITBENCH_BASE_PLACES_H

#include "base/error.h"

#include <limits.h>

/* One more is a line in places.c, and one in the build that installs it. */
enum place {
    PLACE_PROGRAMS,       /* the programs under measurement: echo-threads, ... */
    PLACE_PLOTS,          /* gnuplot's scripts */
    PLACE_PLANS,          /* quick.cfg, default.cfg, ... */
    PLACE_RUNTIMES,       /* the catalogue of runtimes, and their programs that are not built... */
    PLACE_BUILT_RUNTIMES, /* ...and those that are */
};

/* Writes the folder's path. What is installed is found from the running program's own place
 * (PREFIX/bin), so that a prefix may be moved, or lie below a DESTDIR. Returns 0, or -errno with
 * `error` set; the folder itself is not looked for. */
int places_find(enum place place, char path[PATH_MAX], struct error *error);

/* The source tree that the running program was built from (it may be gone by now), or NULL where it
 * is an installed one. */
const char *places_source(void);

#endif
