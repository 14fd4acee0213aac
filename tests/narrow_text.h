/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a command prints fits the terminal that it promises to fit. */
#ifndef WAITBENCH_TESTS_NARROW_TEXT_H
#define WAITBENCH_TESTS_NARROW_TEXT_H

#include "base/utf8.h"

#include <string.h>

/* How many columns the widest line of at most 1,023 bytes takes. */
static inline size_t widest_line(const char *text)
{
    char line[1024];
    size_t widest = 0;
    while (*text) {
        size_t bytes = strcspn(text, "\n");
        size_t kept = bytes < sizeof line ? bytes : sizeof line - 1;
        memcpy(line, text, kept);
        line[kept] = '\0';
        size_t width = utf8_width(line);
        widest = width > widest ? width : widest;
        text += bytes + (text[bytes] == '\n');
    }
    return widest;
}

#endif
