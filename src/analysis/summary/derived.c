/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/summary/derived.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int derived_begin(struct derived *derived, const char *run_dir, const char *file,
                  const char *const *columns, size_t column_count, struct error *error)
{
    size_t room = sizeof derived->path;
    if ((size_t)snprintf(derived->temporary, room, "%s/.%s.part", run_dir, file) >= room)
        return error_set(error, -ENAMETOOLONG, "the path %s/%s is too long", run_dir, file);
    snprintf(derived->path, room, "%s/%s", run_dir, file);
    /* Left by a report that was killed. */
    unlink(derived->temporary);
    return csv_create(&derived->csv, derived->temporary, columns, column_count, error);
}

int derived_end(struct derived *derived, int result, struct error *error)
{
    csv_destroy(derived->csv);
    derived->csv = NULL;
    if (result == 0 && rename(derived->temporary, derived->path) < 0)
        result =
            error_set(error, -errno, "cannot put %s in place: %s", derived->path, strerror(errno));
    if (result < 0)
        unlink(derived->temporary);
    return result;
}
