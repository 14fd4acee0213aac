/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `waitbench check` is asked to try. */
#ifndef WAITBENCH_CLI_CHECK_SUBJECTS_H
#define WAITBENCH_CLI_CHECK_SUBJECTS_H

#include "base/error.h"
#include "experiment/arm.h"

#include <stddef.h>

#define CHECK_SUBJECTS_MAX 128

struct check_subjects {
    struct arm arms[CHECK_SUBJECTS_MAX];
    size_t count;
};

/* Adds the program of a definition NAME=CMD. Returns 0; -ENOENT where its program is not there; or
 * another -errno; with `error` set. */
int check_subjects_add(struct check_subjects *subjects, const char *definition,
                       struct error *error);

/* Adds those of the catalogue that the list names (names, groups, all), are here, and echo; what is
 * left out is told. Returns 0; -ENOENT where none is left; or another -errno; with `error` set. */
int check_subjects_add_runtimes(struct check_subjects *subjects, const char *list,
                                struct error *error);

void check_subjects_finish(struct check_subjects *subjects);

#endif
