/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WAITBENCH_BASE_TERMINAL_H
#define WAITBENCH_BASE_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/* Whether what is printed there may have colours: it is a terminal that is not "dumb", and nobody
 * set NO_COLOR (no-color.org: to anything but nothing). */
bool terminal_has_colours(FILE *out);

#endif
