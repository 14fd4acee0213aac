/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/protocol/protocol.h"

#include "load/protocol/echo.h"

#include <stdio.h>
#include <string.h>

/* All there are; the first one is the default. */
static const struct protocol *const protocols[] = {
    &protocol_echo,
};

#define PROTOCOL_COUNT (sizeof protocols / sizeof protocols[0])

const struct protocol *protocol_default(void)
{
    return protocols[0];
}

const struct protocol *protocol_find(const char *name)
{
    for (size_t i = 0; i < PROTOCOL_COUNT; i++)
        if (strcmp(protocols[i]->name, name) == 0)
            return protocols[i];
    return NULL;
}

void protocol_names(char *text, size_t text_bytes)
{
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; i < PROTOCOL_COUNT && length < text_bytes; i++)
        length += (size_t)snprintf(text + length, text_bytes - length, "%s%s", i > 0 ? ", " : "",
                                   protocols[i]->name);
}

const struct protocol_option *protocol_find_option(const struct protocol *protocol,
                                                   const char *name)
{
    for (const struct protocol_option *option = protocol->options; option->name; option++)
        if (strcmp(option->name, name) == 0)
            return option;
    return NULL;
}

int messages_init(struct messages *messages, const struct protocol *protocol,
                  const struct protocol_settings *settings)
{
    void *shared = NULL;
    int result = protocol->init(&shared, settings);
    if (result == 0)
        *messages = (struct messages){.protocol = protocol, .shared = shared};
    return result;
}

void messages_finish(struct messages *messages)
{
    if (messages->protocol)
        messages->protocol->finish(messages->shared);
    *messages = (struct messages){0};
}
