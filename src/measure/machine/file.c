/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing machine.json. */
#include "measure/machine/machine.h"

#include "base/replace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int machine_write(const struct machine *machine, const char *path, struct error *error)
{
    char *text = json_dumps(machine_json(machine), JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    if (!text)
        return error_set(error, -ENOMEM, "cannot write %s: out of memory", path);
    int result = file_replace(path, text, strlen(text), error);
    free(text);
    return result;
}
