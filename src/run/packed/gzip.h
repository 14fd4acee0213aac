/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gzip in memory, of which nothing that comes in is trusted. */
#ifndef WAITBENCH_RUN_PACKED_GZIP_H
#define WAITBENCH_RUN_PACKED_GZIP_H

#include <stdbool.h>
#include <stddef.h>

/* Whether it begins as gzip does. */
bool gzip_is(const void *bytes, size_t length);

/* The same bytes give the same gzip: it has neither a time nor a name. `packed` is for the caller
 * to free. Returns 0, or -EFBIG for 4 GiB or more. */
int gzip_pack(const void *bytes, size_t length, unsigned char **packed, size_t *packed_length);

/* `bytes`, with a NUL behind the last, is for the caller to free. Returns 0; -EFBIG where it is
 * over `limit` bytes, before more memory than twice that is taken; -EBADMSG where it is cut short,
 * damaged (there is a checksum) or no gzip. */
int gzip_unpack(const void *packed, size_t packed_length, size_t limit, char **bytes,
                size_t *length);

#endif
