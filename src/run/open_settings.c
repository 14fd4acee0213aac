/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/open_settings.h"

#include "base/alloc.h"

#include <stdlib.h>

void open_settings_add(struct open_settings *settings, const struct open_setting *setting)
{
    settings->items =
        alloc_grow(settings->items, settings->count, &settings->capacity, sizeof *settings->items);
    settings->items[settings->count++] = *setting;
}

void open_settings_finish(struct open_settings *settings)
{
    free(settings->items);
    *settings = (struct open_settings){0};
}
