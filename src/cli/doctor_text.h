/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the doctor's answer is set: 80 columns, on stdout. */
#ifndef WAITBENCH_CLI_DOCTOR_TEXT_H
#define WAITBENCH_CLI_DOCTOR_TEXT_H

#include <stdint.h>

/* Any number or value that the functions below write, with its NUL. */
#define DOCTOR_NUMBER_SIZE 64

/* "19,900"; from a million on "1.82 M"; "-" for INT64_MAX. */
void doctor_format_count(char text[DOCTOR_NUMBER_SIZE], int64_t count);

/* A limit's value: bytes as "23.2 GiB", others as a count followed by the unit (may be empty);
 * "unlimited" for INT64_MAX. */
void doctor_format_value(char text[DOCTOR_NUMBER_SIZE], int64_t value, const char *unit);

/* An empty line, and the title underlined. */
void doctor_print_title(const char *title);

/* Words broken over lines of at most 80 columns; a longer word has a line of its own. */
void doctor_print_wrapped(int indent, const char *text);

/* What is wrong, and below it what helps. */
void doctor_print_finding(const char *text, const char *fix);

#endif
