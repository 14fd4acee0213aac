/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WAITBENCH_BASE_TERMINAL_H
#define WAITBENCH_BASE_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/* Whether what is printed there may have colours: it is a terminal that is not "dumb", and nobody
 * set NO_COLOR (no-color.org: to anything but nothing). */
bool terminal_has_colours(FILE *out);

/* Whether a line there can be written over: it is a terminal, and not a "dumb" one or of a kind
 * that nobody tells. */
bool terminal_is_capable(FILE *out);

/* How wide the terminal there is; 80 where it does not say, or is no terminal. */
int terminal_columns(FILE *out);

/* Writes `text` and a line's end, in lines of at most `columns` characters that break at blanks;
 * all but the first are indented by `indent`. A longer word has a line of its own. The first line
 * goes on where something stands already, `column` characters of it. */
void terminal_write_wrapped(const char *text, int column, int indent, int columns, FILE *out);

#endif
