/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of a command, or an environment, as execve() takes them. */
#ifndef WAITBENCH_STORE_POSTGRES_WORDS_H
#define WAITBENCH_STORE_POSTGRES_WORDS_H

#include <stddef.h>

/* Begins zeroed, and stays where it is: it points into itself. */
struct postgres_words {
    char *words[64]; /* ending in NULL */
    size_t count;
    char bytes[8192];
    size_t length;
};

/* Adds one. Aborts when there are more than anybody here has any use for. */
void postgres_words_add(struct postgres_words *words, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
