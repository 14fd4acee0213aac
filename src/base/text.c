/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int parse_prefix(const char *text, int64_t low, int64_t high, int64_t *value,
                        const char **rest)
{
    char *end;
    if (!isdigit((unsigned char)text[0]) && text[0] != '-')
        return -EINVAL;
    errno = 0;
    long long parsed = strtoll(text, &end, 10);
    if (end == text)
        return -EINVAL;
    if (errno == ERANGE || parsed < low || parsed > high)
        return -ERANGE;
    *value = parsed;
    *rest = end;
    return 0;
}

int text_parse_int64(const char *text, int64_t low, int64_t high, int64_t *value)
{
    int64_t parsed;
    const char *rest;
    int result = parse_prefix(text, low, high, &parsed, &rest);
    if (result < 0)
        return result;
    if (*rest != '\0')
        return -EINVAL;
    *value = parsed;
    return 0;
}

int text_parse_double(const char *text, double *value)
{
    /* strtod also takes signs, blanks, hexadecimal, infinities and NaNs. */
    if (text[0] == '+' || text[strspn(text, "0123456789+-.eE")] != '\0')
        return -EINVAL;
    /* No program of ours calls setlocale, so strtod reads `.` everywhere. */
    char *end;
    double parsed = strtod(text, &end);
    if (end == text || *end != '\0')
        return -EINVAL;
    if (!isfinite(parsed))
        return -ERANGE;
    *value = parsed;
    return 0;
}

int text_parse_int64_list(const char *text, int64_t low, int64_t high, int64_t *values,
                          size_t capacity)
{
    size_t count = 0;
    for (;;) {
        int64_t value;
        const char *rest;
        int result = parse_prefix(text, low, high, &value, &rest);
        if (result < 0)
            return result;
        if (count == capacity)
            return -E2BIG;
        values[count++] = value;
        if (*rest == '\0')
            return (int)count;
        if (*rest != ',')
            return -EINVAL;
        text = rest + 1;
    }
}

int64_t text_read_file(const char *path, char *buffer, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    size_t length = 0;
    for (;;) {
        ssize_t got = read(fd, buffer + length, size - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            int64_t result = got < 0 ? -errno : (int64_t)length;
            close(fd);
            if (got == 0)
                buffer[length] = '\0';
            return result;
        }
        length += (size_t)got;
        if (length == size) {
            close(fd);
            return -EFBIG;
        }
    }
}

int text_read_int64(const char *path, int64_t *value)
{
    char buffer[64];
    int64_t length = text_read_file(path, buffer, sizeof buffer);
    if (length < 0)
        return (int)length;
    buffer[strcspn(buffer, " \t\n")] = '\0';
    if (strcmp(buffer, "max") == 0) {
        *value = INT64_MAX;
        return 0;
    }
    return text_parse_int64(buffer, INT64_MIN, INT64_MAX, value);
}

int text_find_value(const char *table, const char *key, int64_t *value)
{
    size_t key_length = strlen(key);
    for (const char *line = table; line && *line; line = strchr(line, '\n')) {
        if (*line == '\n')
            line++;
        if (strncmp(line, key, key_length) != 0)
            continue;
        const char *rest = line + key_length;
        if (*rest == ':')
            rest++;
        if (*rest != ' ' && *rest != '\t')
            continue;
        rest += strspn(rest, " \t");
        int64_t number;
        if (parse_prefix(rest, INT64_MIN, INT64_MAX, &number, &rest) < 0)
            return -ENOENT;
        *value = strncmp(rest, " kB", 3) == 0 ? number * 1024 : number;
        return 0;
    }
    return -ENOENT;
}

void text_write_shell_word(const char *word, FILE *out)
{
    static const char harmless[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                   "-_=./,:+@%";
    if (*word && word[strspn(word, harmless)] == '\0') {
        fputs(word, out);
        return;
    }
    fputc('\'', out);
    for (; *word; word++)
        if (*word == '\'')
            fputs("'\\''", out);
        else
            fputc(*word, out);
    fputc('\'', out);
}

const char *text_shell_word(const char *word, char *text, size_t size)
{
    FILE *out = fmemopen(text, size, "w");
    text[0] = '\0';
    if (out) {
        text_write_shell_word(word, out);
        fclose(out);
    }
    text[size - 1] = '\0';
    return text;
}

void text_trim_slashes(char *path)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        path[--length] = '\0';
}

const char *text_parameter(const char *parameters, const char *key)
{
    size_t length = strlen(key);
    const char *at = parameters;
    while (*at && !(strncmp(at, key, length) == 0 && at[length] == '=')) {
        at += strcspn(at, " ");
        at += strspn(at, " ");
    }
    return *at ? at + length + 1 : at;
}
