/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a plan may set of a scenario's programs, as rows of the scenario's table (run/scenario.c),
 * and the values that a setting or an arm has of them. A new option is a row there: plans, command
 * lines, columns and the likeness of arms follow from it. */
#ifndef WAITBENCH_RUN_OPTION_H
#define WAITBENCH_RUN_OPTION_H

#include "base/error.h"
#include "run/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What an option decides. */
enum option_role {
    OPTION_OF_PROGRAM, /* of flow: a condition, which the program itself prints */
    OPTION_CONDITION,  /* what is asked of a server: both arms of a pair have the same */
    OPTION_OF_ARM,     /* how a server does it: it tells arms apart */
};

/* What the run itself has to know of an option; it makes no difference to anybody else. */
enum option_purpose {
    PURPOSE_PLAIN,
    PURPOSE_STORE,      /* what keeps the server's rows, which a run makes (experiment/stores.h) */
    PURPOSE_DELAY_US,   /* that store takes so much longer for each query */
    PURPOSE_FILES,      /* the server opens up to so many descriptors more */
    PURPOSE_THREADS,    /* the server has so many threads beside those of its model */
    PURPOSE_SLOW_US,    /* some requests take so much longer... */
    PURPOSE_SLOW_EVERY, /* ...one in so many, drawn from the seed */
};

/* A value that has a name. */
struct option_choice {
    const char *name;
    unsigned with;        /* it goes with these choices of `depends`, 1 << number; 0: with all */
    int64_t thread_files; /* descriptors that each thread of the server then holds for it */
};

struct scenario_option {
    const char *name;   /* "in-flight": on the program's command line with -- before it */
    const char *column; /* "in_flight_count": what a program prints it as, and the file has it in. A
                           server's is the option's name with _, and so it is called in plans */
    /* Columns are only ever added, so those of one edition of flow.csv stand behind the earlier
     * ones': 0 for the first. A new scenario takes the next number. */
    int edition;
    /* Of a server. Two rows may share a name and a column, if no model takes both. */
    enum option_role role;
    enum option_purpose purpose;
    unsigned models;                     /* 1 << enum model: those that take it */
    const struct option_choice *choices; /* ends with a NULL name; NULL: it is a number... */
    int64_t low;                         /* ...from here to there */
    int64_t high;
    int64_t usual; /* where nobody says; of choices the first that goes with the rest */
    /* An option that stands before this one, with choices. This one is taken only beside some of
     * them, 1 << number; with 0 beside any, and its own choices go with some. */
    const char *depends;
    unsigned with;
};

/* The most options of a scenario. */
#define OPTIONS_MAX 16

/* A table of options ends with a NULL name; these values are by place in it. */
struct option_values {
    unsigned set; /* 1 << place: which have a value */
    int64_t at[OPTIONS_MAX];
};

/* The first option of that name, or NULL; that a model takes, or NULL. In both `options` may be
 * NULL, and the option's column stands for its name, too. */
const struct scenario_option *option_find(const struct scenario_option *options, const char *name);
const struct scenario_option *option_find_of(const struct scenario_option *options,
                                             const char *name, enum model model);

/* The number of the choice of that name, or -1. */
int64_t option_choice_find(const struct scenario_option *option, const char *name);

/* The value as on a command line. Returns `text`, or the choice's name. */
const char *option_text(const struct scenario_option *option, int64_t value, char *text,
                        size_t size);

void option_set(const struct scenario_option *options, const struct scenario_option *option,
                struct option_values *values, int64_t value);

/* Gives each option of that role that the model takes, and that has none, its usual value. Options
 * of other roles stay; values that these depend on must be there. Returns 0, or -EINVAL with
 * `error` saying which value does not go with the rest. */
int option_complete(const struct scenario_option *options, enum option_role role, enum model model,
                    struct option_values *values, struct error *error);

/* Whether the two have the same values, of all options, or of conditions only. */
bool option_values_are_same(const struct option_values *a, const struct option_values *b);
bool option_conditions_are_same(const struct scenario_option *options,
                                const struct option_values *a, const struct option_values *b);

/* The number that an option of that purpose has, or 0. */
int64_t option_number(const struct scenario_option *options, const struct option_values *values,
                      enum option_purpose purpose);

/* The choice that an option of that purpose has, or NULL. */
const struct option_choice *option_chosen(const struct scenario_option *options,
                                          const struct option_values *values,
                                          enum option_purpose purpose);

/* Of all choices of these values, the descriptors that each thread of the server holds for them. */
int64_t option_thread_files(const struct scenario_option *options,
                            const struct option_values *values);

#endif
