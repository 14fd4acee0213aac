/* SPDX-License-Identifier: GPL-3.0-or-later */
/* waitbench compare: runs side by side, each against the first. */
#include "compare/compare.h"

#include "base/alloc.h"
#include "base/interrupt.h"
#include "cli/command.h"
#include "cli/present.h"
#include "compare/compare_page.h"
#include "compare/regressions.h"
#include "experiment/folder.h"

#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define OPTION_OUTPUT  256
#define OPTION_AGAINST 257
#define OPTION_FAIL_ON 258
#define OPTION_ANYWAY  259

struct compare_arguments {
    char *folders[MACHINES_MAX + 1]; /* the first is what --against names, else unused */
    size_t count; /* of those that were named without it; no more than MACHINES_MAX are kept */
    const char *output;
    struct fail_on fail_on;
    bool anyway;
};

static size_t run_count(const struct compare_arguments *arguments)
{
    return arguments->count + (arguments->folders[0] != NULL);
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct compare_arguments *arguments = state->input;
    struct error error;
    switch (key) {
    case OPTION_OUTPUT:
        arguments->output = text;
        return 0;
    case OPTION_AGAINST:
        arguments->folders[0] = text;
        return 0;
    case OPTION_FAIL_ON:
        if (fail_on_add(&arguments->fail_on, text, &error) < 0)
            argp_error(state, "%s", error.text);
        return 0;
    case OPTION_ANYWAY:
        arguments->anyway = true;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->count < MACHINES_MAX)
            arguments->folders[arguments->count + 1] = text;
        arguments->count++;
        return 0;
    case ARGP_KEY_END:
        if (run_count(arguments) < 2)
            argp_error(state, "give two runs or more: their folders, or their pages");
        if (arguments->anyway && !fail_on_is_set(&arguments->fail_on))
            argp_error(state, "--anyway goes with --fail-on");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int create_folder(const char *output, char *folder, struct error *error)
{
    return output ? folder_create(output, folder, PATH_MAX, error)
                  : folder_create_dated("compare-", folder, PATH_MAX, error);
}

static int refusal_code(int result)
{
    return result == -EBADMSG || result == -EFBIG ? EXIT_MEASUREMENT_FAILED : EXIT_USAGE;
}

/* Returns 0; -EINTR soon after an interrupt; or another -errno: -ENOENT for want of gnuplot, and
 * all but the charts is there. */
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

/* A chart that cannot be drawn does not cost the page. */
static void print_places(const char *folder)
{
    static const char *const names[] = {"compare.csv", "compare.html"};
    char path[PATH_MAX];
    fputs("\nComparison\n", stderr);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (snprintf(path, sizeof path, "%s/%s", folder, names[i]) < (int)sizeof path &&
            access(path, R_OK) == 0)
            fprintf(stderr, "  %s\n", path);
}

/* The files come before the terminal. */
static int show(const struct comparison_of_runs *comparison,
                const struct compare_arguments *arguments, struct error *error)
{
    char folder[PATH_MAX];
    int result = create_folder(arguments->output, folder, error);
    if (result < 0)
        return folder_exit_code(result);
    interrupt_catch();
    result = write_folder(comparison, folder, error);
    if (result == -EINTR) {
        error_set(error, result, "interrupted: %s is not whole", folder);
        return present_exit_code(result);
    }
    if (!fail_on_is_set(&arguments->fail_on))
        print(comparison);
    print_places(folder);
    return present_exit_code(result);
}

/* A kind without a single verdict must not pass for one that holds, nor a server that fails
 * or no longer keeps up for one whose percentiles nobody knows. */
static int judge(const struct comparison_of_runs *comparison, const struct fail_on *fail_on,
                 struct error *error)
{
    struct regressions regressions;
    size_t machine;
    int code = EXIT_DONE;
    regressions_read(&regressions, comparison, fail_on);
    regressions_print(&regressions, comparison, fail_on, stdout);
    regressions_print_sum(&regressions, comparison, fail_on, stderr);
    enum watch unjudged = regressions_unjudged(&regressions, comparison, fail_on, &machine);
    const struct watched *behind = regressions_first(&regressions, WATCHED_BEHIND);
    const struct watched *broken = regressions_first(&regressions, WATCHED_BROKEN);
    if (regressions.states[WATCHED_WORSE] > 0) {
        code = EXIT_WORSE;
    } else if (broken) {
        error_set(
            error, 0, "--fail-on %s: trials of %.200s fail where those of the first run did not",
            watch_name(broken->watch), comparison->machines.machines[broken->machine].run->folder);
        code = EXIT_MEASUREMENT_FAILED;
    } else if (behind) {
        error_set(error, 0, "--fail-on %s: %.200s does not keep up where the first run did",
                  watch_name(behind->watch),
                  comparison->machines.machines[behind->machine].run->folder);
        code = EXIT_MEASUREMENT_FAILED;
    } else if (unjudged != WATCH_NONE) {
        error_set(error, 0, "--fail-on %s: no figure of %.200s has a verdict", watch_name(unjudged),
                  comparison->machines.machines[machine].run->folder);
        code = EXIT_MEASUREMENT_FAILED;
    }
    regressions_finish(&regressions);
    return code;
}

/* What was found outweighs a chart that could not be drawn, but neither hides the other. */
static int check(const struct comparison_of_runs *comparison,
                 const struct compare_arguments *arguments, struct error *error)
{
    int result = regressions_refuse(comparison, &arguments->fail_on, arguments->anyway, error);
    if (result < 0)
        return EXIT_USAGE;
    int shown = arguments->output ? show(comparison, arguments, error) : EXIT_DONE;
    if (shown == EXIT_USAGE || interrupt_signal() != 0)
        return shown;
    struct error of_verdict = {{0}};
    int judged = judge(comparison, &arguments->fail_on, &of_verdict);
    if (of_verdict.text[0] != '\0')
        error_print("%s", of_verdict.text);
    return judged == EXIT_DONE ? shown : judged;
}

/* Everything is read before anything is written: a folder is made only for a comparison. */
static int compare(struct comparison_of_runs *comparison, const struct recorded_run *const *runs,
                   const struct compare_arguments *arguments, struct error *error)
{
    int result = compare_read(comparison, runs, run_count(arguments), error);
    if (result < 0)
        return refusal_code(result);
    return fail_on_is_set(&arguments->fail_on) ? check(comparison, arguments, error)
                                               : show(comparison, arguments, error);
}

/* Reads the runs, compares them, and forgets both. */
static int compare_folders(const struct compare_arguments *arguments, struct error *error)
{
    const struct recorded_run *runs[MACHINES_MAX];
    size_t count = run_count(arguments);
    char *const *folders = arguments->folders + (arguments->folders[0] ? 0 : 1);
    struct recorded_run *read = alloc_array(count, sizeof *read);
    struct comparison_of_runs *comparison = alloc_array(1, sizeof *comparison);
    int result = 0;
    for (size_t i = 0; result == 0 && i < count; i++) {
        result = recorded_run_read(&read[i], folders[i], error);
        runs[i] = &read[i];
    }
    int code = result < 0 ? refusal_code(result) : compare(comparison, runs, arguments, error);
    compare_finish(comparison);
    for (size_t i = 0; i < count; i++)
        recorded_run_finish(&read[i]);
    free(comparison);
    free(read);
    return code;
}

int command_compare(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"output", OPTION_OUTPUT, "DIR", 0,
         "the comparison's folder, new or empty (results/compare-TIME)", 0},
        {"against", OPTION_AGAINST, "BASE", 0,
         "the run that the others are compared with (the first)", 0},
        {"fail-on", OPTION_FAIL_ON, "KIND:P%,...", 0,
         "print the figures that became worse than the first run's by more than P %, and no more: "
         "larger (memory), slower (throughput), later (latency); exit code 4 if there is one. "
         "Files are written only to --output",
         0},
        {"anyway", OPTION_ANYWAY, NULL, 0,
         "with --fail-on: judge runs, too, that are not comparable", 0},
        {0},
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse_option,
        .args_doc = "RUN RUN [RUN...]",
        .doc =
            "Says in words where 2 to 16 runs agree and where they part, and what may explain it; "
            "whether they may be compared and why; and sets each figure beside the first run's. "
            "A run is its folder, a .tar.gz of it, or the report.html that carries it. "
            "Exit code: 0 when all of it was done; 1 when a file of a run is malformed or "
            "a chart cannot be drawn, and 3 for want of gnuplot: all the rest is there; 2 for "
            "what is not a run. With --fail-on: 4 when a figure is worse than allowed; 1 when a "
            "kind has no verdict at all, or a run does not keep up with a rate; 2 when the runs "
            "are not comparable.",
    };
    struct compare_arguments arguments = {.count = 0};
    struct error error = {{0}};
    argp_err_exit_status = EXIT_USAGE;
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    if (run_count(&arguments) > MACHINES_MAX) {
        error_print("at most %d runs can be compared, and these are %zu", MACHINES_MAX,
                    run_count(&arguments));
        return EXIT_USAGE;
    }
    int code = compare_folders(&arguments, &error);
    if (error.text[0] != '\0')
        error_print("%s", error.text);
    return code;
}
