/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/endpoint.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* IPv4 first: "localhost" may stand for ::1 too, where a subject does not listen. */
static int resolve(struct endpoint *endpoint, const char *host, int port, struct error *error)
{
    struct addrinfo hints = {
        .ai_family = AF_INET,
        .ai_socktype = SOCK_STREAM,
        .ai_flags = AI_NUMERICSERV,
    };
    char service[16];
    snprintf(service, sizeof service, "%d", port);
    int result = getaddrinfo(host, service, &hints, &endpoint->address);
    if (result != 0) {
        hints.ai_family = AF_UNSPEC;
        result = getaddrinfo(host, service, &hints, &endpoint->address);
    }
    if (result != 0)
        return error_set(error, -EHOSTUNREACH, "cannot resolve host '%s': %s", host,
                         gai_strerror(result));
    return 0;
}

static bool is_loopback(const struct addrinfo *address)
{
    const struct sockaddr_in *in = (const struct sockaddr_in *)address->ai_addr;
    return address->ai_family == AF_INET && ntohl(in->sin_addr.s_addr) >> 24 == 127;
}

/* One pair of addresses has as many connections as there are ephemeral ports, and finding a free
 * port gets slow long before that; loopback has 16 million addresses to spare. */
static void plan_sources(struct endpoint *endpoint)
{
    char range[64];
    long low;
    long high;
    if (!is_loopback(endpoint->address) ||
        text_read_file("/proc/sys/net/ipv4/ip_local_port_range", range, sizeof range) < 0 ||
        sscanf(range, "%ld %ld", &low, &high) != 2 || high - low < 4)
        return;
    /* connect() tries every second port first, so that half of them is where the search begins. */
    endpoint->connections_per_source = (high - low) / 4;
}

int endpoint_init(struct endpoint *endpoint, const char *host, int port, struct error *error)
{
    struct endpoint found = {NULL, 0};
    int result = resolve(&found, host, port, error);
    if (result < 0)
        return result;
    plan_sources(&found);
    *endpoint = found;
    return 0;
}

void endpoint_finish(struct endpoint *endpoint)
{
    if (endpoint->address)
        freeaddrinfo(endpoint->address);
    endpoint->address = NULL;
}

/* Returns 0 or -errno. */
static int bind_source(const struct endpoint *endpoint, const struct connection *connection)
{
    if (endpoint->connections_per_source == 0 ||
        connection->number < endpoint->connections_per_source)
        return 0;
    int on = 1;
    uint32_t host = (uint32_t)(connection->number / endpoint->connections_per_source) + 1;
    const struct sockaddr_in source = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + host),
    };
    /* Without this option bind() itself takes a port, from all sources' common supply. */
    if (setsockopt(connection->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) < 0 ||
        bind(connection->fd, (const struct sockaddr *)&source, sizeof source) < 0)
        return -errno;
    return 0;
}

int endpoint_open(const struct endpoint *endpoint, struct connection *connection)
{
    int on = 1;
    connection->fd = socket(endpoint->address->ai_family,
                            SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (connection->fd < 0)
        return -errno;
    if (setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0)
        return -errno;
    int result = bind_source(endpoint, connection);
    if (result < 0)
        return result;
    connection->served = 0;
    if (connect(connection->fd, endpoint->address->ai_addr, endpoint->address->ai_addrlen) < 0 &&
        errno != EINPROGRESS)
        return -errno;
    return 0;
}

int endpoint_opened(const struct connection *connection)
{
    int result = 0;
    socklen_t length = sizeof result;
    if (getsockopt(connection->fd, SOL_SOCKET, SO_ERROR, &result, &length) < 0)
        return -errno;
    return -result;
}
