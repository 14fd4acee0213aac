/* SPDX-License-Identifier: GPL-3.0-or-later */
/* waitbench compare: runs side by side, each against the first. */
#include "compare/compare.h"

#include "analysis/alloc.h"
#include "cli/command.h"
#include "compare/compare_page.h"
#include "experiment/folder.h"

#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define OPTION_OUTPUT 256

struct arguments {
    char *folders[MACHINES_MAX];
    size_t count;
    const char *output;
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case OPTION_OUTPUT:
        arguments->output = text;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->count == MACHINES_MAX)
            argp_error(state, "at most %d runs can be compared", MACHINES_MAX);
        arguments->folders[arguments->count++] = text;
        return 0;
    case ARGP_KEY_END:
        if (arguments->count < 2)
            argp_error(state, "give the folders of two runs or more");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int create_folder(const char *output, char *folder, struct error *error)
{
    char name[PATH_MAX];
    char moment[32];
    time_t now = time(NULL);
    struct tm utc;
    strftime(moment, sizeof moment, "%Y-%m-%dT%H%M%SZ", gmtime_r(&now, &utc));
    if (snprintf(name, sizeof name, "%s/compare-%s", folder_results(), moment) >= (int)sizeof name)
        return error_set(error, -ENAMETOOLONG, "%.100s...: the path is too long", folder_results());
    return folder_create(output ? output : name, folder, PATH_MAX, error);
}

static int exit_code(int result)
{
    if (result == 0)
        return EXIT_DONE;
    return result == -EBADMSG || result == -EFBIG ? EXIT_MEASUREMENT_FAILED : EXIT_USAGE;
}

/* Returns 0; -ENOENT when gnuplot is missing, and all but the charts is there; or another -errno.
 */
static int write_folder(const struct comparison_of_runs *comparison, const char *folder,
                        struct error *error)
{
    /* gnuplot_run takes absolute paths only. */
    char absolute[PATH_MAX];
    if (!realpath(folder, absolute))
        return error_set(error, -EIO, "cannot open %s: %s", folder, strerror(errno));
    int result = compare_write(comparison, absolute, error);
    return result == 0 ? compare_page_write(comparison, absolute, error) : result;
}

/* Who reads the table may close the pipe early (`| head`); nothing is left to be lost by then. */
static void print(const struct comparison_of_runs *comparison)
{
    signal(SIGPIPE, SIG_IGN);
    compare_print(comparison, stdout);
    fflush(stdout);
}

/* Everything is read before anything is written: a folder is made only for a comparison. The files
 * come before the terminal. */
static int compare(struct comparison_of_runs *comparison, const struct arguments *arguments,
                   struct error *error)
{
    char folder[PATH_MAX];
    int result = compare_read(comparison, arguments->folders, arguments->count, error);
    if (result < 0)
        return exit_code(result);
    result = create_folder(arguments->output, folder, error);
    if (result < 0)
        return EXIT_USAGE;
    result = write_folder(comparison, folder, error);
    print(comparison);
    if (result == 0)
        fprintf(stderr, "\nComparison\n  %s/compare.csv\n  %s/compare.html\n", folder, folder);
    if (result == -ENOENT)
        return EXIT_MISSING;
    return result < 0 ? EXIT_MEASUREMENT_FAILED : EXIT_DONE;
}

int command_compare(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"output", OPTION_OUTPUT, "DIR", 0,
         "the comparison's folder, new or empty (results/compare-TIME)", 0},
        {0},
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse_option,
        .args_doc = "RUN RUN [RUN...]",
        .doc = "Says whether runs may be compared and why, and sets each figure beside the first "
               "run's.",
    };
    struct arguments arguments = {.count = 0};
    struct error error = {{0}};
    argp_err_exit_status = EXIT_USAGE;
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    struct comparison_of_runs *comparison = alloc_array(1, sizeof *comparison);
    int code = compare(comparison, &arguments, &error);
    if (code != EXIT_DONE)
        error_print("%s", error.text);
    compare_finish(comparison);
    free(comparison);
    return code;
}
