/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever of the first three descriptors is closed, the next thing opened is none of them. */
#include "base/streams.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static bool is_null_device(int fd)
{
    struct stat of_fd;
    struct stat null;
    return fstat(fd, &of_fd) == 0 && stat("/dev/null", &null) == 0 &&
           of_fd.st_rdev == null.st_rdev && S_ISCHR(of_fd.st_mode);
}

/* `closed` is a sum of 1 << fd. */
static bool closed_ones_become_null(int closed)
{
    int pipes[2];
    int other = open("/", O_RDONLY);
    for (int fd = 0; fd < 3; fd++)
        if (dup2(other, fd) < 0)
            return false;
    for (int fd = 0; fd < 3; fd++)
        if (closed >> fd & 1)
            close(fd);
    if (streams_ensure() < 0 || pipe(pipes) < 0)
        return false;
    for (int fd = 0; fd < 3; fd++)
        if (is_null_device(fd) != (closed >> fd & 1))
            return false;
    return pipes[0] > 2 && pipes[1] > 2;
}

/* In children: the tests' own output needs its descriptors. */
static void every_combination(void **state)
{
    (void)state;
    for (int closed = 0; closed < 8; closed++) {
        int status;
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            _exit(closed_ones_become_null(closed) ? 0 : 1);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_combination),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
