/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/failures.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* "echo-loop: the generator did not run for  s of the  s window", of "... 0.13 s of ...". */
static void write_kind(char text[FAILURE_TEXT_SIZE], const char *subject, const char *fault)
{
    size_t length = (size_t)snprintf(text, FAILURE_TEXT_SIZE, "%s: ", subject);
    for (; *fault && *fault != ':' && length + 1 < FAILURE_TEXT_SIZE; fault++)
        if (!isdigit((unsigned char)*fault) && *fault != '.')
            text[length++] = *fault;
    if (length < FAILURE_TEXT_SIZE)
        text[length] = '\0';
}

size_t failures_count(struct failures *failures, const char *subject, const char *fault)
{
    char text[FAILURE_TEXT_SIZE];
    write_kind(text, subject, fault);
    for (size_t i = 0; i < failures->count; i++)
        if (strcmp(failures->items[i].text, text) == 0)
            return ++failures->items[i].count;
    if (failures->count == FAILURES_MAX)
        return 1;
    struct failure *added = &failures->items[failures->count++];
    memcpy(added->text, text, sizeof text);
    added->count = 1;
    return 1;
}
