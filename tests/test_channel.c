/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Children that do not behave, and what becomes of who talks with them. */
#include "base/channel.h"

#include "base/clock.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define NOBODY 65534

static const struct channel none = {.pid = -1, .input_fd = -1, .output_fd = -1, .error_fd = -1};

/* Reads until its stdin ends, as a client does. */
static void listen_cb(void *argument)
{
    char bytes[64];
    (void)argument;
    while (read(STDIN_FILENO, bytes, sizeof bytes) > 0)
        ;
    _exit(0);
}

static void never_listen_cb(void *argument)
{
    (void)argument;
    for (;;)
        pause();
}

/* To the file with that number. */
static void flood_cb(void *argument)
{
    char bytes[8192];
    memset(bytes, 'x', sizeof bytes);
    while (write(*(const int *)argument, bytes, sizeof bytes) > 0)
        ;
    _exit(0);
}

/* Ends a child of root's as somebody else would, and returns its process. */
static pid_t finish_as_nobody(channel_child *child)
{
    struct channel channel = none;
    struct error error;
    assert_int_equal(channel_start(&channel, child, NULL, &error), 0);
    pid_t pid = channel.pid;
    assert_int_equal(setresuid(NOBODY, NOBODY, 0), 0);
    channel_finish(&channel);
    assert_int_equal(setresuid(0, 0, 0), 0);
    return pid;
}

static void a_child_of_another_user_ends_with_its_stdin(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();
    pid_t pid = finish_as_nobody(listen_cb);
    assert_int_equal(waitpid(pid, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void a_child_of_another_user_that_does_not_listen_is_left(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();
    pid_t pid = finish_as_nobody(never_listen_cb);
    assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void who_floods_stderr_is_silent(void **state)
{
    (void)state;
    static int number = STDERR_FILENO;
    struct channel channel = none;
    struct error error;
    char line[CHANNEL_LINE_MAX];
    assert_int_equal(channel_start(&channel, flood_cb, &number, &error), 0);
    assert_int_equal(channel_read(&channel, line, clock_now_ns() + 100 * NS_PER_MS), -ETIMEDOUT);
    channel_finish(&channel);
}

static void who_floods_stdout_does_not_keep_its_end_away(void **state)
{
    (void)state;
    static int number = STDOUT_FILENO;
    struct channel channel = none;
    struct error error;
    char line[CHANNEL_LINE_MAX];
    assert_int_equal(channel_start(&channel, flood_cb, &number, &error), 0);
    assert_int_equal(channel_read(&channel, line, clock_now_ns() + NS_PER_SECOND * 60), -EMSGSIZE);
    assert_int_equal(channel_close(&channel, clock_now_ns() + 100 * NS_PER_MS), -ETIMEDOUT);
    channel_finish(&channel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_of_another_user_ends_with_its_stdin),
        cmocka_unit_test(a_child_of_another_user_that_does_not_listen_is_left),
        cmocka_unit_test(who_floods_stderr_is_silent),
        cmocka_unit_test(who_floods_stdout_does_not_keep_its_end_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
