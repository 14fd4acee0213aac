/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file of any bytes, read whole. */
#ifndef WAITBENCH_BASE_WHOLE_FILE_H
#define WAITBENCH_BASE_WHOLE_FILE_H

#include <stddef.h>

/* `bytes`, with a NUL behind the last, is for the caller to free. Returns 0; -EFBIG where it is
 * over `limit` bytes; or another -errno. */
int whole_file_read(const char *path, size_t limit, char **bytes, size_t *length);

#endif
