/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where connections over loopback come from, to whichever address of this machine. A pair of
 * addresses has as many connections as there are ephemeral ports; 127.0.0.0/8 has 16 million
 * addresses, so that the next ones come from the next address. The idle clients and the generator
 * follow the same rule, and the limits too. */
#ifndef WAITBENCH_LOAD_CONNECTION_SOURCE_H
#define WAITBENCH_LOAD_CONNECTION_SOURCE_H

#include <stdint.h>

/* The most connections from one address. */
#define SOURCE_CONNECTIONS_MAX 5000

/* 127.0.0.1 to 127.255.255.254 */
#define SOURCE_ADDRESSES ((INT64_C(1) << 24) - 2)

/* Connections from one address where ephemeral ports go from `low` to `high`: from 1 to
 * SOURCE_CONNECTIONS_MAX. A quarter of the ports: connect() tries every second port first, and past
 * half of those each connect searches, at last for milliseconds. */
int64_t source_connections_of(int64_t low, int64_t high);

/* The same with this machine's range; SOURCE_CONNECTIONS_MAX, which fits the kernel's default,
 * where it cannot be read. */
int64_t source_connections(void);

/* Binds a socket that is not connected to the address of the connection with that number, from 0;
 * `connections` come from each. The first ones are left to the kernel, which takes 127.0.0.1 for
 * them, or the other address that they go to. Returns 0 or -errno, -EADDRNOTAVAIL past the last
 * address. */
int source_bind(int fd, int64_t number, int64_t connections);

#endif
