/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/wire/fields.h"

#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static void write_field(const struct field *field, const void *at, FILE *out)
{
    const char *text = NULL;
    switch (field->kind) {
    case FIELD_INT:
        fprintf(out, "%s %d\n", field->name, *(const int *)at);
        break;
    case FIELD_INT64:
        fprintf(out, "%s %" PRId64 "\n", field->name, *(const int64_t *)at);
        break;
    case FIELD_UINT64:
        fprintf(out, "%s %" PRIu64 "\n", field->name, *(const uint64_t *)at);
        break;
    case FIELD_DOUBLE:
        fprintf(out, "%s %.17g\n", field->name, *(const double *)at);
        break;
    case FIELD_BOOL:
        fprintf(out, "%s %d\n", field->name, *(const bool *)at);
        break;
    case FIELD_STRING:
        text = *(const char *const *)at;
        break;
    case FIELD_CHARS:
        text = at;
        break;
    }
    if (text)
        fprintf(out, "%s %s\n", field->name, text);
}

void fields_write(const struct field *fields, const void *object, FILE *out)
{
    for (const struct field *field = fields; field->name; field++)
        write_field(field, (const char *)object + field->offset, out);
}

static int read_uint64(const char *text, uint64_t *value)
{
    char *end;
    errno = 0;
    if (*text < '0' || *text > '9')
        return -EINVAL;
    *value = strtoull(text, &end, 10);
    return errno != 0 || *end != '\0' ? -EINVAL : 0;
}

static int read_string(const char *text, char **value)
{
    char *copy = strdup(text);
    if (!copy)
        return -ENOMEM;
    free(*value);
    *value = copy;
    return 0;
}

static int read_chars(const char *text, char *value, size_t size)
{
    size_t length = strlen(text);
    if (length >= size)
        return -EINVAL;
    memcpy(value, text, length + 1);
    return 0;
}

static int read_field(const struct field *field, void *at, const char *text)
{
    int64_t number = 0;
    int result = -EINVAL;
    switch (field->kind) {
    case FIELD_INT:
        result = text_parse_int64(text, INT_MIN, INT_MAX, &number);
        *(int *)at = (int)number;
        break;
    case FIELD_INT64:
        result = text_parse_int64(text, INT64_MIN, INT64_MAX, at);
        break;
    case FIELD_UINT64:
        result = read_uint64(text, at);
        break;
    case FIELD_DOUBLE:
        result = text_parse_double(text, at);
        break;
    case FIELD_BOOL:
        result = text_parse_int64(text, 0, 1, &number);
        *(bool *)at = number != 0;
        break;
    case FIELD_STRING:
        return read_string(text, at);
    case FIELD_CHARS:
        return read_chars(text, at, field->size);
    }
    return result < 0 ? -EINVAL : 0;
}

int fields_read(const struct field *fields, void *object, const char *line)
{
    size_t length = strcspn(line, " ");
    const char *value = line[length] == ' ' ? line + length + 1 : line + length;
    for (const struct field *field = fields; field->name; field++)
        if (strlen(field->name) == length && strncmp(field->name, line, length) == 0)
            return read_field(field, (char *)object + field->offset, value);
    return -ENOENT;
}
