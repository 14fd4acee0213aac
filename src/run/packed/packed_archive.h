/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run folder as a tar archive. */
#ifndef WAITBENCH_RUN_PACKED_PACKED_ARCHIVE_H
#define WAITBENCH_RUN_PACKED_PACKED_ARCHIVE_H

#include "run/packed/packed_files.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether it is a tar archive, unpacked from whatever was around it. */
bool packed_archive_is(const char *bytes, size_t length);

/* Adds the files of the one run folder that is in it, at whatever depth; what is not on the list of
 * names is passed over. `source` stands for the archive in messages. Returns 0; -ENODATA where it
 * holds files of more than one folder; -EBADMSG where it is damaged, has a link, a
 * device or the like, or a name that leads out of the folder; -EFBIG. */
int packed_archive_read(struct packed_files *files, const char *bytes, size_t length,
                        const char *source, struct error *error);

#endif
