/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http.h"

#include "http/write.h"

void http_reader_init(struct http_reader *reader, enum http_side side)
{
    http_message_init(&reader->message, side);
    reader->begin = reader->end = 0;
}

char *http_reader_room(struct http_reader *reader, size_t *size)
{
    if (reader->begin == reader->end)
        reader->begin = reader->end = 0;
    *size = sizeof reader->bytes - reader->end;
    return reader->bytes + reader->end;
}

void http_reader_add(struct http_reader *reader, size_t length)
{
    reader->end += length;
}

int http_next(struct http_reader *reader)
{
    size_t used;
    int result = http_message_read(&reader->message, reader->bytes + reader->begin,
                                   reader->end - reader->begin, &used);
    reader->begin += used;
    return result;
}

int http_end(struct http_reader *reader)
{
    return http_message_end(&reader->message);
}

size_t http_write_answer(char *out, enum http_code status, bool keep_alive, const char *body)
{
    return http_write_response(out, HTTP_MESSAGE_MAX, status, keep_alive, "text/plain", body);
}
