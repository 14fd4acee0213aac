/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bill of real processes of a known size. Slopes are taken between two sizes, so that what a
 * process costs at all drops out. */
#include "measure/cgroup/cgroup.h"
#include "measure/memory/memory.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* How far the pages that were touched may be from those that are billed. AddressSanitizer keeps
 * books about them, a byte for each eight; whether it touches these, too, is up to what was there
 * before. */
#ifdef __SANITIZE_ADDRESS__
#define TOUCHED_PERCENT 14
#else
#define TOUCHED_PERCENT 1
#endif

/* What a subject of these tests is made of, `count` of it. Runs in the child; exits on failure. */
typedef void build_fn(int count, int listener);

struct toy {
    pid_t pid;
    int go;    /* closing it ends the subject */
    int ready; /* one byte comes when all is built */
};

static int bill_of(const struct memory_baseline *baseline, const struct cgroup *cgroup, pid_t pid,
                   struct memory_bill *bill)
{
    struct subject subject = SUBJECT_NONE;
    const struct shards shards = {.items = &subject, .count = 1};
    subject.pid = pid;
    return memory_bill_measure(baseline, cgroup, &shards, bill, NULL);
}

static void end_unless(bool good)
{
    if (!good)
        _exit(1);
}

static void toy_main(const struct cgroup *cgroup, build_fn *build, int count, int listener, int go,
                     int ready)
{
    char byte;
    end_unless(!cgroup || cgroup_enter(cgroup) == 0);
    build(count, listener);
    end_unless(write(ready, "r", 1) == 1);
    end_unless(read(go, &byte, 1) == 0);
    _exit(0);
}

static struct toy toy_start(const struct cgroup *cgroup, build_fn *build, int count, int listener)
{
    int go[2];
    int ready[2];
    assert_int_equal(pipe(go), 0);
    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(go[1]);
        close(ready[0]);
        toy_main(cgroup, build, count, listener, go[0], ready[1]);
    }
    close(go[0]);
    close(ready[1]);
    return (struct toy){.pid = pid, .go = go[1], .ready = ready[0]};
}

static void toy_await(const struct toy *subject)
{
    char byte;
    assert_int_equal(read(subject->ready, &byte, 1), 1);
}

static void toy_end(struct toy *subject)
{
    int status;
    close(subject->go);
    close(subject->ready);
    assert_int_equal(waitpid(subject->pid, &status, 0), subject->pid);
    assert_int_equal(status, 0);
}

/* ---- What subjects are made of ---- */

static void *wait_for_ever(void *unused)
{
    pause();
    return unused;
}

static void build_threads(int count, int listener)
{
    (void)listener;
    pthread_attr_t attributes;
    end_unless(pthread_attr_init(&attributes) == 0);
    end_unless(pthread_attr_setstacksize(&attributes, 64 * 1024) == 0);
    for (int i = 0; i < count; i++) {
        pthread_t thread;
        end_unless(pthread_create(&thread, &attributes, wait_for_ever, NULL) == 0);
    }
}

static void build_touched_kib(int count, int listener)
{
    (void)listener;
    const size_t size = (size_t)count * 1024;
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    end_unless(memory != MAP_FAILED);
    /* Huge pages would round what is touched up to 2 MiB; a kernel without them refuses. */
    madvise(memory, size, MADV_NOHUGEPAGE);
    memset(memory, 1, size);
}

static void build_accepted(int count, int listener)
{
    for (int i = 0; i < count; i++)
        end_unless(accept(listener, NULL, NULL) >= 0);
}

/* ---- Measuring them ---- */

static void find_home_or_skip(struct cgroup_home *home)
{
    cgroup_home_find(home, "");
    if (home->version != CGROUP_NONE)
        return;
    print_message("no cgroup can be made here: %s (%s)\n", home->reason, home->remedy);
    skip();
}

static struct memory_bill measure(const struct cgroup *cgroup, build_fn *build, int count)
{
    struct memory_baseline baseline;
    struct memory_bill bill;
    assert_int_equal(memory_baseline_read(&baseline, "", NULL), 0);
    struct toy subject = toy_start(cgroup, build, count, -1);
    toy_await(&subject);
    assert_int_equal(bill_of(&baseline, cgroup, subject.pid, &bill), 0);
    toy_end(&subject);
    return bill;
}

static struct memory_bill measure_in_cgroup(build_fn *build, int count)
{
    struct cgroup_home home;
    struct cgroup cgroup;
    find_home_or_skip(&home);
    assert_int_equal(cgroup_init(&cgroup, &home, 1, NULL), 0);
    struct memory_bill bill = measure(&cgroup, build, count);
    assert_int_equal(cgroup_finish(&cgroup, NULL), 0);
    return bill;
}

/* Whether b - a is within `percent` of `expected`, give or take `slack` bytes. */
static void assert_grew(int64_t a, int64_t b, int64_t expected, int percent, int64_t slack)
{
    const int64_t off = llabs(b - a - expected);
    if (off > expected * percent / 100 + slack)
        fail_msg("grew by %lld bytes, not %lld", (long long)(b - a), (long long)expected);
}

/* Each CPU is charged for up to 64 pages ahead, which is no error of the bill's. */
static int64_t charged_ahead_bytes(void)
{
    return sysconf(_SC_NPROCESSORS_CONF) * 64 * sysconf(_SC_PAGESIZE);
}

static void bills_the_pages_that_were_touched(void **state)
{
    (void)state;
    const struct memory_bill small = measure(NULL, build_touched_kib, 1024);
    const struct memory_bill large = measure(NULL, build_touched_kib, 1024 + 51200);
    assert_grew(small.user_bytes, large.user_bytes, INT64_C(51200) * 1024, TOUCHED_PERCENT, 0);
    assert_grew(small.rss_bytes, large.rss_bytes, INT64_C(51200) * 1024, TOUCHED_PERCENT, 0);
    assert_int_equal(large.threads, 1);
}

static void bills_every_thread(void **state)
{
    (void)state;
    const struct memory_bill few = measure_in_cgroup(build_threads, 200);
    const struct memory_bill many = measure_in_cgroup(build_threads, 1200);
    assert_int_equal(few.threads, 201);
    assert_int_equal(many.threads, 1201);
    assert_grew(few.total_bytes, many.total_bytes, many.charged_bytes - few.charged_bytes, 3,
                charged_ahead_bytes());
    /* task_struct, a few small objects, and no more than twice that. */
    assert_in_range(many.kernel_other_bytes - few.kernel_other_bytes, 1000 * 4096, 1000 * 16384);
#if defined __x86_64__
    assert_grew(few.kernel_stack_bytes, many.kernel_stack_bytes, INT64_C(1000) * 16384, 2, 0);
#endif
}

static int listen_on_loopback(struct sockaddr_in *address)
{
    socklen_t size = sizeof *address;
    *address =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(listener >= 0);
    assert_int_equal(bind(listener, (struct sockaddr *)address, size), 0);
    assert_int_equal(listen(listener, 1024), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)address, &size), 0);
    return listener;
}

/* The client's ends live here, outside of the subject's cgroup. */
static struct memory_bill measure_accepted(int count)
{
    struct cgroup_home home;
    struct cgroup cgroup;
    struct memory_baseline baseline;
    struct memory_bill bill;
    struct sockaddr_in address;
    find_home_or_skip(&home);
    int *clients = malloc((size_t)count * sizeof *clients);
    assert_non_null(clients);
    int listener = listen_on_loopback(&address);
    assert_int_equal(cgroup_init(&cgroup, &home, 1, NULL), 0);
    assert_int_equal(memory_baseline_read(&baseline, "", NULL), 0);
    struct toy subject = toy_start(&cgroup, build_accepted, count, listener);
    for (int i = 0; i < count; i++) {
        clients[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_true(clients[i] >= 0);
        assert_int_equal(connect(clients[i], (struct sockaddr *)&address, sizeof address), 0);
    }
    toy_await(&subject);
    assert_int_equal(bill_of(&baseline, &cgroup, subject.pid, &bill), 0);
    toy_end(&subject);
    for (int i = 0; i < count; i++)
        close(clients[i]);
    close(listener);
    free(clients);
    assert_int_equal(cgroup_finish(&cgroup, NULL), 0);
    return bill;
}

static bool charges_accepted_sockets(void)
{
    struct utsname kernel;
    int major;
    int minor;
    assert_int_equal(uname(&kernel), 0);
    assert_int_equal(sscanf(kernel.release, "%d.%d", &major, &minor), 2);
    return major > 6 || (major == 6 && minor >= 13);
}

static void bills_accepted_connections(void **state)
{
    (void)state;
    const struct memory_bill few = measure_accepted(100);
    const struct memory_bill many = measure_accepted(900);
    const int64_t each = (many.kernel_other_bytes - few.kernel_other_bytes) / 800;
    print_message("%lld bytes of kernel memory per accepted connection\n", (long long)each);
    /* At least inode, dentry and file; the socket too where the kernel charges it (memory.h). */
    assert_in_range(each, charges_accepted_sockets() ? 2800 : 900, 8192);
    assert_grew(few.total_bytes, many.total_bytes, many.charged_bytes - few.charged_bytes, 3,
                charged_ahead_bytes());
    assert_int_equal(many.threads, 1);
}

static int allow_open_files(void **state)
{
    (void)state;
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return -1;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &limit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bills_the_pages_that_were_touched),
        cmocka_unit_test(bills_every_thread),
        cmocka_unit_test(bills_accepted_connections),
    };
    return cmocka_run_group_tests(tests, allow_open_files, NULL);
}
