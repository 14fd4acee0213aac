/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/protocol/http_request.h"

#include "base/draw.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_MAX 20
#define HTTP_PORT  80

static const char *find_id(const char *path)
{
    return strstr(path, HTTP_REQUEST_ID);
}

/* What would end the path within the request line, or should be written in another way. */
static bool has_stray_bytes(const char *path)
{
    for (; *path; path++)
        if (*path <= ' ' || *path > '~')
            return true;
    return false;
}

const char *http_requests_refuse(const struct protocol_settings *settings)
{
    const char *id = find_id(settings->path);
    if (settings->path[0] != '/')
        return "the path must begin with a slash";
    if (has_stray_bytes(settings->path))
        return "the path must be of visible ASCII characters: %20 stands for a space";
    if (id && find_id(id + 1))
        return "the path must have no more than one " HTTP_REQUEST_ID;
    if (!id && settings->verify_body)
        return "without " HTTP_REQUEST_ID " in the path there is no row that a reply could be "
               "verified by: add --no-verify-body";
    return NULL;
}

/* Figures of IPv6 stand in brackets, and the usual port is not told (RFC 9110, 4.2.3 and 7.2). */
static int write_text(struct http_requests *requests, const struct protocol_settings *settings)
{
    const char *id = find_id(settings->path);
    size_t before = id ? (size_t)(id - settings->path) : strlen(settings->path);
    const char *after = id ? id + strlen(HTTP_REQUEST_ID) : "";
    bool brackets = strchr(settings->host, ':') != NULL;
    char port[16] = "";
    if (settings->port != HTTP_PORT)
        snprintf(port, sizeof port, ":%d", settings->port);
    int length = asprintf(&requests->text, "GET %.*s%s HTTP/1.1\r\nHost: %s%s%s%s\r\n\r\n",
                          (int)before, settings->path, after, brackets ? "[" : "", settings->host,
                          brackets ? "]" : "", port);
    if (length < 0)
        return -ENOMEM;
    requests->before = strlen("GET ") + before;
    requests->length = (size_t)length;
    requests->has_id = id != NULL;
    return 0;
}

int http_requests_init(struct http_requests *requests, const struct protocol_settings *settings)
{
    requests->seed = settings->seed;
    requests->id_low = settings->id_low;
    requests->id_high = settings->id_high;
    return write_text(requests, settings);
}

void http_requests_finish(struct http_requests *requests)
{
    free(requests->text);
    requests->text = NULL;
}

/* The remainder's bias is below the count of ids in 2^64. */
int64_t http_requests_id(const struct http_requests *requests, uint64_t number)
{
    uint64_t count = (uint64_t)(requests->id_high - requests->id_low) + 1;
    return requests->id_low + (int64_t)(draw_number(requests->seed, number) % count);
}

/* The id's digits, which end with `digits`; returns where they begin. */
static char *write_digits(char digits[DIGITS_MAX], int64_t id)
{
    char *at = digits + DIGITS_MAX;
    do {
        *--at = (char)('0' + id % 10);
        id /= 10;
    } while (id > 0);
    return at;
}

size_t http_requests_bytes(const struct http_requests *requests, uint64_t number)
{
    char digits[DIGITS_MAX];
    if (!requests->has_id)
        return requests->length;
    const char *begin = write_digits(digits, http_requests_id(requests, number));
    return requests->length + (size_t)(digits + DIGITS_MAX - begin);
}

/* What of [offset, offset + length) lies within the next `part` bytes of the request, of which `at`
 * stand before them. */
struct slice {
    size_t offset;
    char *bytes;
    size_t length;
    size_t at;
};

static void take_part(struct slice *slice, const char *part, size_t length)
{
    size_t skipped = slice->offset > slice->at ? slice->offset - slice->at : 0;
    slice->at += length;
    if (skipped >= length)
        return;
    size_t taken = length - skipped < slice->length ? length - skipped : slice->length;
    memcpy(slice->bytes, part + skipped, taken);
    slice->bytes += taken;
    slice->length -= taken;
}

void http_requests_fill(const struct http_requests *requests, uint64_t number, size_t offset,
                        void *bytes, size_t length)
{
    char digits[DIGITS_MAX];
    struct slice slice = {.offset = offset, .bytes = bytes, .length = length};
    take_part(&slice, requests->text, requests->before);
    if (requests->has_id) {
        const char *begin = write_digits(digits, http_requests_id(requests, number));
        take_part(&slice, begin, (size_t)(digits + DIGITS_MAX - begin));
    }
    take_part(&slice, requests->text + requests->before, requests->length - requests->before);
}
