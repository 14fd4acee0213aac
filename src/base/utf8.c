/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const char gap[] = "...";
#define GAP_WIDTH 3

/* Names are at most so long here; two that differ behind it are none of a person's. */
#define SHORT_BYTES 512

/* Returns the bytes of the character that begins there, 1 to 4, or 0 where none does. */
static size_t decode(const char *text, uint32_t *character)
{
    static const struct {
        unsigned char mask;
        unsigned char lead;
        uint32_t least; /* or it could have been written with fewer bytes, which is not allowed */
    } forms[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
    const unsigned char *bytes = (const unsigned char *)text;
    size_t more = 0;
    while (more < 4 && (bytes[0] & forms[more].mask) != forms[more].lead)
        more++;
    if (more == 4)
        return 0;
    uint32_t value = bytes[0] & (unsigned char)~forms[more].mask;
    for (size_t i = 1; i <= more; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (bytes[i] & 0x3f);
    }
    if (value < forms[more].least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 0;
    *character = value;
    return more + 1;
}

/* Controls; what takes no room, so that two names would look alike; what turns the direction of
 * writing, so that a name could rewrite the line it stands on; what ends a line. */
static bool is_shown(uint32_t character)
{
    static const uint32_t hidden[][2] = {
        {0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},   {0x200b, 0x200f},
        {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff},
    };
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (character >= hidden[i][0] && character <= hidden[i][1])
            return false;
    return true;
}

void utf8_printable(char *text, size_t size, const char *source)
{
    size_t used = 0;
    while (*source) {
        uint32_t character = 0;
        size_t length = decode(source, &character);
        bool shown = length > 0 && is_shown(character);
        size_t taken = shown ? length : 1;
        if (used + taken >= size)
            break;
        memcpy(text + used, shown ? source : "?", taken);
        used += taken;
        source += length > 0 ? length : 1;
    }
    text[used] = '\0';
}

/* Where the text goes on behind so many characters; its end where it has fewer. */
static const char *skip(const char *text, size_t characters)
{
    for (; *text && characters > 0; characters--) {
        uint32_t unused;
        size_t length = decode(text, &unused);
        text += length > 0 ? length : 1;
    }
    return text;
}

size_t utf8_width(const char *text)
{
    size_t width = 0;
    for (; *text; text = skip(text, 1))
        width++;
    return width;
}

static void print(const char *text, size_t width, bool right, FILE *out)
{
    size_t length = (size_t)(skip(text, width) - text);
    size_t taken = utf8_width(text);
    int blanks = taken < width ? (int)(width - taken) : 0;
    fprintf(out, "%*s%.*s%*s", right ? blanks : 0, "", (int)length, text, right ? 0 : blanks, "");
}

void utf8_print_left(const char *text, size_t width, FILE *out)
{
    print(text, width, false, out);
}

void utf8_print_right(const char *text, size_t width, FILE *out)
{
    print(text, width, true, out);
}

void utf8_shorten(char *text, size_t size, const char *name, size_t width, size_t head)
{
    size_t whole = utf8_width(name);
    size_t kept = width - GAP_WIDTH;
    if (whole <= width) {
        snprintf(text, size, "%s", name);
        return;
    }
    head = head < kept ? head : kept;
    const char *tail = skip(name, whole - (kept - head));
    snprintf(text, size, "%.*s%s%s", (int)(skip(name, head) - name), name, gap, tail);
}

static bool stay_different(const char *const *names, size_t count, size_t width, size_t head)
{
    char a[SHORT_BYTES];
    char b[SHORT_BYTES];
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++) {
            utf8_shorten(a, sizeof a, names[i], width, head);
            utf8_shorten(b, sizeof b, names[j], width, head);
            if (strcmp(names[i], names[j]) != 0 && strcmp(a, b) == 0)
                return false;
        }
    return true;
}

size_t utf8_shorten_head(const char *const *names, size_t count, size_t width)
{
    size_t kept = width - GAP_WIDTH;
    size_t middle = (kept + 1) / 2;
    for (size_t away = 0; away <= middle; away++) {
        if (middle + away <= kept && stay_different(names, count, width, middle + away))
            return middle + away;
        if (stay_different(names, count, width, middle - away))
            return middle - away;
    }
    return width;
}
