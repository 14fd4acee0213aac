/* SPDX-License-Identifier: GPL-3.0-or-later */
/* waitbench check: tries programs against each clause of the subject contract. */
#include "check/check.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "check/guard.h"
#include "cli/check_subjects.h"
#include "cli/command.h"
#include "measure/limits/limits.h"

#include <argp.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { OPTION_SUBJECT = 256, OPTION_RUNTIMES };

/* The names of clauses that were not tried, for one line. */
struct untried {
    char names[1024];
};

static void add_untried(struct untried *untried, const char *clause)
{
    size_t length = strlen(untried->names);
    snprintf(untried->names + length, sizeof untried->names - length, "%s%s",
             length > 0 ? ", " : "", clause);
}

static void print_finding(void *data, const struct finding *finding)
{
    static const char *const words[] = {
        [VERDICT_OK] = "ok",
        [VERDICT_WARNING] = "WARNING",
        [VERDICT_FAILED] = "FAILED",
    };
    if (finding->verdict == VERDICT_NOT_TRIED) {
        add_untried(data, finding->clause);
        return;
    }
    printf("  %-8s %s: %s\n", words[finding->verdict], finding->clause, finding->text);
    if (finding->verdict > VERDICT_OK && finding->cause)
        printf("           usual cause: %s\n", finding->cause);
    fflush(stdout);
}

static void print_command(const struct arm *arm)
{
    printf("%s:", arm->subject);
    for (char *const *word = arm->command; *word; word++)
        printf(" %s", *word);
    putchar('\n');
    fflush(stdout);
}

static void print_summary(const char *name, const struct check_summary *summary,
                          const struct untried *untried)
{
    if (summary->not_tried > 0)
        printf("  %-8s not tried: %s\n", "-", untried->names);
    printf("%s: %s: %d ok, %d warning%s, %d failed", name,
           summary->failed > 0 ? "breaks the contract" : "keeps the contract", summary->held,
           summary->warnings, summary->warnings == 1 ? "" : "s", summary->failed);
    if (summary->not_tried > 0)
        printf(", %d not tried", summary->not_tried);
    printf(" (%.1f s)\n", (double)summary->elapsed_ns / NS_PER_SECOND);
}

/* In a process of its own. */
static int check_all(void *data)
{
    const struct check_subjects *subjects = data;
    struct check_summary summary;
    int code = EXIT_DONE;
    for (size_t i = 0; i < subjects->count; i++) {
        const struct arm *arm = &subjects->arms[i];
        struct untried untried = {{0}};
        print_command(arm);
        if (check_subject(arm->command, print_finding, &untried, &summary) < 0)
            return 128 + interrupt_signal();
        print_summary(arm->subject, &summary, &untried);
        if (summary.failed > 0)
            code = EXIT_MEASUREMENT_FAILED;
    }
    return code;
}

/* Ends the program where a subject cannot be added. */
static void refuse(int result, const struct error *error, struct argp_state *state)
{
    if (result < 0)
        argp_failure(state, result == -ENOENT ? EXIT_MISSING : EXIT_USAGE, 0, "%s", error->text);
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct check_subjects *subjects = state->input;
    struct error error;
    switch (key) {
    case OPTION_SUBJECT:
        refuse(check_subjects_add(subjects, text, &error), &error, state);
        return 0;
    case OPTION_RUNTIMES:
        refuse(check_subjects_add_runtimes(subjects, text, &error), &error, state);
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "unexpected argument '%s'", text);
        return EINVAL;
    case ARGP_KEY_END:
        if (subjects->count == 0)
            argp_error(state, "--subject NAME=CMD or --runtimes NAME,... says what to try");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int command_check(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"subject", OPTION_SUBJECT, "NAME=CMD", 0, "try this program; may be given several times",
         0},
        {"runtimes", OPTION_RUNTIMES, "NAME,...", 0,
         "try these runtimes: names, groups such as python, or all; `waitbench list` shows them",
         0},
        {0},
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse_option,
        .doc = "Tries a program against each clause of the contract that subjects of `waitbench "
               "run` speak (bench/README.md), and says what holds, what is wrong and what that "
               "usually comes from. It takes some 3 seconds, and up to a minute for a program that "
               "hangs. Exit code: 1 where a clause does not hold.",
    };
    struct check_subjects subjects = {.count = 0};
    struct error error;
    argp_err_exit_status = EXIT_USAGE;
    argp_parse(&argp, argc, argv, 0, NULL, &subjects);
    if (limits_raise_soft(&error) < 0)
        warning_print("%s", error.text);
    interrupt_catch();
    int code = guard_run(check_all, &subjects);
    check_subjects_finish(&subjects);
    if (code >= 0)
        return code;
    error_print("the check could not go on: %s", strerror(-code));
    return EXIT_MEASUREMENT_FAILED;
}
