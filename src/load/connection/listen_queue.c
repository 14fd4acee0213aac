/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/connection/listen_queue.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOMAXCONN_FILE "/proc/sys/net/core/somaxconn"

/* Its lines come in pairs, names above values. The whole file has some 10 KB. */
#define NETSTAT_BYTES 65536

/* The next word of a line, its length in `length`; NULL at the line's end. */
static const char *next_word(const char **at, size_t *length)
{
    const char *word = *at + strspn(*at, " ");
    *length = strcspn(word, " \n");
    *at = word + *length;
    return *length > 0 ? word : NULL;
}

/* The value below that name in the pair of lines that begins with the names; -1 without one. */
static int64_t value_below(const char *names, const char *name)
{
    const char *values = strchr(names, '\n');
    size_t name_length;
    size_t value_length;
    if (!values)
        return -1;
    values++;
    for (;;) {
        const char *word = next_word(&names, &name_length);
        const char *value = next_word(&values, &value_length);
        if (!word || !value)
            return -1;
        if (name_length == strlen(name) && strncmp(word, name, name_length) == 0)
            return strtoll(value, NULL, 10);
    }
}

int64_t listen_queue_parse(const char *netstat)
{
    const char *tcp = strncmp(netstat, "TcpExt:", 7) == 0 ? netstat : strstr(netstat, "\nTcpExt:");
    if (!tcp)
        return -1;
    tcp += *tcp == '\n';
    int64_t overflows = value_below(tcp, "ListenOverflows");
    int64_t drops = value_below(tcp, "ListenDrops");
    return overflows > drops ? overflows : drops;
}

int64_t listen_queue_dropped(void)
{
    char *netstat = malloc(NETSTAT_BYTES);
    int64_t dropped = -1;
    if (netstat && text_read_file("/proc/net/netstat", netstat, NETSTAT_BYTES) > 0)
        dropped = listen_queue_parse(netstat);
    free(netstat);
    return dropped;
}

int64_t listen_queue_dropped_since(int64_t before)
{
    int64_t now = listen_queue_dropped();
    return before < 0 || now < before ? -1 : now - before;
}

void listen_queue_describe(int64_t dropped, char *text, size_t size)
{
    int64_t most;
    int length = snprintf(text, size,
                          "%" PRId64 " connection%s dropped on this machine because a listen "
                          "queue was full: the server's backlog is too short",
                          dropped, dropped == 1 ? " was" : "s were");
    if (length > 0 && (size_t)length < size && text_read_int64(SOMAXCONN_FILE, &most) == 0)
        snprintf(text + length, size - (size_t)length, ", or net.core.somaxconn is, at %" PRId64,
                 most);
}

int64_t listen_queue_bound(int64_t most)
{
    int64_t bound;
    if (text_read_int64(SOMAXCONN_FILE, &bound) < 0 || bound > most)
        return most;
    return bound > 1 ? bound : 1;
}
