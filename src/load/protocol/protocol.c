/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/protocol/protocol.h"

#include "load/protocol/echo.h"
#include "load/protocol/http.h"
#include "store/row.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* All there are; the first one is the default. */
static const struct protocol *const protocols[] = {
    &protocol_echo,
    &protocol_http,
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

void protocol_settings_init(struct protocol_settings *settings)
{
    *settings = (struct protocol_settings){
        .seed = 1,
        .host = "127.0.0.1",
        .size_bytes = 64,
        .path = "/item/{id}",
        .id_low = 1,
        .id_high = ROWS_DEFAULT,
        .data_seed = 1,
        .verify_body = true,
    };
}

static int check_number(const struct protocol_option *option, int64_t value, struct error *error)
{
    if (value >= option->low && value <= option->high)
        return 0;
    return error_set(error, -EINVAL, "%s must be from %" PRId64 " to %" PRId64 ", not %" PRId64,
                     option->words, option->low, option->high, value);
}

static int check_range(const struct protocol_option *option, const int64_t *range,
                       struct error *error)
{
    int result = check_number(option, range[0], error);
    if (result == 0)
        result = check_number(option, range[1], error);
    if (result < 0 || range[0] <= range[1])
        return result;
    return error_set(error, -EINVAL,
                     "%s must not end before they begin, as from %" PRId64 " to %" PRId64,
                     option->words, range[0], range[1]);
}

static int check_text(const struct protocol_option *option, const char *text, struct error *error)
{
    int64_t length = (int64_t)strlen(text);
    if (length >= option->low && length <= option->high)
        return 0;
    return error_set(error, -EINVAL,
                     "%s must have from %" PRId64 " to %" PRId64 " characters, not %" PRId64,
                     option->words, option->low, option->high, length);
}

static int check_option(const struct protocol_option *option,
                        const struct protocol_settings *settings, struct error *error)
{
    const void *value = (const char *)settings + option->offset;
    switch (option->kind) {
    case PROTOCOL_NUMBER:
        return check_number(option, *(const int64_t *)value, error);
    case PROTOCOL_RANGE:
        return check_range(option, value, error);
    case PROTOCOL_TEXT:
        return check_text(option, *(const char *const *)value, error);
    case PROTOCOL_FLAG:
        break;
    }
    return 0;
}

int protocol_check_settings(const struct protocol *protocol,
                            const struct protocol_settings *settings, struct error *error)
{
    for (const struct protocol_option *option = protocol->options; option->name; option++) {
        int result = check_option(option, settings, error);
        if (result < 0)
            return result;
    }
    const char *reason = protocol->refuses ? protocol->refuses(settings) : NULL;
    return reason ? error_set(error, -EINVAL, "%s", reason) : 0;
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
