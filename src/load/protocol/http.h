/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HTTP/1.1: a request is a GET, its reply any that http/message.h understands. A server may close a
 * connection after any reply, and when no request is under way. */
#ifndef WAITBENCH_LOAD_PROTOCOL_HTTP_H
#define WAITBENCH_LOAD_PROTOCOL_HTTP_H

#include "load/protocol/protocol.h"

extern const struct protocol protocol_http;

#endif
