/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a request asks for. */
#ifndef WAITBENCH_BENCH_WEB_ROUTE_H
#define WAITBENCH_BENCH_WEB_ROUTE_H

#include "http/message.h"

#include <stdint.h>

enum route {
    ROUTE_ITEM,      /* /item/ID: the row is asked of the store */
    ROUTE_HEALTH,    /* /health */
    ROUTE_PAGE,      /* / */
    ROUTE_NOTHING,   /* another path, or one whose ID is none: digits, from 1 to ten */
    ROUTE_FORBIDDEN, /* another method than GET and HEAD */
};

/* A path may have a query behind it, which is ignored, and http://HOST before it, as what goes
 * through a proxy has. `id` is set with ROUTE_ITEM only. The message is a request that is complete.
 */
enum route route_find(const struct http_message *request, int64_t *id);

#endif
