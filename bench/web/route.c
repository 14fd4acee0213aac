/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "route.h"

#include <stdbool.h>
#include <string.h>

#define ITEM       "/item/"
#define DIGITS_MAX 10

/* Returns the path within a target, of `length` bytes without the query. */
static const char *path_of(const struct http_message *request, size_t *length)
{
    static const char scheme[] = "http://";
    const char *path = request->target;
    if (strncmp(path, scheme, sizeof scheme - 1) == 0) {
        const char *slash = strchr(path + sizeof scheme - 1, '/');
        path = slash ? slash : "/";
    }
    *length = strcspn(path, "?");
    return path;
}

static bool is(const char *path, size_t length, const char *text)
{
    return length == strlen(text) && memcmp(path, text, length) == 0;
}

static bool read_id(const char *digits, size_t count, int64_t *id)
{
    int64_t value = 0;
    if (count == 0 || count > DIGITS_MAX)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return false;
        value = 10 * value + (digits[i] - '0');
    }
    *id = value;
    return true;
}

enum route route_find(const struct http_message *request, int64_t *id)
{
    static const size_t item_length = sizeof ITEM - 1;
    if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0)
        return ROUTE_FORBIDDEN;
    /* A target that was cut is longer than any path we know. */
    if (request->target_length >= HTTP_TEXT_MAX)
        return ROUTE_NOTHING;
    size_t length;
    const char *path = path_of(request, &length);
    if (length > item_length && memcmp(path, ITEM, item_length) == 0)
        return read_id(path + item_length, length - item_length, id) ? ROUTE_ITEM : ROUTE_NOTHING;
    if (is(path, length, "/health"))
        return ROUTE_HEALTH;
    return is(path, length, "/") ? ROUTE_PAGE : ROUTE_NOTHING;
}
