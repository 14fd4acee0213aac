/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing machine.json. */
#include "measure/machine.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int machine_write(const struct machine *machine, const char *path, struct error *error)
{
    char part[PATH_MAX];
    if (snprintf(part, sizeof part, "%s.part", path) >= (int)sizeof part)
        return error_set(error, -ENAMETOOLONG, "the path %.100s... is too long", path);
    if (json_dump_file(machine_json(machine), part, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) < 0)
        return error_set(error, -EIO, "cannot write %s: %s", part,
                         errno ? strerror(errno) : "out of memory");
    if (rename(part, path) < 0) {
        int result = -errno;
        unlink(part);
        return error_set(error, result, "cannot write %s: %s", path, strerror(-result));
    }
    return 0;
}
