/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/terminal.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define USUAL_COLUMNS 80
#define LEAST_COLUMNS 20

bool terminal_is_capable(FILE *out)
{
    const char *kind = getenv("TERM");
    return kind && *kind && strcmp(kind, "dumb") != 0 && isatty(fileno(out));
}

bool terminal_has_colours(FILE *out)
{
    const char *no_colour = getenv("NO_COLOR");
    return !(no_colour && *no_colour) && terminal_is_capable(out);
}

int terminal_columns(FILE *out)
{
    struct winsize window;
    if (ioctl(fileno(out), TIOCGWINSZ, &window) < 0 || window.ws_col < LEAST_COLUMNS)
        return USUAL_COLUMNS;
    return window.ws_col;
}

static int word_width(const char *text, int length)
{
    char word[1024];
    snprintf(word, sizeof word, "%.*s", length, text);
    return (int)utf8_width(word);
}

void terminal_write_wrapped(const char *text, int column, int indent, int columns, FILE *out)
{
    bool begins = true;
    while (*text) {
        int length = (int)strcspn(text, " ");
        int width = word_width(text, length);
        if (!begins && column + 1 + width > columns) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
            begins = true;
        }
        fprintf(out, "%s%.*s", begins ? "" : " ", length, text);
        column += width + (begins ? 0 : 1);
        begins = false;
        text += length;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}
