/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/packed/gzip.h"

#include "base/alloc.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define ZLIB_CONST
#include <zlib.h>

/* zlib's largest window, and 16 for gzip around it instead of its own format. */
#define GZIP_WINDOW (15 + 16)

/* What takes room first; it grows as what is in it does, since gzip does not say its size. */
#define ROOM_BYTES 65536

bool gzip_is(const void *bytes, size_t length)
{
    return length >= 2 && memcmp(bytes, "\x1f\x8b", 2) == 0;
}

int gzip_pack(const void *bytes, size_t length, unsigned char **packed, size_t *packed_length)
{
    z_stream stream = {.next_in = bytes, .avail_in = (uInt)length};
    if (length >= UINT_MAX)
        return -EFBIG;
    /* Its only failure is that memory is out. */
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) !=
        Z_OK)
        alloc_checked(NULL);
    uLong room = deflateBound(&stream, length);
    *packed = alloc_array(room, 1);
    stream.next_out = *packed;
    stream.avail_out = (uInt)room;
    int result = deflate(&stream, Z_FINISH);
    *packed_length = room - stream.avail_out;
    deflateEnd(&stream);
    return result == Z_STREAM_END ? 0 : -EFBIG;
}

/* What has been unpacked, and room for more. */
struct unpacked {
    char *bytes;
    size_t length;
    size_t room; /* without the NUL's */
    size_t limit;
};

static int make_room(struct unpacked *unpacked)
{
    if (unpacked->length < unpacked->room)
        return 0;
    if (unpacked->room > unpacked->limit)
        return -EFBIG;
    /* One byte more than the limit tells what is over it. */
    size_t room = unpacked->room > 0 ? 2 * unpacked->room : ROOM_BYTES;
    unpacked->room = room > unpacked->limit ? unpacked->limit + 1 : room;
    unpacked->bytes = alloc_checked(realloc(unpacked->bytes, unpacked->room + 1));
    return 0;
}

/* Files put behind one another are one gzip; what is behind them otherwise is none of it. */
static bool begins_another(z_stream *stream)
{
    return gzip_is(stream->next_in, stream->avail_in) && inflateReset(stream) == Z_OK;
}

static int unpack(z_stream *stream, struct unpacked *unpacked)
{
    for (;;) {
        if (make_room(unpacked) < 0)
            return -EFBIG;
        size_t room = unpacked->room - unpacked->length;
        stream->next_out = (Bytef *)unpacked->bytes + unpacked->length;
        stream->avail_out = (uInt)room;
        int result = inflate(stream, Z_NO_FLUSH);
        unpacked->length += room - stream->avail_out;
        if (unpacked->length > unpacked->limit)
            return -EFBIG;
        if (result == Z_STREAM_END && !begins_another(stream))
            return 0;
        if (result != Z_OK && result != Z_STREAM_END)
            return -EBADMSG;
    }
}

int gzip_unpack(const void *packed, size_t packed_length, size_t limit, char **bytes,
                size_t *length)
{
    z_stream stream = {.next_in = packed, .avail_in = (uInt)packed_length};
    struct unpacked unpacked = {.limit = limit};
    if (packed_length >= UINT_MAX || limit >= UINT_MAX)
        return -EFBIG;
    if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK)
        alloc_checked(NULL);
    int result = unpack(&stream, &unpacked);
    inflateEnd(&stream);
    if (result < 0) {
        free(unpacked.bytes);
        return result;
    }
    unpacked.bytes[unpacked.length] = '\0';
    *bytes = unpacked.bytes;
    *length = unpacked.length;
    return 0;
}
