/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/fields.h"

#include <string.h>

void http_fields_init(struct http_fields *fields)
{
    memset(fields, 0, sizeof *fields);
}

static void word_add(struct http_word *word, char byte)
{
    if (word->length == HTTP_WORD_MAX)
        return;
    word->text[word->length++] = byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static bool word_is(const struct http_word *word, const char *text)
{
    return word->length == strlen(text) && memcmp(word->text, text, word->length) == 0;
}

/* One of the list is over; it may be empty (RFC 9110, 5.6.1.2). */
static void end_item(struct http_fields *fields)
{
    if (fields->item.length == 0)
        return;
    if (fields->field == HTTP_FIELD_CODING) {
        fields->codings++;
        fields->chunked = word_is(&fields->item, "chunked");
    } else if (fields->field == HTTP_FIELD_EXPECT) {
        fields->expects |= word_is(&fields->item, "100-continue");
    }
    fields->item.length = 0;
}

static void end_line(struct http_fields *fields)
{
    end_item(fields);
    fields->field = HTTP_FIELD_OTHER;
    fields->name.length = 0;
    fields->in_value = false;
}

void http_fields_add_name(struct http_fields *fields, const char *bytes, size_t length)
{
    if (fields->in_value)
        end_line(fields);
    for (size_t i = 0; i < length && fields->name.length < HTTP_WORD_MAX; i++)
        word_add(&fields->name, bytes[i]);
}

static void end_name(struct http_fields *fields)
{
    fields->in_value = true;
    if (word_is(&fields->name, "host")) {
        fields->hosts++;
    } else if (word_is(&fields->name, "transfer-encoding")) {
        fields->field = HTTP_FIELD_CODING;
        fields->coded = true;
    } else if (word_is(&fields->name, "expect")) {
        fields->field = HTTP_FIELD_EXPECT;
    }
}

void http_fields_add_value(struct http_fields *fields, const char *bytes, size_t length)
{
    if (!fields->in_value)
        end_name(fields);
    if (fields->field == HTTP_FIELD_OTHER)
        return;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == ',')
            end_item(fields);
        else if (bytes[i] != ' ' && bytes[i] != '\t')
            word_add(&fields->item, bytes[i]);
    }
}

void http_fields_end(struct http_fields *fields)
{
    end_line(fields);
}
