/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/write.h"

#include <stdio.h>
#include <string.h>

const char *http_reason(int status)
{
    static const struct {
        int status;
        const char *words;
    } reasons[] = {
        {HTTP_OK, "OK"},
        {204, "No Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {HTTP_BAD_REQUEST, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {HTTP_NOT_FOUND, "Not Found"},
        {HTTP_METHOD_NOT_ALLOWED, "Method Not Allowed"},
        {HTTP_REQUEST_TIMEOUT, "Request Timeout"},
        {HTTP_CONTENT_TOO_LARGE, "Content Too Large"},
        {414, "URI Too Long"},
        {HTTP_EXPECTATION_FAILED, "Expectation Failed"},
        {429, "Too Many Requests"},
        {HTTP_HEAD_TOO_LARGE, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {HTTP_NOT_IMPLEMENTED, "Not Implemented"},
        {502, "Bad Gateway"},
        {HTTP_SERVICE_UNAVAILABLE, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {HTTP_VERSION_NOT_SUPPORTED, "HTTP Version Not Supported"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].status == status)
            return reasons[i].words;
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
                          (int)status, http_reason((int)status), type, strlen(body),
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
