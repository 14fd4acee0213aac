/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool terminal_has_colours(FILE *out)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    if (no_colour && *no_colour)
        return false;
    return terminal && *terminal && strcmp(terminal, "dumb") != 0 && isatty(fileno(out));
}
