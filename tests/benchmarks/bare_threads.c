/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The barest thread per connection: accept, pthread_create, read. No checks, no options. */
#include "bare.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

static void *waiter_main(void *argument)
{
    int fd = (int)(intptr_t)argument;
    char bytes[512];
    ssize_t got;
    atomic_fetch_add(&bare_waiters, 1);
    while ((got = read(fd, bytes, sizeof bytes)) > 0 && write(fd, bytes, (size_t)got) == got)
        ;
    close(fd);
    return NULL;
}

static void *acceptor_main(void *argument)
{
    int listener = (int)(intptr_t)argument;
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd >= 0 && pthread_create(&thread, &attributes, waiter_main, (void *)(intptr_t)fd) != 0)
            close(fd);
    }
    return NULL;
}

int main(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    pthread_t thread;
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 ||
        listen(listener, 4096) < 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) < 0 ||
        pthread_create(&thread, NULL, acceptor_main, (void *)(intptr_t)listener) != 0)
        return 1;
    bare_control(ntohs(address.sin_port), "threads");
}
