/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/connection/source.h"

#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

int64_t source_connections_of(int64_t low, int64_t high)
{
    int64_t quarter = (high - low + 1) / 4;
    if (quarter < 1)
        return 1;
    return quarter < SOURCE_CONNECTIONS_MAX ? quarter : SOURCE_CONNECTIONS_MAX;
}

int64_t source_connections(void)
{
    char range[64];
    int64_t low;
    int64_t high;
    if (text_read_file("/proc/sys/net/ipv4/ip_local_port_range", range, sizeof range) < 0 ||
        sscanf(range, "%" SCNd64 " %" SCNd64, &low, &high) != 2)
        return SOURCE_CONNECTIONS_MAX;
    return source_connections_of(low, high);
}

int source_bind(int fd, int64_t number, int64_t connections)
{
    const int on = 1;
    int64_t address = number / connections;
    if (address == 0)
        return 0;
    if (address >= SOURCE_ADDRESSES)
        return -EADDRNOTAVAIL;
    const struct sockaddr_in source = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)address),
    };
    /* Without this option bind() itself takes a port, from all sources' common supply. */
    if (setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) < 0 ||
        bind(fd, (const struct sockaddr *)&source, sizeof source) < 0)
        return -errno;
    return 0;
}
