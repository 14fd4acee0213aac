/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/command.h"

#include "base/error.h"
#include "base/streams.h"
#include "cli/output.h"

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

int main(int argc, char **argv)
{
    int result = streams_ensure();
    if (result < 0) {
        error_print("cannot open /dev/null: %s", strerror(-result));
        return EXIT_MISSING;
    }
    output_check_at_exit();
    if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)) {
        print_usage(stdout);
        return EXIT_DONE;
    }
    for (const struct command *command = commands; argc >= 2 && command->name; command++)
        if (strcmp(command->name, argv[1]) == 0) {
            /* What argp calls the program in its messages. */
            char name[64];
            snprintf(name, sizeof name, "waitbench %s", command->name);
            argv[1] = name;
            return command->main(argc - 1, argv + 1);
        }
    if (argc >= 2)
        error_print("no command '%s'", argv[1]);
    print_usage(stderr);
    return EXIT_USAGE;
}
