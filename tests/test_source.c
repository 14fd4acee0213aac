/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From which addresses connections come. */
#include "load/connection/source.h"

#include <errno.h>
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_quarter_of_the_ports),
        cmocka_unit_test(test_the_next_ones_come_from_the_next_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
