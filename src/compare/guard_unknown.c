/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a machine.json has that no line of the table of fields is about: a newer version wrote it,
 * or somebody forgot. */
#include "compare/guard.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

#define PATH_SIZE 192
/* As deep as ours are, and a bit: a hostile file may go on for thousands. */
#define DEPTH_MAX 8

struct listing {
    char *text;
    size_t size;
    size_t count;
};

static void list(struct listing *listing, const char *path)
{
    char printable[PATH_SIZE];
    size_t used = strlen(listing->text);
    utf8_printable(printable, sizeof printable, path);
    listing->count++;
    /* Whole or not at all. */
    if (used + strlen(printable) + 3 <= listing->size)
        snprintf(listing->text + used, listing->size - used, "%s%s", used > 0 ? ", " : "",
                 printable);
}

/* `path` is what leads to the object; "" for the whole file. */
static void look(struct listing *listing, const json_t *object, const char *path, int depth)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)object, name, value)
    {
        char below[PATH_SIZE];
        snprintf(below, sizeof below, "%s%s%s", path, *path ? "." : "", name);
        if (guard_field_of(below))
            continue;
        if (json_object_size(value) > 0 && depth < DEPTH_MAX)
            look(listing, value, below, depth + 1);
        else
            list(listing, below);
    }
}

size_t guard_unknown(const json_t *machine, char *text, size_t size)
{
    struct listing listing = {text, size, 0};
    text[0] = '\0';
    look(&listing, machine, "", 0);
    return listing.count;
}
