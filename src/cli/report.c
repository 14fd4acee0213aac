/* SPDX-License-Identifier: GPL-3.0-or-later */
/* waitbench report: what is made of a run folder's rows, made again. */
#include "cli/command.h"
#include "cli/present.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    const char **run_dir = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        if (*run_dir)
            argp_error(state, "one run at a time; `waitbench compare` takes several");
        *run_dir = text;
        return 0;
    case ARGP_KEY_END:
        if (!*run_dir)
            argp_error(state, "which run? give its folder");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int command_report(int argc, char **argv)
{
    static const struct argp argp = {
        .parser = parse_option,
        .args_doc = "RUN",
        .doc = "Derives the figures of a run folder again, draws its charts and writes its "
               "report.html.",
    };
    const char *run_dir = NULL;
    struct error error = {{0}};
    argp_err_exit_status = EXIT_USAGE;
    argp_parse(&argp, argc, argv, 0, NULL, &run_dir);
    int result = present_run(run_dir, &error);
    if (result < 0)
        error_print("%s", error.text);
    if (result == -ENODATA)
        return EXIT_USAGE;
    if (result == -ENOENT)
        return EXIT_MISSING;
    if (result < 0)
        return EXIT_MEASUREMENT_FAILED;
    printf("%s\n", run_dir);
    return EXIT_DONE;
}
