/* SPDX-License-Identifier: GPL-3.0-or-later */
/* waitbench check: tries programs against each clause of the subject contract. */
#include "check/check.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "check/guard.h"
#include "cli/command.h"
#include "experiment/arm.h"
#include "measure/limits/limits.h"

#include <argp.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define SUBJECTS_MAX 64

enum { OPTION_SUBJECT = 256 };

struct checked {
    struct arm arms[SUBJECTS_MAX];
    size_t count;
};

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
    const struct checked *checked = data;
    struct check_summary summary;
    int code = EXIT_DONE;
    for (size_t i = 0; i < checked->count; i++) {
        const struct arm *arm = &checked->arms[i];
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

/* Ends the program where a definition is wrong, or its program is not there. */
static void add_subject(struct checked *checked, const char *definition, struct argp_state *state)
{
    struct error error;
    struct arm *arm = &checked->arms[checked->count];
    if (checked->count == SUBJECTS_MAX)
        argp_failure(state, EXIT_USAGE, 0, "up to %d subjects at a time", SUBJECTS_MAX);
    int result = arm_init_foreign(arm, definition, &error);
    if (result == 0)
        result = arm_find_program(arm, &error);
    if (result < 0)
        argp_failure(state, result == -ENOENT ? EXIT_MISSING : EXIT_USAGE, 0, "%s", error.text);
    checked->count++;
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct checked *checked = state->input;
    switch (key) {
    case OPTION_SUBJECT:
        add_subject(checked, text, state);
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "unexpected argument '%s'", text);
        return EINVAL;
    case ARGP_KEY_END:
        if (checked->count == 0)
            argp_error(state, "--subject NAME=CMD says what to try");
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
    struct checked checked = {.count = 0};
    struct error error;
    argp_err_exit_status = EXIT_USAGE;
    argp_parse(&argp, argc, argv, 0, NULL, &checked);
    if (limits_raise_soft(&error) < 0)
        warning_print("%s", error.text);
    interrupt_catch();
    int code = guard_run(check_all, &checked);
    for (size_t i = 0; i < checked.count; i++)
        arm_finish(&checked.arms[i]);
    if (code >= 0)
        return code;
    error_print("the check could not go on: %s", strerror(-code));
    return EXIT_MEASUREMENT_FAILED;
}
