/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/write.h"

#include <stdio.h>
#include <string.h>

const char *http_reason(enum http_code status)
{
    switch (status) {
    case HTTP_OK:
        return "OK";
    case HTTP_BAD_REQUEST:
        return "Bad Request";
    case HTTP_NOT_FOUND:
        return "Not Found";
    case HTTP_METHOD_NOT_ALLOWED:
        return "Method Not Allowed";
    case HTTP_REQUEST_TIMEOUT:
        return "Request Timeout";
    case HTTP_CONTENT_TOO_LARGE:
        return "Content Too Large";
    case HTTP_HEAD_TOO_LARGE:
        return "Request Header Fields Too Large";
    case HTTP_NOT_IMPLEMENTED:
        return "Not Implemented";
    case HTTP_SERVICE_UNAVAILABLE:
        return "Service Unavailable";
    case HTTP_VERSION_NOT_SUPPORTED:
        return "HTTP Version Not Supported";
    }
    return "";
}

static size_t length_if_whole(int length, size_t size)
{
    return length > 0 && (size_t)length < size ? (size_t)length : 0;
}

static const char *connection(bool keep_alive)
{
    return keep_alive ? "keep-alive" : "close";
}

size_t http_write_response(char *out, size_t size, enum http_code status, bool keep_alive,
                           const char *type, const char *body)
{
    int length = snprintf(out, size,
                          "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
                          "Connection: %s\r\n\r\n%s",
                          (int)status, http_reason(status), type, strlen(body),
                          connection(keep_alive), body);
    return length_if_whole(length, size);
}

size_t http_write_request(char *out, size_t size, const char *method, const char *target,
                          const char *host, bool keep_alive)
{
    int length = snprintf(out, size,
                          "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: 0\r\n"
                          "Connection: %s\r\n\r\n",
                          method, target, host, connection(keep_alive));
    return length_if_whole(length, size);
}
