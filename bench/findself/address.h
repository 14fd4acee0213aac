/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses as servers know each other by: "127.0.0.3:8000". */
#ifndef WAITBENCH_BENCH_FINDSELF_ADDRESS_H
#define WAITBENCH_BENCH_FINDSELF_ADDRESS_H

#include <netinet/in.h>
#include <stddef.h>

/* Of listening sockets. */
#define ADDRESS_BACKLOG 128

struct address {
    struct sockaddr_in socket;
    char text[32];
};

/* Returns 0 or -EINVAL. */
int address_parse(struct address *address, const char *text);

/* A comma-separated list of at most `capacity`. Returns how many (at least 1), -EINVAL or -E2BIG.
 */
int address_parse_list(struct address *addresses, size_t capacity, const char *text);

/* From four numbers of the host and a port in host byte order. */
void address_set(struct address *address, const unsigned char host[4], in_port_t port);

/* A listening socket there. With port 0 the kernel chooses, and `address` is told. Returns the
 * descriptor or -errno. */
int address_listen(struct address *address);

#endif
