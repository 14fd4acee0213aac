/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which slow requests are one event. A stall of 5 ms makes every request due meanwhile slow: a
 * thousand samples, and one event, whatever the rate. So requests whose waiting times overlap are
 * one excursion, and a quantile is worth as much as there are separate excursions beyond it.
 *
 * Times from the intended send to the reply are kept, 16 bytes each; one thread notes. When half of
 * the memory is used, only the slowest tenth of what comes is kept, at half of the rest again only
 * a tenth of that, and so on: a quantile among those no longer kept gets a lower bound. */
#ifndef WAITBENCH_LOAD_FIGURES_EXCURSIONS_H
#define WAITBENCH_LOAD_FIGURES_EXCURSIONS_H

#include <stddef.h>
#include <stdint.h>

/* A quantile is printed only with this many separate excursions beyond it. */
#define EXCURSIONS_MIN 10

/* Into how many parts a window is cut, and how many events of each count. */
#define EXCURSIONS_SLICES    20
#define EXCURSIONS_PER_SLICE 3

struct excursion {
    int64_t begin_ns;
    int64_t end_ns;
};

struct excursions {
    struct excursion *items;
    size_t count;
    size_t capacity;
    size_t raise_at;  /* the count at which the floor is raised next */
    int64_t floor_ns; /* shorter ones are not kept */
};

/* Room for so many; pages are taken as they are used. Returns 0 or -ENOMEM. */
int excursions_init(struct excursions *excursions, size_t capacity);

/* Fine on a zeroed one. */
void excursions_finish(struct excursions *excursions);

/* Keeps a request that waited from `begin_ns` to `end_ns`. */
void excursions_note(struct excursions *excursions, int64_t begin_ns, int64_t end_ns);

/* Appends what `from` holds of over `longer_than_ns`. Returns 0 or -ENOMEM. */
int excursions_merge(struct excursions *into, const struct excursions *from,
                     int64_t longer_than_ns);

/* Moves all of them by so much: to another clock, or to a window's begin. */
void excursions_shift(struct excursions *excursions, int64_t by_ns);

/* How many separate events there are among the requests that waited longer than that. A neighbour's
 * time slices or a burst of steal are many gaps and one cause, so that of each part of `slice_ns`
 * EXCURSIONS_PER_SLICE count at most (0: all do): with a twentieth of the window, ten of them lie
 * in four twentieths at least. Returns -1 when out of memory. */
int64_t excursions_beyond(const struct excursions *excursions, int64_t longer_than_ns,
                          int64_t slice_ns);

#endif
