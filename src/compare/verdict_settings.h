/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings that a claim was asked in on one machine, so that runs can be told apart that say
 * the same of it for other reasons. */
#ifndef WAITBENCH_COMPARE_VERDICT_SETTINGS_H
#define WAITBENCH_COMPARE_VERDICT_SETTINGS_H

#include "analysis/claims/claims.h"

#include <stdbool.h>
#include <stddef.h>

struct verdict_setting {
    char *key;          /* the same for the same setting of another run; owned, as is `text` */
    char *text;         /* in words, as this run has them */
    enum better better; /* as resolved */
};

struct verdict_settings {
    struct verdict_setting *items;
    size_t count;
};

/* Those of a judged claim, to be finished; none where it is not asked in settings. A load is the
 * same for the same share of what is sustained, and a program of control flow whatever its repeats.
 */
void verdict_settings_read(struct verdict_settings *settings, const struct claim *claim);

/* The first of `a` in which threads are better and in `b` the loop is, or the other way round; or
 * NULL. */
const struct verdict_setting *verdict_settings_opposed(const struct verdict_settings *a,
                                                       const struct verdict_settings *b);

/* The setting of that key, or NULL. */
const struct verdict_setting *verdict_settings_find(const struct verdict_settings *settings,
                                                    const char *key);

/* Whether each has what the other has. */
bool verdict_settings_are_alike(const struct verdict_settings *a, const struct verdict_settings *b);

void verdict_settings_finish(struct verdict_settings *settings);

#endif
