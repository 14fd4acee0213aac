/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subject/request.h"

#include <string.h>

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

size_t request_take(struct subject_request *request, int64_t size, const char *bytes, size_t length)
{
    if (request_is_complete(request, size))
        *request = (struct subject_request){0};
    int64_t at = request->received_bytes;
    int64_t taken = smaller((int64_t)length, size - at);
    if (at < REQUEST_NUMBER_BYTES)
        memcpy((char *)&request->number + at, bytes,
               (size_t)smaller(taken, REQUEST_NUMBER_BYTES - at));
    request->received_bytes += taken;
    return (size_t)taken;
}
