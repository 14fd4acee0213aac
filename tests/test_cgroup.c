/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Real cgroups with real processes in them, where this machine allows it. */
#include "measure/cgroup/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static void find_home_or_skip(struct cgroup_home *home)
{
    cgroup_home_find(home, "");
    if (home->version != CGROUP_NONE)
        return;
    print_message("no cgroup can be made here: %s (%s)\n", home->reason, home->remedy);
    skip();
}

/* A member that has a child of its own, and that only SIGKILL ends. Tells by the pipe that both
 * are there. */
static pid_t start_family(const struct cgroup *cgroup)
{
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    pid_t parent = fork();
    assert_true(parent >= 0);
    if (parent == 0) {
        signal(SIGTERM, SIG_IGN);
        if (cgroup_enter(cgroup) < 0 || fork() < 0 || write(ready[1], "r", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    close(ready[1]);
    for (int members = 0; members < 2; members++)
        assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    return parent;
}

/* Orphans become ours, so that their end can be seen. */
static int adopt_orphans(void **state)
{
    (void)state;
    return prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* Of a family, ask for the parent first: only its end makes the child ours. */
static void assert_killed(pid_t pid)
{
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
}

static void kills_the_members_and_removes_the_cgroup(void **state)
{
    (void)state;
    struct cgroup_home home;
    struct cgroup cgroup;
    struct error error;
    pid_t pids[2];
    find_home_or_skip(&home);
    assert_int_equal(cgroup_init(&cgroup, &home, 1, &error), 0);
    assert_int_equal(cgroup_pids(&cgroup, pids, 2), 0);
    assert_int_equal(cgroup_init(&cgroup, &home, 1, &error), -EEXIST);

    pid_t parent = start_family(&cgroup);
    assert_int_equal(cgroup_pids(&cgroup, pids, 2), 2);
    assert_true(pids[0] == parent || pids[1] == parent);
    pid_t child = pids[0] == parent ? pids[1] : pids[0];
    assert_int_equal(cgroup_pids(&cgroup, pids, 1), 2);
    assert_int_equal(getpgid(child), getpgid(parent));

    assert_int_equal(cgroup_finish(&cgroup, &error), 0);
    assert_int_equal(access(cgroup.directory, F_OK), -1);
    assert_killed(parent);
    assert_killed(child);
}

/* What is left when a run is killed in the middle of a trial: its cgroup and its subject. */
struct wreck {
    struct cgroup cgroup;
    pid_t run; /* not yet reaped */
    pid_t subject;
    pid_t child; /* of the subject */
};

static void crash_a_run(const struct cgroup_home *home, struct wreck *wreck)
{
    int out[2];
    siginfo_t ended;
    assert_int_equal(pipe(out), 0);
    pid_t run = fork();
    assert_true(run >= 0);
    if (run == 0) {
        struct wreck made;
        if (cgroup_init(&made.cgroup, home, 2, NULL) < 0)
            _exit(1);
        made.subject = start_family(&made.cgroup);
        if (write(out[1], &made, sizeof made) != (ssize_t)sizeof made)
            _exit(1);
        for (;;)
            pause();
    }
    close(out[1]);
    assert_int_equal(read(out[0], wreck, sizeof *wreck), sizeof *wreck);
    close(out[0]);
    wreck->run = run;
    /* While the run lives: as soon as it has ended, another one may sweep. */
    pid_t pids[2];
    assert_int_equal(cgroup_pids(&wreck->cgroup, pids, 2), 2);
    wreck->child = pids[0] == wreck->subject ? pids[1] : pids[0];
    assert_int_equal(kill(run, SIGKILL), 0);
    assert_int_equal(waitid(P_PID, (id_t)run, &ended, WEXITED | WNOWAIT), 0);
}

static void sweeps_after_a_crash_and_spares_the_living(void **state)
{
    (void)state;
    struct cgroup_home home;
    struct cgroup living;
    struct wreck wreck;
    struct error error;
    find_home_or_skip(&home);
    assert_int_equal(cgroup_init(&living, &home, 3, &error), 0);
    crash_a_run(&home, &wreck);

    /* Another run may sweep at the same time, so the count is not ours to know. */
    assert_true(cgroup_home_sweep(&home, &error) >= 0);
    assert_int_equal(access(wreck.cgroup.directory, F_OK), -1);
    assert_int_equal(access(living.directory, F_OK), 0);
    assert_killed(wreck.run);
    assert_killed(wreck.subject);
    assert_killed(wreck.child);
    assert_int_equal(cgroup_finish(&living, &error), 0);
}

/* As another login's run would have it. */
static void make_other_home(const struct cgroup_home *home, struct cgroup_home *other)
{
    *other = *home;
    int length = snprintf(other->directory, sizeof other->directory, "%.4000s/test-home-%d",
                          home->directory, getpid());
    assert_true(length < (int)sizeof other->directory);
    assert_int_equal(mkdir(other->directory, 0755), 0);
}

static void sweeps_other_homes_but_spares_what_lives_there(void **state)
{
    (void)state;
    const struct timespec then = {.tv_sec = time(NULL) - 60};
    const struct timespec times[] = {then, then};
    struct cgroup_home home;
    struct cgroup_home other;
    struct wreck wreck;
    struct error error;
    pid_t pids[2];
    find_home_or_skip(&home);
    make_other_home(&home, &other);
    crash_a_run(&other, &wreck);
    assert_int_equal(utimensat(AT_FDCWD, wreck.cgroup.directory, times, 0), 0);

    assert_true(cgroup_home_sweep(&home, &error) >= 0);
    assert_int_equal(cgroup_pids(&wreck.cgroup, pids, 2), 2);
    assert_int_equal(kill(wreck.subject, SIGKILL), 0);
    assert_killed(wreck.subject);
    assert_int_equal(kill(wreck.child, SIGKILL), 0);
    assert_killed(wreck.child);

    /* Some kernels take a task out of its cgroup a moment after its end was told. */
    do
        assert_true(cgroup_home_sweep(&home, &error) >= 0);
    while (access(wreck.cgroup.directory, F_OK) == 0);
    assert_int_equal(rmdir(other.directory), 0);
}

static void says_why_a_cgroup_cannot_be_made(void **state)
{
    (void)state;
    struct cgroup_home home = {.version = CGROUP_V2, .directory = "/nonexistent"};
    struct cgroup cgroup;
    struct error error;
    assert_int_equal(cgroup_init(&cgroup, &home, 1, &error), -ENOENT);
    assert_non_null(strstr(error.text, "/nonexistent/waitbench-"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kills_the_members_and_removes_the_cgroup),
        cmocka_unit_test(sweeps_after_a_crash_and_spares_the_living),
        cmocka_unit_test(sweeps_other_homes_but_spares_what_lives_there),
        cmocka_unit_test(says_why_a_cgroup_cannot_be_made),
    };
    return cmocka_run_group_tests(tests, adopt_orphans, NULL);
}
