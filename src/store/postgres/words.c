/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres/words.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void postgres_words_add(struct postgres_words *words, const char *format, ...)
{
    char *word = words->bytes + words->length;
    size_t left = sizeof words->bytes - words->length;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(word, left, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= left ||
        words->count + 1 == sizeof words->words / sizeof *words->words)
        abort();
    words->length += (size_t)length + 1;
    words->words[words->count++] = word;
}
