/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From which addresses connections come. */
#include "load/connection/source.h"

#include "load/connection/endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static void test_a_quarter_of_the_ports(void **state)
{
    (void)state;
    assert_int_equal(source_connections_of(32768, 60999), 5000);
    assert_int_equal(source_connections_of(1024, 65535), 5000);
    assert_int_equal(source_connections_of(60000, 60999), 250);
    assert_int_equal(source_connections_of(60000, 60009), 2);
    assert_int_equal(source_connections_of(60000, 60000), 1);
    assert_in_range(source_connections(), 1, SOURCE_CONNECTIONS_MAX);
}

/* The address that the connection of that number is bound to, or a negative error. */
static int64_t bound_to(int64_t number, int64_t connections)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int result = source_bind(fd, number, connections);
    if (result == 0)
        result = getsockname(fd, (struct sockaddr *)&address, &length);
    close(fd);
    return result < 0 ? result : (int64_t)ntohl(address.sin_addr.s_addr);
}

static void test_the_next_ones_come_from_the_next_address(void **state)
{
    (void)state;
    assert_int_equal(bound_to(0, 250), INADDR_ANY);
    assert_int_equal(bound_to(249, 250), INADDR_ANY);
    assert_int_equal(bound_to(250, 250), 0x7f000002);
    assert_int_equal(bound_to(200000, 250), 0x7f000001 + 800);
    assert_int_equal(bound_to(SOURCE_ADDRESSES - 1, 1), 0x7ffffffe);
    assert_int_equal(bound_to(SOURCE_ADDRESSES, 1), -EADDRNOTAVAIL);
}

static int64_t sources_of(const char *host)
{
    struct endpoint endpoint;
    struct error error;
    assert_int_equal(endpoint_init(&endpoint, host, 1, &error), 0);
    int64_t connections = endpoint.connections_per_source;
    endpoint_finish(&endpoint);
    return connections;
}

/* To any address of this machine; to another machine loopback's are no sources. */
static void test_only_to_this_machine(void **state)
{
    (void)state;
    struct ifaddrs *all = NULL;
    char own[INET_ADDRSTRLEN];
    assert_int_equal(sources_of("127.0.0.1"), source_connections());
    assert_int_equal(sources_of("127.1.2.3"), source_connections());
    assert_int_equal(sources_of("192.0.2.99"), 0);
    assert_int_equal(sources_of("::1"), 0);
    assert_int_equal(getifaddrs(&all), 0);
    for (const struct ifaddrs *one = all; one; one = one->ifa_next) {
        if (!one->ifa_addr || one->ifa_addr->sa_family != AF_INET)
            continue;
        const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)one->ifa_addr;
        assert_non_null(inet_ntop(AF_INET, &in->sin_addr, own, sizeof own));
        assert_int_equal(sources_of(own), source_connections());
    }
    freeifaddrs(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_quarter_of_the_ports),
        cmocka_unit_test(test_the_next_ones_come_from_the_next_address),
        cmocka_unit_test(test_only_to_this_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
