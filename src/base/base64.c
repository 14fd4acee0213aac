/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/base64.h"

#include <errno.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_write(FILE *out, const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i += 3) {
        size_t count = length - i < 3 ? length - i : 3;
        unsigned word = (unsigned)bytes[i] << 16;
        word |= count > 1 ? (unsigned)bytes[i + 1] << 8 : 0;
        word |= count > 2 ? bytes[i + 2] : 0;
        fputc(letters[word >> 18], out);
        fputc(letters[word >> 12 & 63], out);
        fputc(count > 1 ? letters[word >> 6 & 63] : '=', out);
        fputc(count > 2 ? letters[word & 63] : '=', out);
    }
}

/* 0 to 63, or -1. */
static int value_of(char letter)
{
    if (letter >= 'A' && letter <= 'Z')
        return letter - 'A';
    if (letter >= 'a' && letter <= 'z')
        return letter - 'a' + 26;
    if (letter >= '0' && letter <= '9')
        return letter - '0' + 52;
    return letter == '+' ? 62 : letter == '/' ? 63 : -1;
}

/* Four letters, of which the last `padding` are '='. */
static int read_word(const char *text, size_t padding, unsigned *word)
{
    *word = 0;
    for (size_t i = 0; i < 4; i++) {
        int value = i < 4 - padding ? value_of(text[i]) : 0;
        if (value < 0)
            return -EBADMSG;
        *word = *word << 6 | (unsigned)value;
    }
    return 0;
}

int64_t base64_read(unsigned char *bytes, const char *text, size_t length)
{
    int64_t count = 0;
    if (length % 4 != 0)
        return -EBADMSG;
    for (size_t i = 0; i < length; i += 4) {
        size_t padding = 0;
        unsigned word;
        if (i + 4 == length && text[i + 3] == '=')
            padding = text[i + 2] == '=' ? 2 : 1;
        if (read_word(text + i, padding, &word) < 0)
            return -EBADMSG;
        for (size_t k = 0; k < 3 - padding; k++)
            bytes[count++] = (unsigned char)(word >> (16 - 8 * k));
    }
    return count;
}
