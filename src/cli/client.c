/* SPDX-License-Identifier: GPL-3.0-or-later */
/* waitbench client: the load generator that `waitbench run --client` starts behind a prefix. */
#include "cli/command.h"

#include "base/error.h"
#include "clients/serve.h"

#include <argp.h>
#include <stdio.h>
#include <unistd.h>

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    if (key != ARGP_KEY_ARG)
        return ARGP_ERR_UNKNOWN;
    argp_error(state, "unexpected argument '%s'", text);
    return 0;
}

int command_client(int argc, char **argv)
{
    static const struct argp_option none[] = {{0}};
    static const struct argp argp = {
        none,
        parse_option,
        NULL,
        "The load generator on another host. `waitbench run --client 'ssh HOST'` starts it there "
        "and "
        "tells it on stdin what to do; by itself it is of no use.",
        NULL,
        NULL,
        NULL,
    };
    argp_err_exit_status = EXIT_USAGE;
    argp_parse(&argp, argc, argv, 0, NULL, NULL);
    if (isatty(STDIN_FILENO))
        fputs("`waitbench run --client` starts this and tells it what to do: by hand there is "
              "nothing to do here (Ctrl-D ends it; `waitbench load` puts load on a server)\n",
              stderr);
    return client_serve();
}
