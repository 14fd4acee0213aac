/* SPDX-License-Identifier: GPL-3.0-or-later */
/* waitbench export: what a run comes to, for other programs and for issues. */
#include "report/export/export.h"

#include "base/alloc.h"
#include "cli/command.h"
#include "cli/unpack.h"
#include "run/recorded_run.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>

#define OPTION_FORMAT 256

struct export_arguments {
    const char *run;
    const struct export_format *format;
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct export_arguments *arguments = state->input;
    switch (key) {
    case OPTION_FORMAT:
        arguments->format = export_find(text);
        if (!arguments->format)
            argp_error(state, "--format '%s': json, markdown, csv or prometheus", text);
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->run)
            argp_error(state, "one run at a time; `waitbench compare` takes several");
        arguments->run = text;
        return 0;
    case ARGP_KEY_END:
        if (!arguments->run)
            argp_error(state, "which run? give its folder, or its page");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* All of it is worked out before anything is written. */
static int export(const struct recorded_run *run, const struct export_format *format,
                  struct error *error)
{
    struct analysis *analysis = alloc_array(1, sizeof *analysis);
    int result = analysis_read(analysis, run, NULL, recorded_run_seed(run));
    int code = EXIT_DONE;
    if (result < 0)
        error_set(error, result, "%s", analysis->error.text);
    else
        result = format->write(analysis, stdout, error);
    if (result < 0)
        code = EXIT_MEASUREMENT_FAILED;
    analysis_finish(analysis);
    free(analysis);
    return code;
}

int command_export(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"format", OPTION_FORMAT, "NAME", 0,
         "json, markdown (tables for an issue), csv or prometheus (json)", 0},
        {0},
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse_option,
        .args_doc = "RUN",
        .doc = "Writes a run's scorecard, its comparisons and the memory of one more waiter to "
               "standard output. A run is its folder, a .tar.gz of it, or the report.html that "
               "carries it. Exit code: 1 when a file of the run is malformed, 2 for what is not a "
               "run.",
    };
    struct export_arguments arguments = {.format = &export_formats[0]};
    struct error error = {{0}};
    argp_err_exit_status = EXIT_USAGE;
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    struct recorded_run *run = alloc_array(1, sizeof *run);
    int result = recorded_run_read(run, arguments.run, &error);
    if (result == 0)
        result = recorded_run_check(run, &error);
    int code = result < 0 ? unpack_exit_code(result) : export(run, arguments.format, &error);
    recorded_run_finish(run);
    free(run);
    if (code != EXIT_DONE)
        error_print("%s", error.text);
    return code;
}
