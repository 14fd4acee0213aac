/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of other people's making (hosts, folders, programs), for people: UTF-8 is kept whole and
 * counted in characters, whatever the locale is. */
#ifndef WAITBENCH_BASE_UTF8_H
#define WAITBENCH_BASE_UTF8_H

#include <stddef.h>
#include <stdio.h>

/* Copies what can be shown in any terminal, page or CSV. A byte that is not part of a character, a
 * control, and what is unseen or turns the direction of writing become '?' each. The text ends with
 * the last whole character that `size` has room for, the NUL included. */
void utf8_printable(char *text, size_t size, const char *source);

/* Characters; a byte that is not part of one counts as one. */
size_t utf8_width(const char *text);

/* Prints at most `width` characters of it, and blanks up to that width: behind it, or before it
 * with utf8_print_right. */
void utf8_print_left(const char *text, size_t width, FILE *out);
void utf8_print_right(const char *text, size_t width, FILE *out);

/* Writes the name in at most `width` characters (4 or more), with "..." for what is left out of its
 * middle so that `head` characters stand before it (all that fit, where `head` is more). A name
 * that fits is kept as it is. */
void utf8_shorten(char *text, size_t size, const char *name, size_t width, size_t head);

/* How many characters to keep before the "..." so that no two different ones of the names become
 * the same when they are shortened to `width`; as near to the middle as can be. Returns `width`
 * when there is no such number, for names that differ in more than one place: then keep them whole.
 */
size_t utf8_shorten_head(const char *const *names, size_t count, size_t width);

#endif
