/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/row.h"

#include "base/draw.h"

#include <string.h>

#define LETTERS 26
/* So many letters come out of one number; what 64 bits hold more than these makes them as good as
 * evenly spread. */
#define LETTERS_PER_NUMBER 10

/* {"a": " and the like, without a NUL of their own. */
#define HEAD   "{\"a\": \""
#define MIDDLE "\", \"b\": \""
#define TAIL   "\"}"
#define DIGITS 10

_Static_assert(sizeof HEAD - 1 + DIGITS + sizeof MIDDLE - 1 + ROW_TEXT_LETTERS + sizeof TAIL - 1 ==
                   ROW_JSON_LENGTH,
               "the length of a row as JSON");

void row_text(uint64_t seed, int64_t id, char text[ROW_TEXT_LETTERS + 1])
{
    uint64_t number = 0;
    for (int i = 0; i < ROW_TEXT_LETTERS; i++) {
        if (i % LETTERS_PER_NUMBER == 0)
            number = draw_number(seed, (uint64_t)id << 8 | (uint64_t)(i / LETTERS_PER_NUMBER));
        text[i] = (char)('a' + number % LETTERS);
        number /= LETTERS;
    }
    text[ROW_TEXT_LETTERS] = '\0';
}

static char *put(char *at, const char *bytes, size_t length)
{
    memcpy(at, bytes, length);
    return at + length;
}

void row_json(int64_t id, const char *text, char json[ROW_JSON_LENGTH + 1])
{
    char *at = put(json, HEAD, sizeof HEAD - 1);
    for (int i = DIGITS - 1; i >= 0; i--, id /= 10)
        at[i] = (char)('0' + id % 10);
    at = put(at + DIGITS, MIDDLE, sizeof MIDDLE - 1);
    at = put(at, text, ROW_TEXT_LETTERS);
    at = put(at, TAIL, sizeof TAIL);
}
