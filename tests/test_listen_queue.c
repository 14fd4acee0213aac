/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernel's counters of dropped connections, from texts of its kind. */
#include "load/connection/listen_queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_the_larger_counter_counts(void **state)
{
    (void)state;
    assert_int_equal(listen_queue_parse("TcpExt: SyncookiesSent ListenOverflows ListenDrops X\n"
                                        "TcpExt: 1 22 23 4\n"
                                        "IpExt: InNoRoutes\nIpExt: 9\n"),
                     23);
    assert_int_equal(listen_queue_parse("IpExt: A B\nIpExt: 1 2\n"
                                        "TcpExt: ListenDrops ListenOverflows\n"
                                        "TcpExt: 7 4000000000000\n"),
                     4000000000000);
}

static void test_what_is_not_there_is_not_told(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "TcpExt:",
        "TcpExt: ListenDrops",
        "TcpExt: A ListenDrops\nTcpExt: 1\n",
        "TcpExt: ListenDropsToo\nTcpExt: 1\n",
        "IpExt: ListenDrops\nIpExt: 1\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_int_equal(listen_queue_parse(texts[i]), -1);
    assert_int_equal(listen_queue_dropped_since(-1), -1);
}

static void test_words(void **state)
{
    (void)state;
    char text[256];
    listen_queue_describe(1, text, sizeof text);
    assert_int_equal(strncmp(text, "1 connection was dropped", 24), 0);
    listen_queue_describe(12, text, sizeof text);
    assert_int_equal(strncmp(text, "12 connections were dropped", 27), 0);
}

static void test_a_queue_holds_what_the_kernel_allows(void **state)
{
    (void)state;
    assert_in_range(listen_queue_bound(64), 1, 64);
    assert_int_equal(listen_queue_bound(1), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_larger_counter_counts),
        cmocka_unit_test(test_what_is_not_there_is_not_told),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_a_queue_holds_what_the_kernel_allows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
