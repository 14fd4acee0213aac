/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings of a machine that is a folder: raised, and put back whatever ends who raised them. */
#include "measure/limits/lift.h"

#include "base/clock.h"
#include "base/text.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define MOST 4194304

static char root[] = "/tmp/test_lift.XXXXXX";
static char pid_max[128];
static char map_count[128];

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int64_t get(const char *path)
{
    int64_t value = -1;
    text_read_int64(path, &value);
    return value;
}

static int make_machine(void **state)
{
    (void)state;
    char path[128];
    static const char *const folders[] = {"", "/proc", "/proc/sys", "/proc/sys/kernel",
                                          "/proc/sys/vm"};
    if (!mkdtemp(root))
        return -1;
    for (size_t i = 1; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s%s", root, folders[i]);
        if (mkdir(path, 0700) < 0)
            return -1;
    }
    snprintf(pid_max, sizeof pid_max, "%s/proc/sys/kernel/pid_max", root);
    snprintf(map_count, sizeof map_count, "%s/proc/sys/vm/max_map_count", root);
    return 0;
}

static int remove_machine(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", root);
    return system(command);
}

/* Of the settings one is missing, and one is high enough. */
static int reset(void **state)
{
    (void)state;
    put(pid_max, "32768\n");
    put(map_count, "5000000\n");
    return 0;
}

static void test_what_is_lower_is_raised_and_put_back(void **state)
{
    (void)state;
    struct lift lift = {0};
    assert_int_equal(lift_limits(&lift, root, NULL), 0);
    assert_int_equal(lift.count, 1);
    assert_string_equal(lift_name(&lift.settings[0]), "kernel.pid_max");
    assert_int_equal(lift.settings[0].before, 32768);
    assert_int_equal(lift.settings[0].now, MOST);
    assert_int_equal(get(pid_max), MOST);
    assert_int_equal(get(map_count), 5000000);
    lift_finish(&lift);
    assert_int_equal(get(pid_max), 32768);
    lift_finish(&lift);
}

static void test_what_somebody_changed_meanwhile_is_left(void **state)
{
    (void)state;
    struct lift lift = {0};
    assert_int_equal(lift_limits(&lift, root, NULL), 0);
    put(pid_max, "99999\n");
    lift_finish(&lift);
    assert_int_equal(get(pid_max), 99999);
}

/* SIGKILL lets nobody clean up, and a group's SIGINT reaches all that are in it. */
static void dies_of(int number, bool group)
{
    struct lift lift = {0};
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        setpgid(0, 0);
        if (lift_limits(&lift, root, NULL) == 0)
            kill(group ? 0 : getpid(), number);
        pause();
        _exit(1);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == number);
    /* Nobody is there to wait for the keeper. */
    for (int i = 0; i < 3000 && get(pid_max) != 32768; i++)
        clock_sleep_until_ns(clock_now_ns() + 10 * NS_PER_MS);
    assert_int_equal(get(pid_max), 32768);
}

static void test_put_back_whatever_ends_the_run(void **state)
{
    (void)state;
    dies_of(SIGKILL, false);
    dies_of(SIGKILL, true);
    dies_of(SIGTERM, true);
    dies_of(SIGINT, true);
}

static void test_what_holds_no_number_is_left_out(void **state)
{
    (void)state;
    struct lift lift = {0};
    struct error error = {{0}};
    put(map_count, "65530\n");
    /* root may write what nobody may write, but no folder. */
    char hidden[160];
    snprintf(hidden, sizeof hidden, "%s.hidden", map_count);
    assert_int_equal(rename(map_count, hidden), 0);
    assert_int_equal(symlink("/proc/version", map_count), 0);
    int result = lift_limits(&lift, root, &error);
    unlink(map_count);
    assert_int_equal(rename(hidden, map_count), 0);
    /* A file that holds no number is no setting, and is left out. */
    assert_int_equal(result, 0);
    assert_int_equal(lift.count, 1);
    lift_finish(&lift);
    assert_int_equal(get(pid_max), 32768);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_what_is_lower_is_raised_and_put_back, reset),
        cmocka_unit_test_setup(test_what_somebody_changed_meanwhile_is_left, reset),
        cmocka_unit_test_setup(test_put_back_whatever_ends_the_run, reset),
        cmocka_unit_test_setup(test_what_holds_no_number_is_left_out, reset),
    };
    return cmocka_run_group_tests(tests, make_machine, remove_machine);
}
