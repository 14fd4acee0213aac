/* SPDX-License-Identifier: GPL-3.0-or-later */
/* waitbench report: what is made of a run folder's rows, made again; with --readme, into a page
 * that somebody wrote. */
#include "base/alloc.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/present.h"
#include "cli/unpack.h"
#include "readme/readme.h"
#include "run/machine_json.h"

#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OPTION_README = 256, OPTION_BASELINE, OPTION_OUTPUT };

/* The run, one of arms against themselves, one to compare it with, and a quick one. */
#define RUNS_MAX 4

struct report_arguments {
    const char *readme;
    const char *baseline; /* NULL: the run's own */
    const char *output;   /* NULL: beside the page or archive */
    const char *runs[RUNS_MAX];
    size_t count;
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct report_arguments *arguments = state->input;
    switch (key) {
    case OPTION_README:
        arguments->readme = text;
        return 0;
    case OPTION_BASELINE:
        arguments->baseline = text;
        return 0;
    case OPTION_OUTPUT:
        arguments->output = text;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->count == RUNS_MAX)
            argp_error(state, "at most %d runs", RUNS_MAX);
        else {
            text_trim_slashes(text);
            arguments->runs[arguments->count++] = text;
        }
        return 0;
    case ARGP_KEY_END:
        if (arguments->count == 0)
            argp_error(state, "which run? give its folder, or its page");
        if (arguments->count > 1 && !arguments->readme)
            argp_error(state, "one run at a time; `waitbench compare` takes several");
        if (arguments->baseline && arguments->readme)
            argp_error(state, "--baseline is not for a page: it changes a run's summary.csv");
        if (arguments->output && arguments->readme)
            argp_error(state, "--output is for a run that comes as one file");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* An A/A run is known by the file that only it has. */
static bool is_aa(const char *run)
{
    char path[PATH_MAX];
    return snprintf(path, sizeof path, "%s/aa.csv", run) < (int)sizeof path &&
           access(path, R_OK) == 0;
}

static bool is_quick(const struct recorded_run *run)
{
    const char *profile = machine_find_text(run->machine, "profile");
    return profile && strcmp(profile, "quick") == 0;
}

/* Each further run by what it is. A quick one is compared with where there is no better. */
static int sort_runs(const struct recorded_run *read, size_t count, struct readme_runs *runs,
                     struct error *error)
{
    *runs = (struct readme_runs){.run = &read[0]};
    if (is_aa(read[0].folder))
        return error_set(error, -ENODATA,
                         "%s measured arms against themselves: give a run of different arms first",
                         read[0].folder);
    for (size_t i = 1; i < count; i++) {
        const struct recorded_run *run = &read[i];
        const struct recorded_run **place = is_aa(run->folder) ? &runs->aa
                                            : is_quick(run)    ? &runs->quick
                                                               : &runs->other;
        if (*place)
            return error_set(error, -ENODATA, "%s and %s are of one kind: give one of each",
                             (*place)->folder, run->folder);
        *place = run;
    }
    if (!runs->other)
        runs->other = runs->quick;
    return 0;
}

/* Such a page names the run's folder, with files that were derived in it. */
static int read_for_readme(struct recorded_run *run, const char *given, struct error *error)
{
    int result = recorded_run_read(run, given, error);
    if (result == 0 && !run->is_folder)
        result = error_set(error, -ENODATA, "%s: --readme takes runs' folders", given);
    return result;
}

static int report(const struct report_arguments *arguments, struct error *error)
{
    char folder[PATH_MAX];
    int code = unpack_run(arguments->runs[0], arguments->output, folder, error);
    if (code != EXIT_DONE)
        return code;
    int result = present_run(folder, arguments->baseline, error);
    if (result == 0)
        present_print_folder(folder);
    return present_exit_code(result);
}

static int write_readme(const struct report_arguments *arguments, struct error *error)
{
    struct recorded_run *read = alloc_array(arguments->count, sizeof *read);
    struct readme_runs runs;
    int result = 0;
    for (size_t i = 0; result == 0 && i < arguments->count; i++)
        result = read_for_readme(&read[i], arguments->runs[i], error);
    if (result == 0)
        result = sort_runs(read, arguments->count, &runs, error);
    if (result == 0)
        result = readme_rewrite(arguments->readme, &runs, error);
    for (size_t i = 0; i < arguments->count; i++)
        recorded_run_finish(&read[i]);
    free(read);
    return result;
}

static const struct argp_option option_table[] = {
    {"readme", OPTION_README, "FILE", 0,
     "rewrite the sections of a Markdown page from the first run instead; further runs, in any "
     "order, "
     "may be one of `run --aa`, one of the quick profile, and one to compare with. Sections on "
     "runs "
     "that are not given stay as they are. Paths in the page are as they are given here",
     0},
    {"baseline", OPTION_BASELINE, "NAME", 0,
     "set every other arm against this one in summary.csv, instead of the run's own choice", 0},
    {"output", OPTION_OUTPUT, "DIR", 0,
     "the folder, new or empty, into which a run that comes as one file is unpacked (its name "
     "without .html or .tar.gz, beside it)",
     0},
    {0},
};

int command_report(int argc, char **argv)
{
    char doc[2048];
    const struct argp argp = {
        .options = option_table,
        .parser = parse_option,
        .args_doc = "RUN\n--readme FILE RUN [RUN...]",
        .doc = doc,
    };
    struct report_arguments arguments = {.count = 0};
    struct error error = {{0}};
    snprintf(
        doc, sizeof doc,
        "Derives the figures of a run folder again, draws its charts and writes its "
        "report.html. In the place of the folder it takes a .tar.gz of it, or the report.html that "
        "carries the run, and unpacks it first. Exit code: 0 when all of it was done; 1 when a "
        "file of the run cannot be "
        "read or a chart cannot be drawn, and 3 for want of gnuplot: all the rest is there; 2 "
        "for no run.\vA page's sections stand between a line <!-- waitbench:NAME --> and a "
        "line <!-- /waitbench -->; one without any is refused (exit code 2). Names: %s.",
        readme_sections_text);
    argp_err_exit_status = EXIT_USAGE;
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    int code;
    if (arguments.readme) {
        int result = write_readme(&arguments, &error);
        code = present_exit_code(result);
        if (result == 0)
            printf("%s\n", arguments.readme);
    } else {
        code = report(&arguments, &error);
    }
    if (code != EXIT_DONE)
        error_print("%s", error.text);
    return code;
}
