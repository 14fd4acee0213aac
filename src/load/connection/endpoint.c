/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/connection/endpoint.h"

#include "load/connection/source.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

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

/* Whether it is an address of this machine, loopback's or another: what is sent to those goes over
 * loopback, from wherever on it. The kernel chooses the address itself as the source then; no
 * packet is sent. */
static bool is_here(const struct addrinfo *address)
{
    struct sockaddr_in source;
    socklen_t length = sizeof source;
    const struct sockaddr_in *in = (const struct sockaddr_in *)address->ai_addr;
    if (address->ai_family != AF_INET)
        return false;
    if (ntohl(in->sin_addr.s_addr) >> 24 == 127)
        return true;
    int probe = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool here = probe >= 0 && connect(probe, address->ai_addr, address->ai_addrlen) == 0 &&
                getsockname(probe, (struct sockaddr *)&source, &length) == 0 &&
                source.sin_addr.s_addr == in->sin_addr.s_addr;
    if (probe >= 0)
        close(probe);
    return here;
}

int endpoint_init(struct endpoint *endpoint, const char *host, int port, struct error *error)
{
    struct endpoint found = {0};
    int result = resolve(&found, host, port, error);
    if (result < 0)
        return result;
    if (is_here(found.address))
        found.connections_per_source = source_connections();
    *endpoint = found;
    return 0;
}

int endpoint_resolve(const char *host, char *numeric, size_t size, struct error *error)
{
    struct endpoint found = {0};
    int result = resolve(&found, host, 1, error);
    if (result < 0)
        return result;
    int code = getnameinfo(found.address->ai_addr, found.address->ai_addrlen, numeric,
                           (socklen_t)size, NULL, 0, NI_NUMERICHOST);
    endpoint_finish(&found);
    if (code != 0)
        return error_set(error, -EHOSTUNREACH, "cannot resolve host '%s': %s", host,
                         gai_strerror(code));
    return 0;
}

void endpoint_finish(struct endpoint *endpoint)
{
    if (endpoint->address)
        freeaddrinfo(endpoint->address);
    endpoint->address = NULL;
}

/* Requests are sent at once, and closing sends a reset: a port in TIME_WAIT would be missing for a
 * minute, and a run opens more connections than there are ports. That is so however this process
 * ends, since it is said now. */
static int set_options(int fd)
{
    const int on = 1;
    const struct linger reset = {.l_onoff = 1};
    if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) < 0)
        return -errno;
    return 0;
}

/* The port stands at the same place in either kind of address. */
static void fill_address(const struct endpoint *endpoint, const struct connection *connection,
                         struct sockaddr_storage *to)
{
    memcpy(to, endpoint->address->ai_addr, endpoint->address->ai_addrlen);
    if (endpoint->port_count == 0)
        return;
    int port = endpoint->ports[(size_t)connection->number % endpoint->port_count];
    ((struct sockaddr_in *)to)->sin_port = htons((uint16_t)port);
}

int endpoint_open(const struct endpoint *endpoint, struct connection *connection)
{
    connection->fd = socket(endpoint->address->ai_family,
                            SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (connection->fd < 0)
        return -errno;
    int result = set_options(connection->fd);
    if (result == 0 && endpoint->connections_per_source > 0)
        result = source_bind(connection->fd, connection->number, endpoint->connections_per_source);
    if (result < 0)
        return result;
    connection->served = 0;
    struct sockaddr_storage to;
    fill_address(endpoint, connection, &to);
    if (connect(connection->fd, (struct sockaddr *)&to, endpoint->address->ai_addrlen) < 0 &&
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
