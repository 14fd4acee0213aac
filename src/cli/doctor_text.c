/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/doctor_text.h"

#include "base/terminal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS 80

void doctor_format_count(char text[DOCTOR_NUMBER_SIZE], int64_t count)
{
    if (count == INT64_MAX)
        snprintf(text, DOCTOR_NUMBER_SIZE, "-");
    else if (count >= 100000000)
        snprintf(text, DOCTOR_NUMBER_SIZE, "%" PRId64 " M", count / 1000000);
    else if (count >= 1000000)
        snprintf(text, DOCTOR_NUMBER_SIZE, "%.2f M", (double)count / 1e6);
    else if (count >= 1000)
        snprintf(text, DOCTOR_NUMBER_SIZE, "%" PRId64 ",%03" PRId64, count / 1000, count % 1000);
    else
        snprintf(text, DOCTOR_NUMBER_SIZE, "%" PRId64, count);
}

static void format_bytes(char text[DOCTOR_NUMBER_SIZE], int64_t bytes)
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double scaled = (double)bytes;
    size_t unit = 0;
    while (scaled >= 1024 && unit + 1 < sizeof units / sizeof units[0]) {
        scaled /= 1024;
        unit++;
    }
    snprintf(text, DOCTOR_NUMBER_SIZE, "%.*f %s", unit > 0, scaled, units[unit]);
}

void doctor_format_value(char text[DOCTOR_NUMBER_SIZE], int64_t value, const char *unit)
{
    if (value == INT64_MAX) {
        snprintf(text, DOCTOR_NUMBER_SIZE, "unlimited");
    } else if (strcmp(unit, "bytes") == 0) {
        format_bytes(text, value);
    } else {
        doctor_format_count(text, value);
        size_t length = strlen(text);
        if (unit[0] != '\0')
            snprintf(text + length, DOCTOR_NUMBER_SIZE - length, " %s", unit);
    }
}

void doctor_print_title(const char *title)
{
    printf("\n%s\n", title);
    for (size_t i = 0; i < strlen(title); i++)
        putchar('-');
    putchar('\n');
}

/* The first line begins with `lead`, which is `indent` columns wide; the others with spaces. */
static void print_wrapped(const char *lead, int indent, const char *text)
{
    printf("%-*s", indent, lead);
    terminal_write_wrapped(text, indent, indent, COLUMNS, stdout);
}

void doctor_print_wrapped(int indent, const char *text)
{
    print_wrapped("", indent, text);
}

void doctor_print_finding(const char *text, const char *fix)
{
    print_wrapped("", 2, text);
    if (fix[0] != '\0')
        print_wrapped("    -> ", 7, fix);
}
