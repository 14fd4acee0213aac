/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "connection.h"

#include "base/clock.h"
#include "web.h"

#include <errno.h>
#include <stdlib.h>

void web_connection_open(struct web_connection *connection)
{
    server_connection_open(&connection->base);
    server_connection_waits(&connection->base, 1);
}

void web_connection_close(struct web_connection *connection)
{
    server_connection_waits(&connection->base, -1);
    server_connection_close(&connection->base);
    free(connection->partial);
}

/* A clock read only where a request comes in more than one piece. */
void web_connection_give_time(struct web_connection *connection)
{
    const struct web *web = (const struct web *)connection->base.server;
    connection->deadline_ns = clock_now_ns() + web->request_timeout_ms * NS_PER_MS;
}

bool web_connection_is_late(const struct web_connection *connection)
{
    return connection->deadline_ns != 0 && clock_now_ns() >= connection->deadline_ns;
}

int web_connection_patience_ms(const struct web_connection *connection)
{
    return connection->deadline_ns == 0 ? -1 : clock_poll_timeout_ms(connection->deadline_ns);
}

int web_connection_keep(struct web_connection *connection, const struct http_message *partial)
{
    if (!connection->partial)
        connection->partial = malloc(sizeof *partial);
    if (!connection->partial)
        return -ENOMEM;
    *connection->partial = *partial;
    if (connection->deadline_ns == 0)
        web_connection_give_time(connection);
    return 0;
}

void web_connection_forget(struct web_connection *connection)
{
    free(connection->partial);
    connection->partial = NULL;
}
