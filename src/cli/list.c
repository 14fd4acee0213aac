/* SPDX-License-Identifier: GPL-3.0-or-later */
/* waitbench list: what can be named on `waitbench run`'s command line; or what a run has of it. */
#include "experiment/run.h"

#include "cli/command.h"
#include "cli/list_run.h"
#include "cli/list_runtimes.h"
#include "run/scenario.h"

#include <argp.h>
#include <stdio.h>

enum { OPTION_PACKAGES = 256 };

struct list_options {
    const char *run;      /* NULL: what there is */
    const char *packages; /* of these runtimes; NULL: they are not asked for */
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct list_options *options = state->input;
    switch (key) {
    case OPTION_PACKAGES:
        options->packages = text;
        return 0;
    case ARGP_KEY_ARG:
        if (options->run)
            argp_error(state, "one run at a time");
        options->run = text;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option option_table[] = {
    {"packages", OPTION_PACKAGES, "NAME,...", 0,
     "print the Debian packages that these runtimes take, and nothing else: names, groups, or all",
     0},
    {0},
};

static void print_store(const char *name)
{
    struct error why;
    printf(" %s%s", name, stores_check(name, 0, &why) < 0 ? " (not installed)" : "");
}

/* Of all servers, each once. */
static void print_stores(void)
{
    const struct option_choice *printed = NULL;
    for (const struct scenario *scenario = scenarios; scenario->name; scenario++)
        for (const struct scenario_option *option = scenario->options; option && option->name;
             option++) {
            if (option->purpose != PURPOSE_STORE || option->choices == printed)
                continue;
            printed = option->choices;
            for (const struct option_choice *choice = printed; choice->name; choice++)
                print_store(choice->name);
        }
}

static void list_all(void)
{
    printf("%-12s", "scenarios");
    for (const struct scenario *scenario = scenarios; scenario->name; scenario++)
        printf(" %s", scenario->name);
    printf("\n%-12s", "models");
    for (int i = 0; i < MODEL_COUNT; i++)
        printf(" %s", model_name((enum model)i));
    printf("\n%-12s", "stores");
    print_stores();
    printf("\n%-12s", "experiments");
    for (size_t i = 0; i < EXPERIMENT_COUNT; i++)
        printf(" %s", experiment_list[i].name);
    putchar('\n');
}

int command_list(int argc, char **argv)
{
    static const struct argp argp = {
        .options = option_table,
        .parser = parse_option,
        .args_doc = "[RUN]",
        .doc = "Lists the scenarios, models, stores, experiments and runtimes there are; or, of a "
               "run (its folder, a .tar.gz of it, or the report.html that carries it), those that "
               "it has, with its machine and the trials of each file. Exit code: 2 for what is not "
               "a run.",
    };
    struct list_options options = {NULL, NULL};
    argp_err_exit_status = EXIT_USAGE;
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    if (options.packages)
        return list_packages(options.packages);
    if (options.run)
        return list_run(options.run);
    list_all();
    fflush(stdout);
    return list_runtimes();
}
