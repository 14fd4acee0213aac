/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs that find each other, under a name of this test's own. */
#include "measure/disturbance/run_lock.h"

#include "base/interrupt.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static size_t waits;
static pid_t waited_for;

static void wait_cb(pid_t pid)
{
    waits++;
    waited_for = pid;
}

/* Another process that holds a name until it is killed; it holds one when this returns. */
static pid_t start_holder(void)
{
    int said[2];
    char byte;
    assert_int_equal(pipe(said), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct run_lock lock;
        run_lock_take(&lock);
        if (write(said[1], "t", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    close(said[1]);
    assert_int_equal(read(said[0], &byte, 1), 1);
    close(said[0]);
    return pid;
}

static void end(pid_t pid)
{
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* Does that to a process after a while, from another process. */
static pid_t send_later(pid_t pid, int signal_number)
{
    pid_t sender = fork();
    assert_true(sender >= 0);
    if (sender == 0) {
        usleep(100000);
        kill(pid, signal_number);
        _exit(0);
    }
    return sender;
}

static void nobody_is_there(void **state)
{
    (void)state;
    struct run_lock lock;
    pid_t pids[RUN_LOCK_NAMES];
    pid_t visitor;
    assert_int_equal(run_lock_look(pids), 0);
    run_lock_take(&lock);
    assert_int_equal(lock.other_count, 0);
    assert_false(run_lock_visited(&lock, &visitor));
    run_lock_finish(&lock);
    assert_int_equal(run_lock_look(pids), 0);
}

static void each_learns_of_the_other(void **state)
{
    (void)state;
    struct run_lock first;
    pid_t visitor = 0;
    run_lock_take(&first);
    pid_t second = start_holder();
    assert_true(run_lock_visited(&first, &visitor));
    assert_int_equal(visitor, second);
    assert_false(run_lock_visited(&first, &visitor));
    struct run_lock third;
    run_lock_take(&third);
    assert_int_equal(third.other_count, 2);
    assert_int_equal(third.pids[0], getpid());
    assert_int_equal(third.pids[1], second);
    run_lock_finish(&third);
    run_lock_finish(&first);
    end(second);
}

/* Who only looks, or waits, disturbs nobody. */
static void a_look_is_no_visit(void **state)
{
    (void)state;
    struct run_lock lock;
    pid_t pids[RUN_LOCK_NAMES];
    pid_t visitor;
    run_lock_take(&lock);
    assert_int_equal(run_lock_look(pids), 1);
    assert_int_equal(pids[0], getpid());
    assert_false(run_lock_visited(&lock, &visitor));
    run_lock_finish(&lock);
}

static void a_death_frees_the_name(void **state)
{
    (void)state;
    pid_t pids[RUN_LOCK_NAMES];
    pid_t holder = start_holder();
    assert_int_equal(run_lock_look(pids), 1);
    assert_int_equal(pids[0], holder);
    end(holder);
    assert_int_equal(run_lock_look(pids), 0);
}

static void one_that_waits_goes_on_when_all_have_ended(void **state)
{
    (void)state;
    struct run_lock lock;
    pid_t visitor;
    pid_t first = start_holder();
    pid_t second = start_holder();
    pid_t sender = send_later(first, SIGKILL);
    pid_t other_sender = send_later(second, SIGKILL);
    waits = 0;
    assert_int_equal(run_lock_wait(&lock, wait_cb), 0);
    assert_true(waits >= 1);
    assert_true(waited_for == first || waited_for == second);
    assert_int_equal(lock.other_count, 0);
    assert_false(run_lock_visited(&lock, &visitor));
    run_lock_finish(&lock);
    const pid_t ended[] = {first, second, sender, other_sender};
    for (size_t i = 0; i < sizeof ended / sizeof ended[0]; i++)
        assert_int_equal(waitpid(ended[i], NULL, 0), ended[i]);
}

static void a_signal_ends_the_wait(void **state)
{
    (void)state;
    struct run_lock lock = {.listener = -1};
    pid_t holder = start_holder();
    interrupt_catch();
    pid_t sender = send_later(getpid(), SIGTERM);
    assert_int_equal(run_lock_wait(&lock, wait_cb), -EINTR);
    assert_int_equal(waitpid(sender, NULL, 0), sender);
    end(holder);
}

int main(void)
{
    char stem[64];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_there),
        cmocka_unit_test(each_learns_of_the_other),
        cmocka_unit_test(a_look_is_no_visit),
        cmocka_unit_test(a_death_frees_the_name),
        cmocka_unit_test(one_that_waits_goes_on_when_all_have_ended),
        cmocka_unit_test(a_signal_ends_the_wait),
    };
    snprintf(stem, sizeof stem, "waitbench test %d", (int)getpid());
    setenv(RUN_LOCK_VARIABLE, stem, 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
