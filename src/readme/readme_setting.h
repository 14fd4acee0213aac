/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings of a load experiment as lines of a table: each has a cell for every model. */
#ifndef WAITBENCH_README_README_SETTING_H
#define WAITBENCH_README_README_SETTING_H

#include "readme/readme_section.h"

#define SETTING_MODELS 3 /* threads, loop, and loops where the server has several CPUs */

/* Each open loop setting is of one of these, in this order of tables. */
enum setting_kind {
    SETTING_RATES,       /* the usual connections, no work, all arms offered the same */
    SETTING_UTILISATION, /* the same, each arm offered a share of its own */
    SETTING_WORK,        /* requests with work */
    SETTING_IDLE,        /* no work, beside idle connections */
    SETTING_ACTIVE,      /* no work, of fewer or more connections */
    SETTING_KINDS,
};

struct readme_setting {
    const struct trial_group *any;                    /* the first that it has; names it */
    const struct trial_group *models[SETTING_MODELS]; /* NULL where a model lacks it */
};

struct settings {
    const struct csv_table *table; /* the run's */
    struct trial_groups groups;
    struct readme_setting *settings; /* by work, then idle ones, connections, rate */
    size_t count;
    size_t models; /* 2 or 3 */
};

/* Reads our echo servers' trials in that file of the run, which must outlive them. Returns 0;
 * -ENODATA when the run lacks the file; or -EBADMSG; `error` is set. Ended with settings_finish. */
int settings_read(struct settings *settings, const struct recorded_run *run, const char *file,
                  struct error *error);
void settings_finish(struct settings *settings);

/* "threads", "loop", "loops" */
const char *setting_model_name(size_t model);

enum setting_kind setting_kind(const struct readme_setting *setting);
bool setting_has_own_rates(const struct readme_setting *setting);

/* A number that names the setting; 0 where the file lacks the column. */
double setting_number(const struct readme_setting *setting, const char *column);

/* "20 us of work", "1 in 1,000 takes 20 ms more", "16 KiB there and back", ...; nothing for a
 * request without work. */
void setting_write_work(const struct readme_setting *setting, FILE *out);

#endif
