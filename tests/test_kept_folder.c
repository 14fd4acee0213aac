/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/kept_folder.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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

/* Only wide of the mark when something hangs. */
#define PATIENCE_SECONDS 30

static bool is_there(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

static bool goes_away(const char *path)
{
    int64_t deadline_ns = clock_now_ns() + PATIENCE_SECONDS * NS_PER_SECOND;
    while (is_there(path) && clock_now_ns() < deadline_ns)
        clock_sleep_until_ns(clock_now_ns() + NS_PER_MS);
    return !is_there(path);
}

static void put_file(const char *folder, const char *name)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
    assert_true(fd >= 0);
    close(fd);
}

static void fill(const char *folder)
{
    char path[PATH_MAX];
    put_file(folder, "file");
    snprintf(path, sizeof path, "%s/below", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    put_file(path, "file");
}

static void test_it_is_for_this_user_alone_and_goes_with_all_in_it(void **state)
{
    (void)state;
    struct kept_folder folder;
    struct stat status;
    assert_int_equal(kept_folder_make(&folder, NULL), 0);
    assert_int_equal(stat(folder.path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
    assert_int_equal(status.st_uid, geteuid());
    char path[TEMPORARY_FOLDER_SIZE];
    strcpy(path, folder.path);
    fill(path);
    assert_int_equal(kept_folder_remove(&folder), 0);
    assert_false(is_there(path));
    assert_int_equal(kept_folder_remove(&folder), 0);
}

/* What a link in it points to is another's. */
static void test_links_are_not_followed(void **state)
{
    (void)state;
    struct kept_folder folder;
    struct kept_folder other;
    char link[PATH_MAX];
    char target[PATH_MAX];
    assert_int_equal(kept_folder_make(&other, NULL), 0);
    put_file(other.path, "file");
    assert_int_equal(kept_folder_make(&folder, NULL), 0);
    snprintf(link, sizeof link, "%s/link", folder.path);
    assert_int_equal(symlink(other.path, link), 0);
    assert_int_equal(kept_folder_remove(&folder), 0);
    snprintf(target, sizeof target, "%s/file", other.path);
    assert_true(is_there(target));
    assert_int_equal(kept_folder_remove(&other), 0);
}

/* Forks a process that makes a folder and then waits to be killed; says which folder, and by whom
 * it is kept. */
static pid_t start_maker(struct kept_folder *folder)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t maker = fork();
    assert_true(maker >= 0);
    if (maker == 0) {
        struct kept_folder made;
        if (kept_folder_make(&made, NULL) < 0 || write(ends[1], &made, sizeof made) < 0)
            _exit(1);
        for (;;)
            pause();
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], folder, sizeof *folder), sizeof *folder);
    close(ends[0]);
    fill(folder->path);
    return maker;
}

static void end(pid_t process)
{
    assert_int_equal(kill(process, SIGKILL), 0);
    assert_int_equal(waitpid(process, NULL, 0), process);
}

static void test_it_goes_when_its_maker_is_killed(void **state)
{
    (void)state;
    struct kept_folder folder;
    pid_t maker = start_maker(&folder);
    /* What reaches a whole process group or session of a terminal does not reach the keeper. */
    assert_int_equal(getsid(folder.keeper.pid), folder.keeper.pid);
    kill(folder.keeper.pid, SIGINT);
    kill(folder.keeper.pid, SIGTERM);
    kill(folder.keeper.pid, SIGHUP);
    end(maker);
    assert_true(goes_away(folder.path));
}

static void test_it_goes_when_its_keeper_was_killed(void **state)
{
    (void)state;
    struct kept_folder folder;
    assert_int_equal(kept_folder_make(&folder, NULL), 0);
    char path[TEMPORARY_FOLDER_SIZE];
    strcpy(path, folder.path);
    fill(path);
    assert_int_equal(kill(folder.keeper.pid, SIGKILL), 0);
    assert_int_equal(kept_folder_remove(&folder), 0);
    assert_false(is_there(path));
}

/* Where all were killed at once the next to make a folder finds it; one in use it leaves alone, and
 * one that is just being made. */
static void test_what_was_left_is_removed_by_the_next(void **state)
{
    (void)state;
    static const struct timespec long_ago[2] = {{.tv_sec = 1000000}, {.tv_sec = 1000000}};
    struct kept_folder home;
    struct kept_folder used;
    struct kept_folder left;
    struct kept_folder next;
    char fresh[PATH_MAX];
    assert_int_equal(kept_folder_make(&home, NULL), 0);
    setenv("TMPDIR", home.path, 1);
    snprintf(fresh, sizeof fresh, "%s/" TEMPORARY_FOLDER_NAME "XXXXXX", home.path);
    assert_int_equal(kept_folder_make(&used, NULL), 0);
    assert_non_null(mkdtemp(fresh));
    pid_t maker = start_maker(&left);
    assert_int_equal(kill(left.keeper.pid, SIGKILL), 0);
    end(maker);
    assert_int_equal(utimensat(AT_FDCWD, used.path, long_ago, 0), 0);
    assert_int_equal(utimensat(AT_FDCWD, left.path, long_ago, 0), 0);
    /* Whoever kept it may be dying still, and hold on to it. */
    assert_int_equal(kept_folder_make(&next, NULL), 0);
    for (int i = 0; i < 1000 && is_there(left.path); i++) {
        assert_int_equal(kept_folder_remove(&next), 0);
        clock_sleep_until_ns(clock_now_ns() + 10 * NS_PER_MS);
        assert_int_equal(kept_folder_make(&next, NULL), 0);
    }
    assert_false(is_there(left.path));
    assert_true(is_there(used.path));
    assert_true(is_there(fresh));
    assert_int_equal(kept_folder_remove(&next), 0);
    assert_int_equal(kept_folder_remove(&used), 0);
    unsetenv("TMPDIR");
    assert_int_equal(kept_folder_remove(&home), 0);
}

static void test_a_place_that_will_not_do_is_named(void **state)
{
    (void)state;
    struct kept_folder folder;
    struct kept_folder here;
    struct error error = {""};
    char path[PATH_MAX];
    setenv("TMPDIR", "/nonexistent", 1);
    assert_int_equal(kept_folder_make(&folder, &error), -ENOENT);
    assert_string_equal(error.text, "cannot use /nonexistent for temporary files: No such file or "
                                    "directory; set TMPDIR");
    unsetenv("TMPDIR");
    assert_int_equal(kept_folder_make(&here, NULL), 0);
    snprintf(path, sizeof path, "%s/%s", here.path,
             "a-name-of-fifty-letters-is-too-long-for-what-follows");
    assert_int_equal(mkdir(path, 0700), 0);
    setenv("TMPDIR", path, 1);
    assert_int_equal(kept_folder_make(&folder, &error), -ENAMETOOLONG);
    assert_non_null(strstr(error.text, "set TMPDIR to a shorter one"));
    snprintf(path, sizeof path, "%s/a,b", here.path);
    assert_int_equal(mkdir(path, 0700), 0);
    setenv("TMPDIR", path, 1);
    assert_int_equal(kept_folder_make(&folder, &error), -EINVAL);
    assert_non_null(strstr(error.text, "there is a comma in its name"));
    assert_int_equal(temporary_folder_check(&error), -EINVAL);
    snprintf(path, sizeof path, "%s/it's", here.path);
    assert_int_equal(mkdir(path, 0700), 0);
    setenv("TMPDIR", path, 1);
    assert_int_equal(temporary_folder_check(&error), -EINVAL);
    assert_non_null(strstr(error.text, "there is a single quote (') in its name"));
    put_file(here.path, "plain");
    snprintf(path, sizeof path, "%s/plain", here.path);
    setenv("TMPDIR", path, 1);
    assert_int_equal(temporary_folder_check(&error), -ENOTDIR);
    setenv("TMPDIR", here.path, 1);
    assert_int_equal(temporary_folder_check(&error), 0);
    unsetenv("TMPDIR");
    assert_int_equal(kept_folder_remove(&here), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_is_for_this_user_alone_and_goes_with_all_in_it),
        cmocka_unit_test(test_links_are_not_followed),
        cmocka_unit_test(test_it_goes_when_its_maker_is_killed),
        cmocka_unit_test(test_it_goes_when_its_keeper_was_killed),
        cmocka_unit_test(test_what_was_left_is_removed_by_the_next),
        cmocka_unit_test(test_a_place_that_will_not_do_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
