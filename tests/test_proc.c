/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/process/proc_stat.h"
#include "measure/process/proc_tree.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void reads_what_the_kernel_recorded(void **state)
{
    (void)state;
    struct proc_stat stat;
    assert_int_equal(proc_stat_read(FIXTURES "/cgroup/v2", 107, &stat), 0);
    assert_int_equal(stat.state, 'S');
    assert_int_equal(stat.parent, 1);
    assert_int_equal(stat.start_ticks, 398);
}

static void a_name_may_hold_anything(void **state)
{
    (void)state;
    struct proc_stat stat;
    assert_int_equal(prctl(PR_SET_NAME, "x) Z 1 (y 2"), 0);
    assert_int_equal(proc_stat_read("", getpid(), &stat), 0);
    assert_int_equal(stat.state, 'R');
    assert_int_equal(stat.parent, getppid());
}

static void a_process_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    struct proc_stat stat = {.parent = 7};
    pid_t pids[1];
    assert_int_equal(proc_stat_read(FIXTURES "/cgroup/v2", 9999, &stat), -ENOENT);
    assert_int_equal(stat.parent, 7);
    assert_int_equal(proc_tree_list(FIXTURES "/cgroup/v2", 9999, pids, 1), -ESRCH);
}

/* A child that waits, and below it `depth` more. Each tells by the pipe that it is there. */
static pid_t start_line(int depth, int ready)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if ((depth > 0 && start_line(depth - 1, ready) < 0) || write(ready, "r", 1) != 1)
        _exit(1);
    for (;;)
        pause();
}

static void lists_the_living_of_all_generations(void **state)
{
    (void)state;
    int ready[2];
    char byte;
    pid_t pids[8];
    assert_int_equal(pipe(ready), 0);
    pid_t first = start_line(2, ready[1]);
    assert_true(first > 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(read(ready[0], &byte, 1), 1);

    assert_int_equal(proc_tree_list("", first, pids, 8), 3);
    assert_int_equal(pids[0], first);
    assert_int_equal(getpgid(pids[2]), getpgrp());
    assert_int_equal(proc_tree_list("", first, pids, 1), 3);
    assert_int_equal(proc_tree_list("", getpid(), pids, 8), 4);

    /* Ended but not reaped: no longer one of the living. */
    siginfo_t ended;
    kill(first, SIGKILL);
    assert_int_equal(waitid(P_PID, (id_t)first, &ended, WEXITED | WNOWAIT), 0);
    assert_int_equal(proc_tree_list("", first, pids, 8), -ESRCH);
    assert_int_equal(waitpid(first, NULL, 0), first);
    close(ready[0]);
    close(ready[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_the_kernel_recorded),
        cmocka_unit_test(a_name_may_hold_anything),
        cmocka_unit_test(a_process_that_is_not_there_is_an_error),
        cmocka_unit_test(lists_the_living_of_all_generations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
