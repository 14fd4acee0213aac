/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a look at a run's rows leaves open: settings in which more blocks might decide. Who judges
 * (analysis/) fills the list, and who measures (experiment/) takes it. */
#ifndef WAITBENCH_RUN_OPEN_SETTINGS_H
#define WAITBENCH_RUN_OPEN_SETTINGS_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* A setting, by one of its rows. */
struct open_setting {
    const char *experiment; /* its name; static */
    int64_t block; /* the cells `block` and `order` of the row, which no two trials share */
    int64_t order;
    double deviation; /* standard error of the mean logarithm of its ratio; HUGE_VAL: not known */
};

struct open_settings {
    struct open_setting *items; /* owned */
    size_t count;
    size_t capacity;
};

/* Ends the program when out of memory, as base/alloc.h does. */
void open_settings_add(struct open_settings *settings, const struct open_setting *setting);

/* Fine on a zeroed list. */
void open_settings_finish(struct open_settings *settings);

/* A look at the rows in `folder`, the trials that are over. Fills `open`, which is the caller's to
 * finish in any case. Returns 0 or -errno with `error` set. */
typedef int open_settings_look(const char *folder, struct open_settings *open, struct error *error);

#endif
