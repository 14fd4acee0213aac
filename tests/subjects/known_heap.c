/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A foreign subject of known cost: one thread, poll(), and exactly so many bytes of heap touched
 * per connection. What the memory experiment says of it can be held against the truth. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* Fixed, so that no growing table is mixed into the figure: it is mapped whole and touched whole
 * before the first connection. */
#define CONNECTIONS_MAX 4096

struct server {
    struct pollfd fds[CONNECTIONS_MAX + 2]; /* stdin, listener, connections */
    char *heaps[CONNECTIONS_MAX + 2];       /* kept, or the compiler drops what is never read */
    nfds_t count;
    size_t heap_bytes;
};

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int listen_anywhere(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 ||
        listen(fd, 4096) < 0 || getsockname(fd, (struct sockaddr *)&address, &length) < 0)
        fail("listen");
    *port = ntohs(address.sin_port);
    return fd;
}

static void accept_one(struct server *server)
{
    int fd = accept(server->fds[1].fd, NULL, NULL);
    if (fd < 0 || server->count == CONNECTIONS_MAX + 2)
        fail("accept");
    char *heap = malloc(server->heap_bytes);
    if (!heap)
        fail("malloc");
    memset(heap, 1, server->heap_bytes);
    server->heaps[server->count] = heap;
    server->fds[server->count++] = (struct pollfd){.fd = fd, .events = POLLIN};
}

static void echo(struct pollfd *connection)
{
    char bytes[4096];
    ssize_t got = read(connection->fd, bytes, sizeof bytes);
    if (got <= 0 || write(connection->fd, bytes, (size_t)got) != got)
        connection->fd = -1;
}

/* False when stdin has ended. */
static int answer(const struct server *server)
{
    char line[64];
    if (!fgets(line, sizeof line, stdin))
        return 0;
    if (strcmp(line, "waiters\n") == 0)
        printf("waiters %lu\n", (unsigned long)server->count - 2);
    else
        printf("model poll\nallocator libc\nend\n");
    fflush(stdout);
    return 1;
}

int main(int argc, char **argv)
{
    int port;
    struct server *server = mmap(NULL, sizeof *server, PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (server == MAP_FAILED || argc != 2)
        fail("usage: known_heap BYTES");
    server->heap_bytes = strtoul(argv[1], NULL, 10);
    server->fds[0] = (struct pollfd){.fd = 0, .events = POLLIN};
    server->fds[1] = (struct pollfd){.fd = listen_anywhere(&port), .events = POLLIN};
    server->count = 2;
    setvbuf(stdin, NULL, _IONBF, 0);
    printf("listening %d\n", port);
    fflush(stdout);
    for (;;) {
        nfds_t count = server->count;
        if (poll(server->fds, count, -1) < 0 && errno != EINTR)
            fail("poll");
        for (nfds_t i = 2; i < count; i++)
            if (server->fds[i].revents)
                echo(&server->fds[i]);
        if (server->fds[1].revents)
            accept_one(server);
        if (server->fds[0].revents && !answer(server))
            return 0;
    }
}
