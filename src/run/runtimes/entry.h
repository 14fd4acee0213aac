/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading one entry of a catalogue: for the files of this folder only. */
#ifndef WAITBENCH_RUN_RUNTIMES_ENTRY_H
#define WAITBENCH_RUN_RUNTIMES_ENTRY_H

#include "run/runtimes/runtimes.h"

#include <libconfig.h>

/* Where an entry's words lie, and where faults are told. */
struct runtime_reading {
    const char *file;   /* that is read */
    const char *source; /* what {source} and {built} stand for */
    const char *built;
    struct error *error;
};

/* Says what is wrong there, with file and line. Returns -EINVAL. */
int runtime_refuse(const struct runtime_reading *reading, const config_setting_t *at,
                   const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Fills in `runtime` from a group of the file. Returns 0 (runtime_finish ends it), -EINVAL or
 * -ENOMEM with the reading's error set, and nothing to end. */
int runtime_read(const struct runtime_reading *reading, const config_setting_t *group,
                 struct runtime *runtime);

void runtime_finish(struct runtime *runtime);

#endif
