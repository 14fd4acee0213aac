/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"

#include "base/terminal.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define CONTINUED_INDENT 2

/* Messages quote files and programs, in which there may be anything: a line break, or an escape
 * sequence that a terminal would obey. */
static void make_one_line(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == '\x7f')
            *text = '?';
}

int error_set(struct error *error, int code, const char *format, ...)
{
    if (error) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(error->text, sizeof error->text, format, arguments);
        va_end(arguments);
        make_one_line(error->text);
    }
    return code;
}

/* One write per message, so that lines of several processes do not mix. A terminal breaks lines
 * within words, so there they are broken before; into a file goes one line a message. */
static void print_line(const char *prefix, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static void print_line(const char *prefix, const char *format, va_list arguments)
{
    char text[1200];
    char wrapped[2048] = "";
    int length = snprintf(text, sizeof text, "waitbench: %s", prefix);
    vsnprintf(text + length, sizeof text - (size_t)length, format, arguments);
    if (!isatty(STDERR_FILENO)) {
        fprintf(stderr, "%s\n", text);
        return;
    }
    FILE *out = fmemopen(wrapped, sizeof wrapped, "w");
    if (out) {
        terminal_write_wrapped(text, 0, CONTINUED_INDENT, terminal_columns(stderr), out);
        fclose(out);
    }
    fputs(wrapped, stderr);
}

void error_print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line("", format, arguments);
    va_end(arguments);
}

void warning_print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line("warning: ", format, arguments);
    va_end(arguments);
}
