/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HTTP/1.1 messages as text. */
#ifndef WAITBENCH_HTTP_WRITE_H
#define WAITBENCH_HTTP_WRITE_H

#include "http/message.h"

/* "Not Found" for 404; "" for a code that is rarely seen. Static. */
const char *http_reason(int status);

/* A response with a body of that type ("text/plain"), or a request without a body. Both return the
 * length, or 0 when it is longer than `size` - 1; a NUL follows. */
size_t http_write_response(char *out, size_t size, enum http_code status, bool keep_alive,
                           const char *type, const char *body);
size_t http_write_request(char *out, size_t size, const char *method, const char *target,
                          const char *host, bool keep_alive);

#endif
