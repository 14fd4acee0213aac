/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Real servers and programs, which are shell scripts, and every way in which their end can fail. */
#include "measure/process/measured.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#define UNTIL_INPUT_ENDS "while read -r line; do :; done; "
#define IGNORES_IT       "while :; do sleep 100; done"

static const struct cgroup_home no_home = {.version = CGROUP_NONE};

/* Stands before the C library's: the cgroup goes, and the caller is told that it did not. */
static bool rmdir_fails;

int rmdir(const char *path)
{
    int result = (int)syscall(SYS_rmdir, path);
    if (result < 0 || !rmdir_fails)
        return result;
    errno = EPERM;
    return -1;
}

/* The trial of a script; what it has come to in the end, with `error` saying why. */
struct ended {
    int result;
    struct error error;
};

static struct ended end_of(bool serves, const struct cgroup_home *home, const char *script,
                           int result, const char *reason)
{
    char text[512];
    struct ended ended = {0};
    struct measured measured = MEASURED_NONE;
    struct error fault = {0};
    if (measured_place(&measured, home, 1, &fault) < 0)
        fail_msg("%s", fault.text);
    snprintf(text, sizeof text, "%s%s", serves ? "echo listening 7; " : "", script);
    char shell[] = "sh";
    char option[] = "-c";
    char *argv[] = {shell, option, text, NULL};
    if ((serves ? measured_start(&measured, 1, argv, NULL, &fault)
                : measured_launch(&measured, argv, NULL, &fault)) < 0)
        fail_msg("%s", fault.text);
    const pid_t pid = shards_pid(&measured.shards);
    assert_true(pid > 0);
    if (result < 0)
        error_set(&ended.error, result, "%s", reason);
    ended.result = measured_end(&measured, result, &ended.error);
    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(errno, ESRCH);
    assert_null(measured_cgroup(&measured));
    return ended;
}

/* Of a server and of a program that is not one, the same. */
static void assert_end(const char *script, int result, const char *text)
{
    for (int serves = 0; serves < 2; serves++) {
        struct ended ended = end_of(serves, &no_home, script, 0, NULL);
        assert_string_equal(ended.error.text, text);
        assert_int_equal(ended.result, result);
    }
}

static void one_that_ends_well(void **state)
{
    (void)state;
    assert_end(UNTIL_INPUT_ENDS "exit 0", 0, "");
}

static void one_that_does_not_end(void **state)
{
    (void)state;
    assert_end(IGNORES_IT, -ETIMEDOUT, "subject ignored the end of its standard input for 3 s");
}

static void one_that_ends_with_another_status(void **state)
{
    (void)state;
    assert_end(UNTIL_INPUT_ENDS "exit 3", -EPROTO, "at its end the subject exited with status 3");
    assert_end(UNTIL_INPUT_ENDS "echo 'no luck' >&2; exit 3", -EPROTO,
               "at its end the subject exited with status 3: no luck");
}

static void one_that_is_killed_by_a_signal(void **state)
{
    (void)state;
    assert_end(UNTIL_INPUT_ENDS "kill -s TERM $$", -EPROTO,
               "at its end the subject was killed by signal 15 (Terminated)");
}

static void a_better_reason_stays(void **state)
{
    (void)state;
    struct ended ended =
        end_of(true, &no_home, UNTIL_INPUT_ENDS "exit 3", -ETIMEDOUT, "it said nothing");
    assert_int_equal(ended.result, -ETIMEDOUT);
    assert_string_equal(ended.error.text, "it said nothing");
    ended = end_of(false, &no_home, "exit 3", -EPROTO, "it said nonsense");
    assert_int_equal(ended.result, -EPROTO);
    assert_string_equal(ended.error.text, "it said nonsense");
}

static void the_death_of_a_server_goes_before_what_came_of_it(void **state)
{
    (void)state;
    struct ended ended = end_of(true, &no_home, "exit 3", -ECONNRESET, "4 connections were reset");
    assert_int_equal(ended.result, -ECONNRESET);
    assert_string_equal(ended.error.text,
                        "subject exited with status 3, and then: 4 connections were reset");
}

static void what_never_started_is_ended(void **state)
{
    (void)state;
    char program[] = "false";
    char *argv[] = {program, NULL};
    struct measured measured = MEASURED_NONE;
    struct error error = {0};
    int result = measured_start(&measured, 1, argv, NULL, &error);
    assert_int_equal(measured_end(&measured, result, &error), -EPIPE);
    assert_string_equal(error.text, "subject exited with status 1 before it said `listening PORT`");
    measured = (struct measured)MEASURED_NONE;
    result = measured_start(&measured, 1, NULL, NULL, &error);
    assert_int_equal(measured_end(&measured, result, &error), -ENOMEM);
}

/* A program that says it has made its waiters by itself, where 50 are wanted. */
static int start_that_says(const char *script, struct measured *measured, struct error *error)
{
    char shell[] = "sh", option[] = "-c", words[128];
    char *argv[] = {shell, option, words, NULL};
    snprintf(words, sizeof words, "%s", script);
    *measured = (struct measured)MEASURED_NONE;
    return measured_start_waiting(measured, argv, NULL, 50, error);
}

static void one_that_makes_its_waiters_by_itself(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        {"echo waiting 49; cat", "subject said 'waiting 49' instead of `waiting 50`"},
        {"echo waiting 500; cat", "subject said 'waiting 500' instead of `waiting 50`"},
        {"echo listening 80; cat", "subject said 'listening 80' instead of `waiting 50`"},
        {"exit 4", "subject exited with status 4 before it said `waiting 50`"},
    };
    struct measured measured;
    struct error error = {0};
    int result = start_that_says("echo waiting 50; " UNTIL_INPUT_ENDS "exit 0", &measured, &error);
    assert_int_equal(measured_end(&measured, result, &error), 0);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        result = start_that_says(wrong[i][0], &measured, &error);
        assert_true(result < 0);
        assert_int_equal(measured_end(&measured, result, &error), result);
        assert_string_equal(error.text, wrong[i][1]);
    }
}

static void a_cgroup_that_stays(void **state)
{
    (void)state;
    struct cgroup_home home;
    cgroup_home_find(&home, "");
    if (home.version == CGROUP_NONE) {
        print_message("no cgroup can be made here: %s (%s)\n", home.reason, home.remedy);
        skip();
    }
    for (int serves = 0; serves < 2; serves++) {
        struct ended ended = end_of(serves, &home, UNTIL_INPUT_ENDS "exit 0", 0, NULL);
        assert_string_equal(ended.error.text, "");
        assert_int_equal(ended.result, 0);
        rmdir_fails = true;
        ended = end_of(serves, &home, UNTIL_INPUT_ENDS "exit 0", 0, NULL);
        struct ended failed =
            end_of(serves, &home, UNTIL_INPUT_ENDS "exit 3", -ETIMEDOUT, "it said nothing");
        rmdir_fails = false;
        assert_int_equal(ended.result, -EIO);
        assert_non_null(strstr(ended.error.text, "cannot remove the cgroup "));
        assert_non_null(strstr(ended.error.text, ": Operation not permitted"));
        assert_string_equal(failed.error.text, "it said nothing");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_ends_well),
        cmocka_unit_test(one_that_does_not_end),
        cmocka_unit_test(one_that_ends_with_another_status),
        cmocka_unit_test(one_that_is_killed_by_a_signal),
        cmocka_unit_test(a_better_reason_stays),
        cmocka_unit_test(the_death_of_a_server_goes_before_what_came_of_it),
        cmocka_unit_test(what_never_started_is_ended),
        cmocka_unit_test(one_that_makes_its_waiters_by_itself),
        cmocka_unit_test(a_cgroup_that_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
