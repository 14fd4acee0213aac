/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/command.h"

#include "base/error.h"
#include "base/own_stack.h"
#include "base/streams.h"
#include "cli/output.h"
#include "measure/machine/revision.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const struct command commands[] = {
    {"run", "measure this machine and write a run folder", command_run},
    {"check", "try a program of your own, or a runtime, against the subject contract",
     command_check},
    {"doctor", "what limits or disturbs a run here, and what helps", command_doctor},
    {"load", "put load on any echo or HTTP server and measure its tail", command_load},
    {"client", "the load generator of another run, which starts it on its host (run --client)",
     command_client},
    {"report", "draw a run folder's charts and write its report.html", command_report},
    {"compare", "put runs side by side, of several machines maybe", command_compare},
    {"export", "what a run comes to, as JSON, Markdown, CSV or for Prometheus", command_export},
    {"list", "scenarios, models, stores, experiments and runtimes there are", command_list},
    {0},
};

static void print_usage(FILE *out)
{
    fputs("usage: waitbench COMMAND [OPTION...]\n\n", out);
    for (const struct command *command = commands; command->name; command++)
        fprintf(out, "  %-8s  %s\n", command->name, command->summary);
    fputs("\n`waitbench COMMAND --help` lists a command's options.\n", out);
}

static void print_version(void)
{
    printf("waitbench %s%s%s\n", revision_version, revision_git[0] ? ", revision " : "",
           revision_git);
}

/* The command of that name; one without a name where there is none. */
static const struct command *find(const char *name)
{
    const struct command *command = commands;
    while (command->name && strcmp(command->name, name) != 0)
        command++;
    return command;
}

/* `argv` begins with the command's name, in whose place argp gets what it calls the program in its
 * messages. argp knows -? and --help; -h is what many type. */
static int run(const struct command *command, int argc, char **argv)
{
    char name[64];
    char help[] = "--help";
    snprintf(name, sizeof name, "waitbench %s", command->name);
    argv[0] = name;
    if (argc >= 2 && strcmp(argv[1], "-h") == 0)
        argv[1] = help;
    return command->main(argc, argv);
}

static bool is_one_of(const char *word, const char *a, const char *b, const char *c)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0 || strcmp(word, c) == 0;
}

/* `waitbench help run` is `waitbench run --help`. */
static int help(int argc, char **argv)
{
    const struct command *command = argc >= 3 ? find(argv[2]) : NULL;
    if (command && command->name) {
        char *words[] = {argv[2], (char[]){"--help"}, NULL};
        return run(command, 2, words);
    }
    print_usage(stdout);
    return EXIT_DONE;
}

int main(int argc, char **argv)
{
    int result = streams_ensure();
    if (result < 0) {
        error_print("cannot open /dev/null: %s", strerror(-result));
        return EXIT_MISSING;
    }
    output_check_at_exit();
    if (argc >= 2 && is_one_of(argv[1], "help", "--help", "-h"))
        return help(argc, argv);
    if (argc >= 2 && is_one_of(argv[1], "version", "--version", "-V")) {
        print_version();
        return EXIT_DONE;
    }
    const struct command *command = argc >= 2 ? find(argv[1]) : NULL;
    if (command && command->name && own_stack_ensure() < 0) {
        error_print("the hard limit of the stack (ulimit -H -s) is lower than the %" PRId64
                    " KiB that waitbench itself may take; ulimit -S -s gives small stacks to the "
                    "measured programs alone",
                    OWN_STACK_BYTES / 1024);
        return EXIT_MISSING;
    }
    if (command && command->name)
        return run(command, argc - 1, argv + 1);
    if (argc >= 2)
        error_print("no command '%s'", argv[1]);
    print_usage(stderr);
    return EXIT_USAGE;
}
