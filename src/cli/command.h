/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands. Each main takes argv from the command's own name on and returns an exit code
 * (base/error.h). */
#ifndef WAITBENCH_CLI_COMMAND_H
#define WAITBENCH_CLI_COMMAND_H

struct command {
    const char *name;
    const char *summary;
    int (*main)(int argc, char **argv);
};

int command_run(int argc, char **argv);
int command_compare(int argc, char **argv);
int command_doctor(int argc, char **argv);
int command_report(int argc, char **argv);
int command_list(int argc, char **argv);
int command_export(int argc, char **argv);
int command_load(int argc, char **argv);
int command_check(int argc, char **argv);
int command_client(int argc, char **argv);

#endif
